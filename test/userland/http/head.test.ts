import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  hasToken,
  headEnd,
  headerOf,
  isPersistent,
  latin1Decode,
  latin1Encode,
  parseRequestHead,
  parseResponseHead,
  writeHead,
} from '../../../src/userland/http/head.ts';

const GET = 'GET /a?b=c HTTP/1.1\r\nHost: 10.0.0.1\r\nAccept: */*\r\n\r\n';

function faultOf(text: string): string {
  const head = parseRequestHead(text);
  return 'fault' in head ? head.fault : `${head.method} ${head.target} ${head.version}`;
}

describe('userland/http/head', () => {
  it('finds the end of a head wherever the bytes are cut', () => {
    const bytes = latin1Encode(`${GET}body`);
    for (let length = 0; length <= bytes.length; length++) {
      assert.equal(headEnd(bytes.subarray(0, length)), length < GET.length ? -1 : GET.length, `at ${length}`);
    }
    assert.equal(headEnd(latin1Encode('GET / HTTP/1.0\n\nrest')), 16);
    assert.equal(headEnd(latin1Encode('GET / HTTP/1.0\r\n\nrest')), 17);
    assert.equal(headEnd(latin1Encode('a\r\n\r\nb\r\n\r\n'), 5), 10);
  });

  it('reads a request', () => {
    const head = parseRequestHead(GET);
    assert.ok(!('fault' in head));
    assert.deepEqual([head.method, head.target, head.version, head.line], ['GET', '/a?b=c', 11, 'GET /a?b=c HTTP/1.1']);
    assert.equal(headerOf(head, 'HOST'), '10.0.0.1');
    assert.equal(headerOf(head, 'host2'), undefined);
  });

  it('takes what RFC 9112 lets a server take', () => {
    assert.equal(faultOf('\r\n\r\nGET / HTTP/1.1\r\n\r\n'), 'GET / 11');
    assert.equal(faultOf('GET /\r\n\r\n'), 'GET / 9');
    assert.equal(faultOf('GET  /  HTTP/1.0\n\n'), 'GET / 10');
    assert.equal(faultOf('OPTIONS * HTTP/1.1\r\nX:\r\n\r\n'), 'OPTIONS * 11');
  });

  it('refuses what is no request', () => {
    const bad = [
      ...['', 'garbage', 'GET', 'GET / HTTP/1.1 x', 'GET / HTTP/1', 'G(T / HTTP/1.1', 'GET /\x01 HTTP/1.1', 'POST /'],
      ...['GET / HTTP/1.1\r\nno colon', 'GET / HTTP/1.1\r\n: x', 'GET / HTTP/1.1\r\na b: c', 'GET / HTTP/1.1\r\n a: c'],
      ...['GET / HTTP/1.1\r\na : c', 'GET / HTTP/1.1\r\na: x\0y', '\x16\x03\x01\x02\0\x01\0'],
    ];
    for (const text of bad) assert.equal(faultOf(`${text}\r\n\r\n`), 'syntax', JSON.stringify(text));
    assert.equal(faultOf('GET / HTTP/0.9\r\n\r\n'), 'syntax');
    assert.equal(faultOf('GET / HTTP/2.0\r\n\r\n'), 'version');
  });

  it('never fails, whatever comes, and writes again what it has read', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
        parseRequestHead(text);
        parseResponseHead(text);
        headEnd(latin1Encode(text));
      }),
      { numRuns: 300 },
    );
    const head = parseRequestHead(GET);
    assert.ok(!('fault' in head));
    assert.equal(writeHead(head.line, head.headers), GET);
  });

  it('reads an answer, and leaves out lines that are no fields', () => {
    const head = parseResponseHead('HTTP/1.1 404 Not Found\r\nA: b\r\nnonsense\r\nC:d \r\n\r\n');
    assert.deepEqual(head, {
      version: 11,
      status: 404,
      reason: 'Not Found',
      line: 'HTTP/1.1 404 Not Found',
      headers: [
        { name: 'A', value: 'b' },
        { name: 'C', value: 'd' },
      ],
    });
    assert.equal(parseResponseHead('HTTP/1.0 200')?.reason, '');
    for (const text of ['', 'ICY 200 OK', 'HTTP/1.1 20 OK', 'HTTP/1.1  200 OK', 'SSH-2.0-OpenSSH']) {
      assert.equal(parseResponseHead(text), null, text);
    }
  });

  it('knows who keeps a connection', () => {
    const head = (version: number, ...values: string[]) => ({
      version,
      headers: values.map((value) => ({ name: 'Connection', value })),
    });
    assert.deepEqual(
      [head(11), head(10), head(10, 'Keep-Alive'), head(11, 'close'), head(11, 'TE', 'x, Close')].map(isPersistent),
      [true, false, true, false, false],
    );
    assert.ok(hasToken(head(11, 'a , b'), 'connection', 'b'));
  });

  it('keeps all bytes as characters', () => {
    const bytes = Uint8Array.from({ length: 20_000 }, (_, at) => at & 255);
    assert.deepEqual(latin1Encode(latin1Decode(bytes)), bytes);
  });
});
