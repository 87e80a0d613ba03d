import assert from 'node:assert/strict';
import {
  parseBool,
  parseFloatText,
  parseInteger,
  parseUnsigned,
  syntaxFault,
} from '../../../../src/docker/cli/values/number.ts';
import { assertVectors } from './vectors.ts';

const syntax = (parser: string, text: string): string => `! ${syntaxFault(parser, text).fault}`;

describe('numbers as Go reads them', () => {
  it('may be truth values', () => {
    for (const text of ['1', 't', 'T', 'TRUE', 'true', 'True']) assertVectors(parseBool, [[text, true]]);
    for (const text of ['0', 'f', 'F', 'FALSE', 'false', 'False']) assertVectors(parseBool, [[text, false]]);
    for (const text of ['', 'yes', 'tRUE', '2']) assertVectors(parseBool, [[text, syntax('ParseBool', text)]]);
    assert.equal(syntaxFault('ParseBool', 'a"').fault, String.raw`strconv.ParseBool: parsing "a\"": invalid syntax`);
  });

  it('may be signed, in the notations of its source', () => {
    assertVectors(parseInteger, [
      ['0', 0n],
      ['-12', -12n],
      ['+1', 1n],
      ['0x1f', 31n],
      ['0X1F', 31n],
      ['-0b101', -5n],
      ['0o17', 15n],
      ['017', 15n],
      ['1_000', 1000n],
      ['0x_f', 15n],
      ['0_7', 7n],
      ['9223372036854775807', 2n ** 63n - 1n],
      ['-9223372036854775808', -(2n ** 63n)],
      ['9223372036854775808', '! strconv.ParseInt: parsing "9223372036854775808": value out of range'],
    ]);
    for (const text of ['', 'x', '1.5', '1e3', '08', '1__0', '_1', '1_', '--1', '0x', ' 1', '+', '0b2']) {
      assertVectors(parseInteger, [[text, syntax('ParseInt', text)]]);
    }
    assertVectors(
      (text) => parseInteger(text, 'decimal'),
      [
        ['017', 17n],
        ['0x1', syntax('ParseInt', '0x1')],
        ['1_0', syntax('ParseInt', '1_0')],
      ],
    );
  });

  it('may be unsigned, of some bits', () => {
    assertVectors(
      (text) => parseUnsigned(text, 16),
      [
        ['65535', 65535n],
        ['0x10', 16n],
        ['65536', '! strconv.ParseUint: parsing "65536": value out of range'],
        ['-1', syntax('ParseUint', '-1')],
        ['+1', syntax('ParseUint', '+1')],
      ],
    );
    assertVectors(
      (text) => parseUnsigned(text, 32, 'octal'),
      [
        ['1777', 0o1777n],
        ['8', syntax('ParseUint', '8')],
      ],
    );
  });

  it('may have a fraction', () => {
    assertVectors(parseFloatText, [
      ['1.5', 1.5],
      ['.5', 0.5],
      ['1.', 1],
      ['-1e3', -1000],
      ['inf', Infinity],
      ['-Infinity', -Infinity],
      ['1e999', '! strconv.ParseFloat: parsing "1e999": value out of range'],
    ]);
    for (const text of ['', 'x', '.', '1.2.3', '1_0']) {
      assertVectors(parseFloatText, [[text, syntax('ParseFloat', text)]]);
    }
  });
});
