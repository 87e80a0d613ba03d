/** All ladders, by theme. */
import { ACKS } from './acks.ts';
import { CLOSE } from './close.ts';
import { SETUP } from './setup.ts';
import { VALIDATE } from './validate.ts';

export const LADDERS: Readonly<Record<string, string>> = {
  'acks': ACKS,
  'close': CLOSE,
  'setup': SETUP,
  'validate': VALIDATE,
};
