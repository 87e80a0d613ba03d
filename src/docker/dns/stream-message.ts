/** A DNS message of a TCP connection, behind its length (RFC 1035 4.2.2). */
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import type { TcpSocket } from '../../kernel/socket/tcp/tcp-socket.ts';

const LENGTH_LEN = 2;

/** The next message; null at the peer's end, after an error, and when `untilNs` has come first. */
export function* readFramed(
  proc: Process,
  socket: TcpSocket,
  untilNs: number,
): Generator<Wait, Uint8Array | null, WakeReason> {
  const length = yield* readExactly(proc, socket, LENGTH_LEN, untilNs);
  return length === null ? null : yield* readExactly(proc, socket, (length[0]! << 8) | length[1]!, untilNs);
}

function* readExactly(
  proc: Process,
  socket: TcpSocket,
  count: number,
  untilNs: number,
): Generator<Wait, Uint8Array | null, WakeReason> {
  const bytes = new Uint8Array(count);
  for (let at = 0; at < count;) {
    const got = socket.receiveInto(bytes, at, count - at);
    if (got === 0) return null;
    if (got > 0) at += got;
    else if (socket.lastError !== 'EAGAIN' || proc.now >= untilNs) return null;
    else yield proc.waitFor(socket.readable, untilNs);
  }
  return bytes;
}
