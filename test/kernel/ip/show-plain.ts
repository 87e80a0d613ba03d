/** How a tool prints that was asked for nothing special. */
import type { ShowOptions } from '../../../src/kernel/show/options.ts';

export const PLAIN: ShowOptions = {
  details: false,
  statistics: 0,
  brief: false,
  json: false,
  pretty: false,
  oneline: false,
  numeric: false,
  family: '',
};
