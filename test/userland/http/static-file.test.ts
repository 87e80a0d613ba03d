import assert from 'node:assert/strict';
import { byteRange, mediaType, percentDecode, targetPath } from '../../../src/userland/http/static-file.ts';

describe('userland/http/static-file', () => {
  it('finds what a target means', () => {
    const cases: [string, string | null][] = [
      ['/', '/'],
      ['/a/b.html?x=/../..', '/a/b.html'],
      ['/a/', '/a/'],
      ['//a//b', '/a/b'],
      ['/a/./b/../c', '/a/c'],
      ['/a/..', '/'],
      ['/a/b/..', '/a/'],
      ['/a/.', '/a/'],
      ['/%41%2fb', '/A/b'],
      ['http://host:8080/x', '/x'],
      ['http://host', '/'],
      ['/..', null],
      ['/a/../../b', null],
      ['/%2e%2e/etc', null],
      ['/%zz', null],
      ['/a%00b', null],
      ['*', null],
      ['', null],
    ];
    for (const [target, path] of cases) assert.equal(targetPath(target), path, target);
    assert.equal(percentDecode('%4'), null);
  });

  it('reads one range', () => {
    const cases: [string | undefined, ReturnType<typeof byteRange>][] = [
      [undefined, undefined],
      ['bytes=0-4', { from: 0, to: 5 }],
      ['bytes=5-', { from: 5, to: 10 }],
      ['bytes=-3', { from: 7, to: 10 }],
      ['bytes=-30', { from: 0, to: 10 }],
      ['bytes=3-100', { from: 3, to: 10 }],
      ['bytes=10-', null],
      ['bytes=-0', null],
      ['bytes=-', undefined],
      ['bytes=4-2', undefined],
      ['bytes=0-1,3-4', undefined],
      ['items=0-1', undefined],
    ];
    for (const [field, range] of cases) assert.deepEqual(byteRange(field, 10), range, field);
  });

  it('tells a type by the ending', () => {
    assert.equal(mediaType('/a.b/index.HTML', 'x/y'), 'text/html');
    assert.equal(mediaType('/a.html/name', 'x/y'), 'x/y');
    assert.equal(mediaType('/a.unknown', 'x/y'), 'x/y');
  });
});
