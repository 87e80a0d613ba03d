/**
 * TCP calls that wait, for programs that read straight down: `yield* connectTo(…)`, `yield* sendAll(…)`. A time-out is
 * EAGAIN, as with SO_RCVTIMEO; connect(2) answers ETIMEDOUT only when the kernel has given up.
 */
import type { Ip4 } from '../base/addr.ts';
import type { Errno } from '../kernel/errno.ts';
import type { Process } from '../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../kernel/proc/wait.ts';
import type { TcpSocket } from '../kernel/socket/tcp/tcp-socket.ts';

type Steps<T> = Generator<Wait, T, WakeReason>;

/** Most that `receiveSome` answers at a time unless it is asked for less. */
const READ_BYTES = 65_536;

/** '' when the connection stands; EINPROGRESS when `untilNs` has come first. */
export function* connectTo(
  proc: Process,
  socket: TcpSocket,
  address: Ip4,
  port: number,
  untilNs = Infinity,
): Steps<Errno> {
  const errno = socket.connect(address, port);
  if (errno !== 'EINPROGRESS') return errno;
  while (!socket.writable.isReady()) {
    if (proc.now >= untilNs) return 'EINPROGRESS';
    yield proc.waitFor(socket.writable, untilNs);
  }
  return socket.connect(address, port);
}

/** Sends all bytes; '' or why the rest was not taken. */
export function* sendAll(proc: Process, socket: TcpSocket, bytes: Uint8Array, untilNs = Infinity): Steps<Errno> {
  let at = 0;
  while (at < bytes.length) {
    const taken = socket.send(bytes, at);
    if (taken > 0) at += taken;
    else if (socket.lastError !== 'EAGAIN') return socket.lastError;
    else if (proc.now >= untilNs) return 'EAGAIN';
    else yield proc.waitFor(socket.writable, untilNs);
  }
  return '';
}

/** What has come, as soon as something has: no bytes at the peer's end, EAGAIN when `untilNs` has come first. */
export function* receiveSome(
  proc: Process,
  socket: TcpSocket,
  untilNs = Infinity,
  max = READ_BYTES,
): Steps<Uint8Array | Errno> {
  const buffer = new Uint8Array(max);
  for (;;) {
    const got = socket.receiveInto(buffer, 0, max);
    if (got >= 0) return buffer.subarray(0, got);
    if (socket.lastError !== 'EAGAIN' || proc.now >= untilNs) return socket.lastError;
    yield proc.waitFor(socket.readable, untilNs);
  }
}

/** The next connection; EAGAIN when `untilNs` has come first. */
export function* acceptOne(proc: Process, socket: TcpSocket, untilNs = Infinity): Steps<TcpSocket | Errno> {
  for (;;) {
    const peer = socket.accept();
    if (peer !== null) return peer;
    if (proc.now >= untilNs) return 'EAGAIN';
    yield proc.waitFor(socket.readable, untilNs);
  }
}
