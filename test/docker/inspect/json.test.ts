import assert from 'node:assert/strict';
import { sortedObject } from '../../../src/docker/inspect/json.ts';

describe('objects from maps', () => {
  it('have their keys in the order of the alphabet', () => {
    const entries = [
      ['net2', 1],
      ['bridge', 2],
      ['Net1', 3],
    ] as const;
    assert.equal(JSON.stringify(sortedObject(entries)), '{"Net1":3,"bridge":2,"net2":1}');
    assert.equal(JSON.stringify(sortedObject([])), '{}');
  });
});
