import { throws } from 'node:assert/strict';
import { strictEqual } from 'node:assert';
import { AssertionError, UserError, assert, unreachable } from '../../src/base/assert.ts';

describe('base/assert', () => {
  it('throws our own error with the reason when the condition does not hold', () => {
    assert(true, 'it holds');
    throws(
      () => {
        assert(false, 'the frame has an owner');
      },
      (error) =>
        error instanceof AssertionError &&
        error.name === 'AssertionError' &&
        error.message === 'the frame has an owner',
    );
    throws(() => unreachable('the verdict is one of three'), /^AssertionError: the verdict is one of three$/);
  });

  it('keeps code and hint of a mistake of the user', () => {
    const error = new UserError('E_HOST', 'unknown host "nod1"', 'did you mean "node1"?');
    strictEqual(error.code, 'E_HOST');
    strictEqual(error.hint, 'did you mean "node1"?');
    strictEqual(new UserError('E_HOST', 'unknown host').hint, '');
    strictEqual(error instanceof Error, true);
  });
});
