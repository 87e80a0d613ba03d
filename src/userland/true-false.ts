/** true and false: an exit code. */
import type { ProgramEntry } from '../kernel/proc/program-registry.ts';

export const TRUE: ProgramEntry = {
  name: 'true',
  run: function* succeed() {
    return 0;
  },
};

export const FALSE: ProgramEntry = {
  name: 'false',
  run: function* fail() {
    return 1;
  },
};
