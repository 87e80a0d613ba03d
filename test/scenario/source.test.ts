import { strict as assert } from 'node:assert';
import { FILE_BYTES_MAX, readSource } from '../../src/scenario/source.ts';
import { plainValue } from '../../src/scenario/source-node.ts';
import { mistakesOf } from './plan-helper.ts';

function valueOf(text: string): unknown {
  return plainValue(readSource('t.yaml', new TextEncoder().encode(text)).root);
}

describe('the text of a scenario', () => {
  it('is refused when it is bigger than 8 MiB', () => {
    const message = '1:1: the file has 10000000 bytes; expected at most 8388608 (8 MiB)';
    assert.deepEqual(mistakesOf(new Uint8Array(10_000_000)), [message]);
    assert.deepEqual(mistakesOf(new Uint8Array(FILE_BYTES_MAX + 1)).length, 1);
  });

  it('is refused when there is nothing in it', () => {
    const message = '1:1: the file is empty; expected a scenario, which begins with `hosts:`';
    for (const text of ['', '\n\n', '# a comment\n', '---\n', '~\n']) assert.deepEqual(mistakesOf(text), [message]);
  });

  it('is refused when it is binary, at the first byte that is no text', () => {
    assert.deepEqual(mistakesOf('a: 1\nb: \0\n'), [
      '2:4: the file holds the control character U+0000; expected YAML as text',
    ]);
    assert.deepEqual(mistakesOf('a: \x1b[31m\n'), [
      '1:4: the file holds the control character U+001B; expected YAML as text',
    ]);
    const latin1 = Uint8Array.from('a: é\nb: ü\n', (char) => char.charCodeAt(0));
    assert.deepEqual(mistakesOf(latin1), ['1:4: the file is not UTF-8; expected YAML as text']);
    const utf16 = Uint8Array.from([0xff, 0xfe, 0x61, 0, 0x3a, 0]);
    assert.deepEqual(mistakesOf(utf16), ['1:1: the file is not UTF-8; expected YAML as text']);
  });

  it('may hold a replacement character that is written as such, and is searched behind it', () => {
    assert.deepEqual(valueOf('a: \ufffd\n'), { a: '\ufffd' });
    const bytes = new Uint8Array([...new TextEncoder().encode('\ufeffa: \ufffd'), 0x80]);
    assert.deepEqual(mistakesOf(bytes), ['1:5: the file is not UTF-8; expected YAML as text']);
  });

  it('may begin with a byte order mark and may have Windows line ends', () => {
    assert.deepEqual(valueOf('\ufeffa: 1\r\nb: |\r\n  x\r\n  y\r\n'), { a: 1, b: 'x\ny\n' });
  });

  it('is one document with a mapping', () => {
    assert.deepEqual(mistakesOf('a: 1\n---\nb: 2\n'), [
      '2:1: a second document begins here; expected one scenario in a file',
    ]);
    assert.deepEqual(mistakesOf('- a\n'), ['1:1: the file is a list; expected a mapping with `hosts:`']);
    assert.deepEqual(mistakesOf('hello\n'), ['1:1: the file is a plain text; expected a mapping with `hosts:`']);
    assert.deepEqual(valueOf('---\na: 1\n...\n'), { a: 1 });
  });
});
