import assert from 'node:assert/strict';
import { ApacheSite, APACHE_INDEX, APACHE_PAGE_SECONDS, APACHE_ROOT } from '../../../src/userland/apache/site.ts';
import { latin1Decode, parseRequestHead } from '../../../src/userland/http/head.ts';
import type { Answer } from '../../../src/userland/http/server.ts';
import { TableKit } from '../../kernel/proc/table-kit.ts';

const PEER = { address: '10.0.0.2', port: 40_000, connection: 1, request: 1 };

/** The answer to the head of a request, and the line in the log. */
function ask(text: string): { wire: string; closes: boolean; log: string } {
  const kit = new TableKit();
  kit.files.write(`${APACHE_ROOT}/index.html`, APACHE_INDEX);
  kit.files.setModified(`${APACHE_ROOT}/index.html`, APACHE_PAGE_SECONDS);
  kit.files.write(`${APACHE_ROOT}/sub/x`, 'x');
  const answers: (Answer | null)[] = [];
  const { output } = kit.start(function* program(proc) {
    yield proc.sleep(1);
    const site = new ApacheSite(proc);
    const request = parseRequestHead(`${text}\r\n\r\n`);
    const answer = 'fault' in request ? site.refuse(request, PEER) : site.answer(request, PEER);
    answer?.logged?.(answer.pieces[0]!.length);
    answers.push(answer);
    return 0;
  });
  kit.runUntil(10);
  const [answer] = answers;
  assert.ok(answer !== undefined && answer !== null);
  return { wire: answer.pieces.map(latin1Decode).join('|'), closes: answer.closes, log: output.stdout };
}

describe('userland/apache/site', () => {
  it('answers with its page in one piece', () => {
    const { wire, closes, log } = ask('GET / HTTP/1.1\r\nHost: x');
    const head = [
      'HTTP/1.1 200 OK',
      'Date: Wed, 01 Jan 2025 00:00:00 GMT',
      'Server: Apache/2.4.62 (Unix)',
      'Last-Modified: Mon, 11 Jun 2007 18:53:14 GMT',
      'ETag: "2d-432a5e4a73a80"',
      'Accept-Ranges: bytes',
      'Content-Length: 45',
      'Content-Type: text/html',
    ];
    assert.equal(wire, `${head.join('\r\n')}\r\n\r\n${APACHE_INDEX}`);
    assert.deepEqual([closes, log], [false, '10.0.0.2 - - [01/Jan/2025:00:00:00 +0000] "GET / HTTP/1.1" 200 45\n']);
  });

  it('says that it keeps a connection to whom asks for that', () => {
    const { wire } = ask('GET / HTTP/1.0\r\nConnection: keep-alive');
    assert.ok(
      wire.includes('Content-Length: 45\r\nKeep-Alive: timeout=5, max=100\r\nConnection: Keep-Alive\r\nContent-Type'),
    );
  });

  it('answers each kind of request as the real one', () => {
    const cases: [string, string, boolean][] = [
      ['GET /nope HTTP/1.1\r\nHost: x', '404 196', false],
      ['DELETE / HTTP/1.1\r\nHost: x', '405 -'.replace('-', '223'), false],
      ['HEAD / HTTP/1.1\r\nHost: x', '200 -', false],
      ['POST / HTTP/1.1\r\nHost: x', '200 45', false],
      ['GET / HTTP/1.1', '400 226', true],
      ['garbage', '400 226', true],
      ['GET / HTTP/1.0', '200 45', true],
      ['GET / HTTP/1.1\r\nHost: x\r\nIf-None-Match: "2d-432a5e4a73a80"', '304 -', false],
      ['GET / HTTP/1.1\r\nHost: x\r\nIf-Modified-Since: Mon, 11 Jun 2007 18:53:14 GMT', '304 -', false],
    ];
    for (const [text, logged, closes] of cases) {
      const answer = ask(text);
      assert.ok(answer.log.endsWith(`" ${logged}\n`), `${text}: ${answer.log}`);
      assert.equal(answer.closes, closes, text);
    }
    assert.match(ask('GET /sub HTTP/1.1\r\nHost: x:81').wire, /^HTTP\/1\.1 301 [^]*Location: http:\/\/x:81\/sub\/\r\n/);
  });
});
