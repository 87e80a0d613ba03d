import assert from 'node:assert/strict';
import { latin1Decode, parseRequestHead } from '../../../src/userland/http/head.ts';
import type { Answer } from '../../../src/userland/http/server.ts';
import { NGINX_INDEX, NGINX_PAGE_SECONDS, NGINX_ROOT } from '../../../src/userland/nginx/pages.ts';
import { NginxSite } from '../../../src/userland/nginx/site.ts';
import type { Output } from '../../kernel/proc/table-kit.ts';
import { TableKit } from '../../kernel/proc/table-kit.ts';

const PEER = { address: '10.0.0.2', port: 40_000, connection: 7, request: 1 };

/** What nginx answers to the head of a request and logs. */
function ask(text: string): { answer: Answer; pieces: string[]; output: Output } {
  const kit = new TableKit();
  kit.files.write(`${NGINX_ROOT}/index.html`, NGINX_INDEX);
  kit.files.setModified(`${NGINX_ROOT}/index.html`, NGINX_PAGE_SECONDS);
  kit.files.write(`${NGINX_ROOT}/sub/a.txt`, 'abcdef\n');
  let answer: Answer | null = null;
  const { output } = kit.start(function* program(proc) {
    yield proc.sleep(1);
    const site = new NginxSite(proc);
    const request = parseRequestHead(`${text}\r\n\r\n`);
    answer = 'fault' in request ? site.refuse(request, PEER) : site.answer(request, PEER);
    if (answer !== null) answer.logged?.(answer.pieces.reduce((sum, piece) => sum + piece.length, 0));
    return 0;
  });
  kit.runUntil(10);
  const got = answer as Answer | null;
  assert.ok(got !== null);
  return { answer: got, pieces: got.pieces.map(latin1Decode), output };
}

const HOST = '\r\nHost: 10.0.0.1';

describe('userland/nginx/site', () => {
  it('answers with its page, head and body each in a piece', () => {
    const { answer, pieces, output } = ask(`GET / HTTP/1.1${HOST}\r\nUser-Agent: curl/7.88.1`);
    assert.equal(answer.closes, false);
    assert.deepEqual(pieces, [
      [
        'HTTP/1.1 200 OK',
        'Server: nginx/1.27.3',
        'Date: Wed, 01 Jan 2025 00:00:00 GMT',
        'Content-Type: text/html',
        'Content-Length: 615',
        'Last-Modified: Tue, 26 Nov 2024 15:55:00 GMT',
        'Connection: keep-alive',
        'ETag: "6745ef54-267"',
        'Accept-Ranges: bytes',
        '\r\n',
      ].join('\r\n'),
      NGINX_INDEX,
    ]);
    const line = '10.0.0.2 - - [01/Jan/2025:00:00:00 +0000] "GET / HTTP/1.1" 200 615 "-" "curl/7.88.1" "-"\n';
    assert.deepEqual(output, { stdout: line, stderr: '' });
  });

  it('says in both logs what it does not find', () => {
    const { pieces, output } = ask(`GET /nope HTTP/1.1${HOST}`);
    assert.equal(pieces.length, 1);
    assert.match(pieces[0]!, /^HTTP\/1\.1 404 Not Found\r\n[^]*<h1>404 Not Found<\/h1>[^]*<\/html>\r\n$/);
    assert.match(output.stdout, / "GET \/nope HTTP\/1\.1" 404 153 "-" "-" "-"\n$/);
    const about = 'client: 10.0.0.2, server: localhost, request: "GET /nope HTTP/1.1", host: "10.0.0.1"';
    const missing = `open() "${NGINX_ROOT}/nope" failed (2: No such file or directory)`;
    assert.equal(output.stderr, `2025/01/01 00:00:00 [error] 1000#1000: *7 ${missing}, ${about}\n`);
  });

  it('answers each kind of request as the real one', () => {
    const cases: [string, string, boolean][] = [
      [`HEAD / HTTP/1.1${HOST}`, '200 0', false],
      [`POST / HTTP/1.1${HOST}`, '405 157', false],
      [`DELETE /nope HTTP/1.1${HOST}`, '405 157', false],
      [`FOO / HTTP/1.1${HOST}\r\nConnection: close`, '405 157', true],
      ['GET / HTTP/1.1', '400 157', true],
      ['GET / HTTP/1.0', '200 615', true],
      ['GET / HTTP/1.0\r\nConnection: keep-alive', '200 615', false],
      ['GET / HTTP/2.0', '505 187', true],
      ['GET /', '200 615', true],
      ['garbage', '400 157', true],
      [`GET /%zz HTTP/1.1${HOST}`, '400 157', true],
      [`GET /../x HTTP/1.1${HOST}`, '400 157', true],
      [`GET /sub HTTP/1.1${HOST}`, '301 169', false],
      [`GET /sub/ HTTP/1.1${HOST}`, '403 153', false],
      [`GET /sub/a.txt HTTP/1.1${HOST}\r\nRange: bytes=2-3`, '206 2', false],
      [`GET /sub/a.txt HTTP/1.1${HOST}\r\nRange: bytes=9-`, '416 197', false],
      [`GET / HTTP/1.1${HOST}\r\nIf-None-Match: "6745ef54-267"`, '304 0', false],
      [`GET / HTTP/1.1${HOST}\r\nIf-Modified-Since: Tue, 26 Nov 2024 15:55:00 GMT`, '304 0', false],
      [`GET / HTTP/1.1${HOST}\r\nIf-Modified-Since: Tue, 26 Nov 2024 15:55:01 GMT`, '200 615', false],
    ];
    for (const [text, logged, closes] of cases) {
      const { answer, output } = ask(text);
      assert.ok(output.stdout.includes(`" ${logged} "`), `${text}: ${output.stdout}`);
      assert.equal(answer.closes, closes, text);
    }
  });

  it('takes nothing for a request that begins otherwise', () => {
    const site = new NginxSite(undefined as never);
    assert.deepEqual(
      [71, 45, 95, 103, 0x16].map((byte) => site.mayBegin(byte)),
      [true, true, true, false, false],
    );
    const { output } = ask('\x16\x03"\\');
    assert.match(output.stdout, / "\\x16\\x03\\x22\\x5C" 400 157 /);
  });
});
