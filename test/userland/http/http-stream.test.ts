import assert from 'node:assert/strict';
import type { Process } from '../../../src/kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../../src/kernel/proc/wait.ts';
import { bodyDecoder } from '../../../src/userland/http/body.ts';
import { latin1Decode } from '../../../src/userland/http/head.ts';
import { HttpStream } from '../../../src/userland/http/http-stream.ts';
import { SECOND, TableKit } from '../../kernel/proc/table-kit.ts';
import { FakeSocket } from './fake-socket.ts';

/** What a program makes of a stream into which `script` puts bytes. */
function read(
  script: (socket: FakeSocket) => void,
  body: (stream: HttpStream, proc: Process) => Generator<Wait, unknown, WakeReason>,
): unknown {
  const kit = new TableKit();
  const socket = new FakeSocket();
  let answer: unknown;
  kit.start(function* program(proc) {
    answer = yield* body(new HttpStream(proc, socket, 100), proc);
    return 0;
  });
  script(socket);
  kit.runUntil(10 * SECOND);
  return answer;
}

describe('userland/http/http-stream', () => {
  it('puts a head together and keeps what follows it', () => {
    const script = (socket: FakeSocket): void => {
      for (const piece of ['GET / HT', 'TP/1.1\r\nA: b\r', '\n\r\nGET /2']) socket.come(piece);
    };
    const answer = read(script, function* body(stream) {
      const head = yield* stream.readHead(1000);
      return [head, stream.waiting, latin1Decode(stream.takeWaiting()), stream.waiting];
    });
    assert.deepEqual(answer, ['GET / HTTP/1.1\r\nA: b\r\n\r\n', 6, 'GET /2', 0]);
  });

  it('says why there is no head', () => {
    const head = function* head(stream: HttpStream, proc: Process): Generator<Wait, unknown, WakeReason> {
      return yield* stream.readHead(20, proc.now + SECOND);
    };
    assert.deepEqual(
      read((socket) => {
        socket.end();
      }, head),
      { kind: 'end', hadBytes: false },
    );
    const cut = (socket: FakeSocket): void => {
      socket.come('GET');
      socket.end();
    };
    assert.deepEqual(read(cut, head), { kind: 'end', hadBytes: true });
    assert.deepEqual(
      read((socket) => {
        socket.come('G'.repeat(300));
      }, head),
      { kind: 'large' },
    );
    assert.deepEqual(
      read((socket) => {
        socket.come('\r\n');
      }, head),
      { kind: 'error', errno: 'EAGAIN', hadBytes: true },
    );
    assert.deepEqual(
      read((socket) => {
        socket.fail('ECONNRESET');
      }, head),
      {
        kind: 'error',
        errno: 'ECONNRESET',
        hadBytes: false,
      },
    );
  });

  it('reads a body piece by piece, and no further', () => {
    const script = (socket: FakeSocket): void => {
      for (const piece of ['X\n\nhel', 'loGET /', ' more']) socket.come(piece);
    };
    const answer = read(script, function* body(stream) {
      yield* stream.readHead(20);
      const decoder = bodyDecoder(5);
      let text = '';
      while (!decoder.isComplete) yield* stream.readBody(decoder, (piece) => (text += latin1Decode(piece)));
      return [text, latin1Decode(stream.takeWaiting())];
    });
    assert.deepEqual(answer, ['hello', 'GET /']);
  });

  it('says that the peer has ended, or failed, within a body', () => {
    const rest = function* rest(stream: HttpStream): Generator<Wait, unknown, WakeReason> {
      return yield* stream.readBody(bodyDecoder(5), () => undefined);
    };
    assert.equal(
      read((socket) => {
        socket.end();
      }, rest),
      false,
    );
    assert.equal(
      read((socket) => {
        socket.fail('ETIMEDOUT');
      }, rest),
      'ETIMEDOUT',
    );
  });
});
