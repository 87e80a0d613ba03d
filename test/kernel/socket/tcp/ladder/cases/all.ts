/** All ladders, by theme. */
import { ACKS } from './acks.ts';
import { CLOSE } from './close.ts';
import { ECN } from './ecn.ts';
import { LIMITS } from './limits.ts';
import { RECORDED } from './recorded.ts';
import { RETRANSMIT } from './retransmit.ts';
import { SETUP } from './setup.ts';
import { VALIDATE } from './validate.ts';
import { WINDOW } from './window.ts';

export const LADDERS: Readonly<Record<string, string>> = {
  acks: ACKS,
  close: CLOSE,
  ecn: ECN,
  limits: LIMITS,
  recorded: RECORDED,
  retransmit: RETRANSMIT,
  setup: SETUP,
  validate: VALIDATE,
  window: WINDOW,
};
