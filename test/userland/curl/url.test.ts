import assert from 'node:assert/strict';
import { parseUrl, remoteName, resolveUrl, urlText } from '../../../src/userland/curl/url.ts';
import type { CurlUrl } from '../../../src/userland/curl/url.ts';

function url(text: string, isPathAsIs = false): CurlUrl {
  const parsed = parseUrl(text, isPathAsIs);
  assert.ok(!('message' in parsed), text);
  return parsed;
}

describe('userland/curl/url', () => {
  it('takes URLs apart and puts them together again', () => {
    const cases: [string, string][] = [
      ['10.0.0.1', 'http://10.0.0.1/'],
      ['HTTP://web:8080', 'http://web:8080/'],
      ['http://web:80/x', 'http://web/x'],
      ['http://web/a/../b/./c?x=/../y#frag', 'http://web/b/c?x=/../y'],
      ['http://web/a/..', 'http://web/'],
      ['http://web?x', 'http://web/?x'],
      ['http://me:pw@web/', 'http://web/'],
    ];
    for (const [text, whole] of cases) assert.equal(urlText(url(text)), whole, text);
    assert.equal(url('http://me:pw@web/').user, 'me:pw');
    assert.equal(url('http://web/a/../b', true).target, '/a/../b');
    assert.equal(remoteName(url('http://web/a/b.txt?x=1/2')), 'b.txt');
    assert.equal(remoteName(url('http://web/a/')), '');
  });

  it('refuses what is none', () => {
    const faults: [string, number][] = [
      ['http://', 3],
      ['http://:80/', 3],
      ['http://web:99999/', 3],
      ['http://we b/', 3],
      ['http://web/\n', 3],
      ['http://a:b:c/', 3],
      ['https://web/', 1],
      ['foo://web/', 1],
    ];
    for (const [text, exit] of faults) {
      const parsed = parseUrl(text, false);
      assert.ok('message' in parsed && parsed.exit === exit, text);
    }
  });

  it('follows where a location leads', () => {
    const base = url('http://web:8080/a/b?q');
    const cases: [string, string][] = [
      ['http://other/x y', 'http://other/x%20y'],
      ['//other/x', 'http://other/x'],
      ['/x', 'http://web:8080/x'],
      ['x', 'http://web:8080/a/x'],
      ['?r', 'http://web:8080/a/b?r'],
    ];
    for (const [location, whole] of cases) assert.equal(resolveUrl(base, location), whole, location);
  });
});
