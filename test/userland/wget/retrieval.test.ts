import assert from 'node:assert/strict';
import { TcpSocket } from '../../../src/kernel/socket/tcp/tcp-socket.ts';
import { ProgramRegistry } from '../../../src/kernel/proc/program-registry.ts';
import { latin1Encode } from '../../../src/userland/http/head.ts';
import { HttpStream } from '../../../src/userland/http/http-stream.ts';
import { hostPrograms } from '../../../src/userland/registry.ts';
import { acceptOne, sendAll } from '../../../src/userland/stream.ts';
import { EmulatedLab, PAIR } from '../net-lab.ts';

/** What a server answers to a request; it ends the connection behind it. */
type Answer = (head: string) => string;

const HEADER = 'Connecting to 10.77.0.2:80... connected.\nHTTP request sent, awaiting response... ';

/** What wget says to a server that answers so, and what it has asked. */
function talk(line: string, answer: Answer): { stderr: string; stdout: string; exit: number | null; asked: string[] } {
  const lab = new EmulatedLab(PAIR);
  const registry = new ProgramRegistry(hostPrograms());
  const asked: string[] = [];
  registry.add({
    name: 'odd-server',
    run: function* run(proc) {
      const socket = new TcpSocket(proc.ns);
      socket.bind(0, 80);
      socket.listen(5);
      for (;;) {
        const peer = yield* acceptOne(proc, socket);
        if (typeof peer === 'string') return 1;
        const head = yield* new HttpStream(proc, peer, 4096).readHead(4096);
        if (typeof head === 'string') {
          asked.push(head);
          yield* sendAll(proc, peer, latin1Encode(answer(head)));
        }
        peer.close();
      }
    },
  });
  lab.start(registry, { ns: 'b', line: 'odd-server' });
  const result = lab.run(registry, [{ ns: 'a', line }])[0]!;
  const stderr = result.stderr
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, 'TIME')
    .replace(/\([\d.]+ [KMG]?B\/s\)/g, '(R)');
  return { ...result, stderr, asked };
}

describe('userland/wget/retrieval', () => {
  it('gives up when nothing comes', () => {
    const { stderr, exit } = talk('wget -t 2 http://10.77.0.2/', () => '');
    const first = `--TIME--  http://10.77.0.2/\n${HEADER}No data received.\nRetrying.\n\n`;
    assert.equal(stderr, `${first}--TIME--  (try: 2)  http://10.77.0.2/\n${HEADER}No data received.\nGiving up.\n\n`);
    assert.equal(exit, 4);
  });

  it('asks for the rest of what has been cut off', () => {
    const { stderr, asked, stdout, exit } = talk('wget -O - http://10.77.0.2/', (head) =>
      head.includes('Range: bytes=3-\r\n')
        ? 'HTTP/1.0 206 Partial\r\nContent-Range: bytes 3-9/10\r\nContent-Length: 7\r\n\r\n3456789'
        : 'HTTP/1.0 200 OK\r\nContent-Length: 10\r\n\r\n012',
    );
    assert.match(stderr, / 30% .*\n\nTIME \(R\) - Connection closed at byte 3\. Retrying\.\n\n--TIME-- {2}\(try: 2\)/);
    assert.match(stderr, /206 Partial\nLength: 10, 7 remaining\nSaving to: ‘STDOUT’\n\n {5}0K\n {5}0K {55}100% /);
    assert.match(stderr, /\n\nTIME \(R\) - written to stdout \[10\/10\]\n\n$/);
    assert.deepEqual([stdout, asked.length, exit], ['0123456789', 2, 0]);
  });

  it('skips what it has when it gets all again', () => {
    let count = 0;
    const { stdout, stderr } = talk('wget -O - http://10.77.0.2/', () => {
      return `HTTP/1.0 200 OK\r\nContent-Length: 10\r\n\r\n${count++ === 0 ? '012' : '0123456789'}`;
    });
    assert.equal(stdout, '0123456789');
    assert.match(stderr, /Connection closed at byte 3\. [^]*written to stdout \[10\/10\]\n\n$/);
  });

  it('tells who it is when it is asked', () => {
    const guarded: Answer = (head) =>
      head.includes('Authorization: Basic dTpw')
        ? 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nfine'
        : 'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm="x"\r\nConnection: close\r\n\r\n';
    const known = talk('wget -O - http://u:p@10.77.0.2/', guarded);
    const asked = `--TIME--  http://u:*password*@10.77.0.2/\n${HEADER}401 Unauthorized\n`;
    const again = `Authentication selected: Basic realm="x"\n${HEADER}200 OK\nLength: unspecified\n`;
    assert.ok(known.stderr.startsWith(asked + again), known.stderr);
    assert.equal(known.stdout, 'fine');
    const unknown = talk('wget http://10.77.0.2/', guarded);
    assert.ok(unknown.stderr.endsWith('401 Unauthorized\n\nUsername/Password Authentication Failed.\n'));
    assert.equal(unknown.exit, 6);
  });

  it('takes answers without a file, without a reason, without a head', () => {
    const empty = talk('wget http://10.77.0.2/', () => 'HTTP/1.1 204 No Content\r\n\r\n');
    assert.ok(empty.stderr.endsWith('204 No Content\nTIME (R) - ‘index.html’ saved [0]\n\n'), empty.stderr);
    const bare = talk('wget http://10.77.0.2/', () => 'HTTP/1.1 500\r\nContent-Length: 0\r\n\r\n');
    assert.ok(bare.stderr.endsWith('500 \nTIME ERROR 500: (no description).\n\n'), bare.stderr);
    const old = talk('wget -O - http://10.77.0.2/', () => 'hello\n');
    assert.match(old.stderr, /200 No headers, assuming HTTP\/0\.9\nLength: unspecified\nSaving to: ‘STDOUT’\n/);
    assert.equal(old.stdout, 'hello\n');
  });

  it('goes no further than --max-redirect, and nowhere without a place', () => {
    const round = talk('wget --max-redirect 2 http://10.77.0.2/', () => {
      return 'HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n';
    });
    assert.equal(round.asked.length, 3);
    assert.ok(round.stderr.endsWith('Location: / [following]\n2 redirections exceeded.\n'));
    const lost = talk('wget http://10.77.0.2/', () => 'HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n');
    assert.ok(lost.stderr.endsWith('Location: unspecified\nERROR: Redirection (302) without location.\n'));
    assert.deepEqual([round.exit, lost.exit], [8, 8]);
  });

  it('posts once, and gets where a 303 leads', () => {
    const { asked } = talk('wget -q -O - --post-data a=b --header "Accept: q" -U ua http://10.77.0.2/', (head) =>
      head.startsWith('POST')
        ? 'HTTP/1.1 303 See\r\nLocation: x\r\nConnection: close\r\n\r\n'
        : 'HTTP/1.0 200 OK\r\n\r\n',
    );
    assert.deepEqual(
      asked.map((head) => head.split('\r\n', 1)[0]),
      ['POST / HTTP/1.1', 'GET /x HTTP/1.1'],
    );
    assert.match(asked[0]!, /Keep-Alive\r\nContent-Type: application\/x-www-form-urlencoded\r\nContent-Length: 3\r\n/);
  });
});
