import assert from 'node:assert/strict';
import type { Process } from '../../../src/kernel/proc/process.ts';
import { latin1Decode, latin1Encode } from '../../../src/userland/http/head.ts';
import type { Answer, Site } from '../../../src/userland/http/server.ts';
import { HttpService } from '../../../src/userland/http/server.ts';
import { SECOND, TableKit } from '../../kernel/proc/table-kit.ts';
import { FakeSocket } from './fake-socket.ts';

const PLAIN: Site = {
  answer: ({ target }, { connection, request }, body): Answer => ({
    pieces: [latin1Encode(`<${connection}.${request} ${target} ${latin1Decode(body)}>`)],
    closes: target === '/bye',
    delayNs: target === '/slow' ? SECOND : 0,
  }),
  refuse: (refusal) => ({
    pieces: [latin1Encode(`!${typeof refusal === 'string' ? refusal : refusal.fault}`)],
    closes: true,
  }),
  headBytesMax: 200,
  readBytes: 64,
  requestNs: 60 * SECOND,
  keepAliveNs: 5 * SECOND,
  requestsMax: 100,
  closing: 'close',
};

class Served {
  readonly kit = new TableKit();
  readonly listener = new FakeSocket();
  readonly proc: Process;
  private untilNs = 0;

  constructor(site: Partial<Site> = {}) {
    const { listener } = this;
    const { proc } = this.kit.start(function* program(process) {
      const service = new HttpService(process, { ...PLAIN, ...site });
      process.onSignal('SIGQUIT', () => {
        service.stopGracefully();
      });
      process.onSignal('SIGTERM', () => {
        service.stop();
      });
      service.listen(listener);
      yield* service.run();
      return 0;
    });
    this.proc = proc;
  }

  connect(...pieces: string[]): FakeSocket {
    const socket = new FakeSocket();
    for (const piece of pieces) socket.come(piece);
    this.listener.connected(socket);
    this.pass(0.1);
    return socket;
  }

  pass(seconds: number): void {
    this.untilNs += seconds * SECOND;
    this.kit.runUntil(this.untilNs);
  }
}

describe('userland/http/server', () => {
  it('answers one request after the other on a connection, and several connections at a time', () => {
    const served = new Served();
    const one = served.connect('GET /a HTTP/1.1\r\n\r\nGET /b HT');
    const two = served.connect('GET /c HTTP/1.1\r\n\r\n');
    one.come('TP/1.1\r\n\r\n');
    served.pass(1);
    assert.deepEqual([one.sent, two.sent], ['<1.1 /a ><1.2 /b >', '<2.1 /c >']);
    assert.deepEqual([one.isClosed, two.isClosed], [false, false]);
    served.pass(10);
    assert.deepEqual([one.isClosed, two.isClosed], [true, true]);
  });

  it('does not let a slow answer hold another connection', () => {
    const served = new Served();
    const slow = served.connect('GET /slow HTTP/1.1\r\n\r\n');
    const quick = served.connect('GET /quick HTTP/1.1\r\n\r\n');
    served.pass(0.5);
    assert.deepEqual([slow.sent, quick.sent], ['', '<2.1 /quick >']);
    served.pass(1);
    assert.equal(slow.sent, '<1.1 /slow >');
  });

  it('reads bodies where the site wants them, and skips them where not', () => {
    const post = 'POST /p HTTP/1.1\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello';
    const next = 'GET /n HTTP/1.1\r\n\r\n';
    const reading = new Served({ readsBody: true }).connect(post + next);
    assert.equal(reading.sent, 'HTTP/1.1 100 Continue\r\n\r\n<1.1 /p hello><1.2 /n >');
    assert.equal(new Served().connect(post, next).sent, '<1.1 /p ><1.2 /n >');
    const chunked = 'POST /p HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n';
    assert.equal(new Served({ readsBody: true }).connect(chunked, next).sent, '<1.1 /p hi><1.2 /n >');
  });

  it('refuses what is no request, and closes', () => {
    const refused = (text: string, site: Partial<Site> = {}): string => {
      const socket = new Served(site).connect(text);
      assert.ok(socket.isClosed || socket.shutdowns.length > 0, text);
      return socket.sent;
    };
    assert.equal(refused('nonsense\r\n\r\n'), '!syntax');
    assert.equal(refused('nonsense', { mayBegin: (byte) => byte < 97 }), '!syntax');
    assert.equal(refused('GET / HTTP/3.0\r\n\r\n'), '!version');
    assert.equal(refused(`GET /${'a'.repeat(300)}`), '!large');
    assert.equal(refused('POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n'), '!syntax');
    assert.equal(refused('GET /bye HTTP/1.1\r\n\r\n'), '<1.1 /bye >');
  });

  it('does not wait for ever for a request, nor for the end of the peer', () => {
    const served = new Served({ closing: 'linger' });
    const silent = served.connect();
    served.pass(59);
    assert.equal(silent.sent, '');
    served.pass(2);
    assert.deepEqual([silent.sent, silent.shutdowns, silent.isClosed], ['!timeout', [2], false]);
    served.pass(6);
    assert.equal(silent.isClosed, true);
  });

  it('lets go of a peer that ends or fails', () => {
    const served = new Served({ closing: 'shutdown' });
    const [ended, failed] = [served.connect(), served.connect('GET')];
    ended.end();
    failed.fail('ECONNRESET');
    served.pass(0.1);
    assert.deepEqual([ended.isClosed, failed.isClosed], [true, true]);
  });

  it('stops with the answers that are on their way, or at once', () => {
    const served = new Served();
    const idle = served.connect('GET /a HTTP/1.1\r\n\r\n');
    const busy = served.connect('GET /slow HTTP/1.1\r\n\r\n');
    served.proc.kill('SIGQUIT');
    served.pass(0.1);
    assert.deepEqual([idle.isClosed, served.listener.isClosed, busy.isClosed], [true, true, false]);
    served.pass(2);
    assert.deepEqual([busy.sent, busy.isClosed, served.proc.exitCode], ['<2.1 /slow >', true, 0]);
    const other = new Served();
    const cut = other.connect('GET /slow HTTP/1.1\r\n\r\n');
    other.proc.kill('SIGTERM');
    other.pass(2);
    assert.deepEqual([cut.sent, cut.isClosed, other.proc.exitCode], ['', true, 0]);
  });
});
