import { strict as assert } from 'node:assert';
import { expectedOneOf, quote, showValue, unknownName } from '../../src/scenario/suggest.ts';

describe('the wording of mistakes', () => {
  it('shows values as the author knows them', () => {
    const values = ['x', '1500', '-1.5', 'true', '10.0.0.1', 5, false, null, [1], {}];
    const shown = [
      '"x"',
      'the text "1500"',
      'the text "-1.5"',
      'the text "true"',
      '"10.0.0.1"',
      '5',
      'false',
      'empty',
      'a list',
      'a mapping',
    ];
    assert.deepEqual(values.map(showValue), shown);
  });

  it('shortens long texts', () => {
    assert.equal(quote('x'.repeat(60)), `"${'x'.repeat(60)}"`);
    assert.equal(quote('x'.repeat(61)), `"${'x'.repeat(60)}…"`);
  });

  it('suggests what is similar', () => {
    assert.equal(unknownName('host', 'nod1', ['node1', 'node2']), 'unknown host "nod1"; did you mean "node1"?');
    assert.equal(expectedOneOf('overlya', ['bridge', 'overlay']), 'did you mean "overlay"?');
  });

  it('lists what there is when nothing is similar, a dozen at most', () => {
    assert.equal(unknownName('LAN', 'x', []), 'unknown LAN "x"; expected none, as none are defined');
    assert.equal(expectedOneOf('xyz', ['lan']), 'expected lan');
    assert.equal(expectedOneOf('xyz', ['a1', 'b2']), 'expected one of a1, b2');
    const many = Array.from({ length: 20 }, (_, i) => `h${i}`);
    assert.equal(
      expectedOneOf('other', many),
      'expected one of h0, h1, h2, h3, h4, h5, h6, h7, h8, h9, h10, h11, … (20 in all)',
    );
  });
});
