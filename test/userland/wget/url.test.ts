import assert from 'node:assert/strict';
import { fileNameOf, hostHeader, mergeUrl, parseUrl, urlText } from '../../../src/userland/wget/url.ts';
import type { WgetUrl } from '../../../src/userland/wget/url.ts';

function parsed(text: string): WgetUrl {
  const url = parseUrl(text);
  assert.ok(typeof url !== 'string', text);
  return url;
}

describe('userland/wget/url', () => {
  it('completes, escapes and shows URLs', () => {
    const shown: readonly (readonly [string, string])[] = [
      ['web', 'http://web/'],
      ['HTTP://Web:80', 'http://web/'],
      ['web:8080/x y', 'http://web:8080/x%20y'],
      ['http://web/a%20b%zz?q=ä#f', 'http://web/a%20b%25zz?q=%C3%A4'],
      ['http://web?x', 'http://web/?x'],
      ['http://web/a/./b/../c/..', 'http://web/a/'],
      ['http://me:secret@web/', 'http://me:*password*@web/'],
    ];
    for (const [text, expected] of shown) assert.equal(urlText(parsed(text)), expected, text);
    const { user, password } = parsed('http://m%65:s%3Ae:c@web/');
    assert.deepEqual([user, password], ['me', 's:e:c']);
    assert.deepEqual([hostHeader(parsed('web')), hostHeader(parsed('web:81'))], ['web', 'web:81']);
  });

  it('says what is wrong with others', () => {
    assert.equal(parseUrl('foo://x'), 'Unsupported scheme ‘foo’');
    for (const text of ['http://', 'http://:80/', 'http://a b/']) assert.equal(parseUrl(text), 'Invalid host name');
    for (const text of ['a:b/', 'http://a:65536']) assert.equal(parseUrl(text), 'Bad port number');
  });

  it('follows locations', () => {
    const base = parsed('http://web:81/a/b?c');
    const from = (location: string): string => mergeUrl(base, location);
    assert.deepEqual(
      [from('http://x/'), from('//x/'), from('/y'), from('y?z'), from('?z')],
      ['http://x/', 'http://x/', 'http://web:81/y', 'http://web:81/a/y?z', 'http://web:81/a/b?z'],
    );
  });

  it('names files', () => {
    const name = (text: string): string => fileNameOf(parsed(text), 'index.html');
    assert.deepEqual(['web', 'web/a/', 'web/a', 'web/a%20b', 'web/a?x=y/z', 'web/%2Fa%01', 'web/?q'].map(name), [
      'index.html',
      'index.html',
      'a',
      'a b',
      'a?x=y%2Fz',
      '%2Fa%01',
      'index.html?q',
    ]);
  });
});
