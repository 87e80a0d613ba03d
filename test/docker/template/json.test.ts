import fc from 'fast-check';
import assert from 'node:assert/strict';
import { rawValue } from '../../../src/docker/inspect/go-document.ts';
import type { Json } from '../../../src/docker/inspect/json.ts';
import { goString, textOf } from '../../../src/docker/template/go-string.ts';
import { complexValue, floatValue } from '../../../src/docker/template/go-value.ts';
import { jsonString, jsonText } from '../../../src/docker/template/json.ts';

describe('JSON of values', () => {
  it('says again what was read', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        assert.deepEqual(JSON.parse(textOf(jsonText(rawValue(value as Json)))), JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('escapes as Go does', () => {
    assert.equal(jsonString(goString('<é\u2028\x01\n"\\>')), goString('"<é\\u2028\\u0001\\n\\"\\\\>"'));
    assert.equal(jsonString('<&>', true), '"\\u003c\\u0026\\u003e"');
    assert.equal(jsonString('\xff'), '"\\ufffd"');
  });

  it('has floats with exponents far from one, and nothing for what it cannot hold', () => {
    assert.deepEqual(
      [0, 1e20, 1e21, 1e-6, 1e-7, -2.5].map((value) => jsonText(floatValue(value))),
      [...['0', '100000000000000000000', '1e+21', '0.000001', '1e-7', '-2.5']],
    );
    assert.equal(jsonText(complexValue({ re: 1, im: 1 })), '');
    assert.equal(jsonText(undefined), 'null');
  });
});
