import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { matchesGlob } from '../../src/scenario/glob.ts';

const EFFORT = Number(process.env['DOCKWIRE_EFFORT'] ?? 1);

function assertMatches(glob: string, names: readonly string[], others: readonly string[]): void {
  for (const name of names) assert.ok(matchesGlob(glob, name), `${glob} stands for ${name}`);
  for (const name of others) assert.ok(!matchesGlob(glob, name), `${glob} does not stand for ${name}`);
}

/** An independent reading of the rules: the glob as a regular expression. */
function asRegex(glob: string): RegExp {
  const pattern = glob.includes('/') || glob === '**' ? glob : `${glob}/**`;
  const parts = pattern.match(/\*\*|[^]/g) ?? [];
  const source = parts.map((part) => {
    if (part === '**') return '[^]*';
    if (part === '*') return '[^/]*';
    return part === '?' ? '[^/]' : part.replace(/[.+^$()[\]{}|\\]/g, '\\$&');
  });
  return new RegExp(`^${source.join('')}$`);
}

describe('matchesGlob', () => {
  it('takes a glob without wildcards for one name', () => {
    assertMatches('node1/eth0', ['node1/eth0'], ['node1/eth01', 'node2/eth0', 'node1/c1/eth0', 'node1/eth', '']);
  });

  it('keeps * and ? within one part of the path', () => {
    assertMatches('node*/eth0', ['node1/eth0', 'node/eth0', 'node-12/eth0'], ['node1/c1/eth0', 'xnode1/eth0']);
    assertMatches('node1/*', ['node1/eth0', 'node1/docker0'], ['node1/c1/eth0', 'node1']);
    assertMatches('node1/c1/*', ['node1/c1/eth0'], ['node1/eth0', 'node1/c1/x/y']);
    assertMatches('*/*/eth0', ['node1/c1/eth0'], ['node1/eth0']);
    assertMatches('node?/eth?', ['node1/eth0'], ['node/eth0', 'node12/eth0', 'node//eth0']);
  });

  it('lets ** cross slashes', () => {
    assertMatches('**', ['node1/eth0', 'node1/c1/eth0', 'x'], []);
    assertMatches('**/eth0', ['node1/eth0', 'node1/c1/eth0'], ['node1/eth1', 'eth0']);
    assertMatches('node1/**', ['node1/eth0', 'node1/c1/eth0'], ['node2/eth0', 'node1']);
  });

  it('takes a glob without a slash for all that is below', () => {
    assertMatches('node1', ['node1/eth0', 'node1/c1/eth0'], ['node11/eth0', 'node1']);
    assertMatches('node*', ['node1/eth0', 'node2/c1/eth0'], ['client/eth0']);
  });

  it('takes characters that mean something to regular expressions as they are', () => {
    assertMatches('a.b/e[0]', ['a.b/e[0]'], ['axb/e[0]', 'a.b/e0']);
  });

  it('agrees with the same glob written as a regular expression', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', '/', '*', '**', '?', '.'), { maxLength: 8 })
      .map((parts) => parts.join(''));
    const name = fc.array(fc.constantFrom('a', 'b', '/', '.'), { maxLength: 8 }).map((parts) => parts.join(''));
    const property = fc.property(text, name, (glob, interfaceName) => {
      // *** is ** and *, read from the left, in both
      assert.equal(matchesGlob(glob, interfaceName), asRegex(glob).test(interfaceName));
    });
    fc.assert(property, { numRuns: 2000 * EFFORT });
  });

  it('needs no more time for a glob of many stars', () => {
    assert.ok(!matchesGlob(`${'*a'.repeat(400)}/b`, 'a'.repeat(1000)));
  });
});
