import assert from 'node:assert/strict';
import {
  compactJson,
  general,
  indentedJson,
  jsonObject,
  parseJson,
  RawNumber,
} from '../../../src/userland/iperf3/cjson.ts';

describe('userland/iperf3: JSON as cJSON writes it', () => {
  it('has tabs, and a blank between what stands in a list', () => {
    const value = jsonObject({
      start: jsonObject({ connected: [jsonObject({ socket: 5 })], n: 1.5 }),
      end: jsonObject({}),
    });
    assert.equal(
      indentedJson(value),
      '{\n\t"start":\t{\n\t\t"connected":\t[{\n\t\t\t\t"socket":\t5\n\t\t\t}],\n\t\t"n":\t1.5\n' +
        '\t},\n\t"end":\t{\n\t}\n}',
    );
    assert.equal(indentedJson([1, [true, null]]), '[1, [true, null]]');
    assert.equal(compactJson(value), '{"start":{"connected":[{"socket":5}],"n":1.5},"end":{}}');
  });

  it('writes numbers with as many digits as they need, up to 17', () => {
    const cases: readonly (readonly [number, string])[] = [
      [0, '0'],
      [2.000096, '2.000096'],
      [Math.fround(1.0001), '1.0001000165939331'],
      [53779133.194273233, '53779133.194273233'],
      [0.00015438319500810617, '0.00015438319500810617'],
      [4.2123459788571653e-5, '4.2123459788571653e-05'],
      [1e21, '1e+21'],
      [47760832, '47760832'],
    ];
    for (const [value, text] of cases) assert.equal(compactJson(value), text);
    assert.equal(general(12.345, 2), '12');
    assert.equal(general(0.5, 2), '0.5');
    assert.equal(general(100, 2), '1e+02');
  });

  it('reads what it writes, numbers of 64 bits as they stand, members twice', () => {
    const text = '{"a":18446744073709551615,"b":[1,-2.5,"x\\"",true],"c":{}}';
    const value = parseJson(text);
    assert.equal(compactJson(value!), text);
    assert.equal(parseJson('{'), undefined);
    const twice = jsonObject({ a: 1 }).add({ a: new RawNumber('18446744073709551615') });
    assert.equal(compactJson(twice), '{"a":1,"a":18446744073709551615}');
  });
});
