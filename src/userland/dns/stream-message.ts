/** DNS messages on a TCP connection: each behind its length in 16 bits (RFC 1035 4.2.2). */
import type { Errno } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import type { TcpSocket } from '../../kernel/socket/tcp/tcp-socket.ts';
import { receiveSome } from '../stream.ts';

type Steps<T> = Generator<Wait, T, WakeReason>;

/** The bytes of the next message; 'end' where the peer has ended, or why the connection failed. */
export function* readMessage(
  proc: Process,
  socket: TcpSocket,
  untilNs = Infinity,
): Steps<Uint8Array | 'end' | Exclude<Errno, ''>> {
  const prefix = yield* readExactly(proc, socket, 2, untilNs);
  if (typeof prefix === 'string') return prefix;
  return yield* readExactly(proc, socket, (prefix[0]! << 8) | prefix[1]!, untilNs);
}

function* readExactly(
  proc: Process,
  socket: TcpSocket,
  length: number,
  untilNs: number,
): Steps<Uint8Array | 'end' | Exclude<Errno, ''>> {
  const bytes = new Uint8Array(length);
  let at = 0;
  while (at < length) {
    const got = yield* receiveSome(proc, socket, untilNs, length - at);
    if (typeof got === 'string') return got === '' ? 'end' : got;
    if (got.length === 0) return 'end';
    bytes.set(got, at);
    at += got.length;
  }
  return bytes;
}
