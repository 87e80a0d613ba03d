import { assert } from '../../../base/assert.ts';
/** Stands where a part is still to come. */
export function notYet(what: string): never {
  assert(false, what);
  throw new Error(what);
}
