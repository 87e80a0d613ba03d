import assert from 'node:assert/strict';
import { formatJson, JsonNumber, JsonObject } from '../../../src/kernel/show/json.ts';

function object(...fields: [string, Parameters<typeof formatJson>[0]][]): JsonObject {
  const made = new JsonObject();
  made.fields.push(...fields);
  return made;
}

describe('kernel/show: json', () => {
  it('writes values on one line', () => {
    const value = object(['a', 1], ['b', ['x', true, null]], ['c', object()], ['d', new JsonNumber('0.00')], ['e', []]);
    assert.equal(formatJson([value], false), '[{"a":1,"b":["x",true,null],"c":{},"d":0.00,"e":[]}]');
  });

  it('lays them out as iproute2 does', () => {
    const value = [object(['a', 1], ['b', ['x', 'y']]), object(['c', [object(['d', 2])]], ['e', []])];
    const lines = [
      '[ {',
      '        "a": 1,',
      '        "b": [ "x","y" ]',
      '    },{',
      '        "c": [ {',
      '                "d": 2',
      '            } ],',
      '        "e": [ ]',
      '    } ]',
    ];
    assert.equal(
      formatJson(
        value.map((each) => each),
        true,
        0,
      ),
      lines.join('\n'),
    );
  });

  it('escapes what a string may not hold', () => {
    assert.equal(formatJson('a"b\\c\n\t', false), '"a\\"b\\\\c\\n\\t"');
  });
});
