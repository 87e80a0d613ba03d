/**
 * The part of docker-proxy that carries TCP: accepts, dials the container, and copies both ways until both have ended.
 * Twin of libnetwork's cmd/proxy/tcp_proxy.go, with a thread where that has a goroutine.
 *
 *   client ──▶ connection ══copy══▶ connection of its own ──▶ container
 *   client ◀── connection ◀══copy══ connection of its own ◀── container
 *
 * The end of one way is passed on by itself; a container that refuses is a connection that is closed at once.
 */
import type { Ip4 } from '../../base/addr.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Program } from '../../kernel/proc/program-registry.ts';
import { TcpSocket } from '../../kernel/socket/tcp/tcp-socket.ts';
import { RCV_SHUTDOWN, SEND_SHUTDOWN } from '../../kernel/socket/tcp/tcp-states.ts';
import { connectTo, receiveSome, sendAll } from '../../userland/stream.ts';

/** Go listens with the kernel's longest queue. */
const BACKLOG = 4096;
const KEEPALIVE_SECONDS = 15;
/** From a connection accepted to the container dialled: a goroutine begins, as long as the recorded ones took. */
const DIAL_DELAY_NS = 100_000;
const PROXY_NAME = 'docker-proxy';

/** From where to where. */
export interface TcpWay {
  readonly hostIp: Ip4;
  readonly hostPort: number;
  readonly containerIp: Ip4;
  readonly port: number;
}

/** Carries until the process is ended. `report` hears once, before the first wait, what bind(2) says. */
export function* carryTcp(
  proc: Process,
  way: TcpWay,
  descriptor: number,
  report: (errno: string) => void,
): ReturnType<Program> {
  const listener = new TcpSocket(proc.ns);
  listener.owner = { name: PROXY_NAME, pid: proc.pid, descriptor };
  const errno = listenAt(listener, way);
  report(errno);
  const threads = new Set<Process>();
  let opened = descriptor;
  const own = (socket: TcpSocket): void => {
    socket.owner = { name: PROXY_NAME, pid: proc.pid, descriptor: ++opened };
    socket.setNoDelay(true);
    socket.setKeepalive(true, KEEPALIVE_SECONDS, KEEPALIVE_SECONDS);
  };
  try {
    while (errno === '') {
      yield proc.waitFor(listener.readable);
      for (const thread of threads) if (thread.isReady()) threads.delete(thread);
      for (let peer = listener.accept(); peer !== null; peer = listener.accept()) {
        const client = peer;
        own(client);
        if (!proc.hasRoomForChild) client.close();
        else threads.add(startThread(proc, (thread) => serveClient(thread, client, way, own)));
      }
    }
    return 1;
  } finally {
    for (const thread of threads) thread.kill('SIGKILL');
    listener.close();
  }
}

function listenAt(listener: TcpSocket, { hostIp, hostPort }: TcpWay): string {
  listener.setReuseAddress(true);
  const errno = listener.bind(hostIp, hostPort);
  return errno === '' ? listener.listen(BACKLOG) : errno;
}

function startThread(proc: Process, program: Program): Process {
  return proc.spawn({ argv: proc.argv, program, isThread: true });
}

function* serveClient(
  proc: Process,
  client: TcpSocket,
  { containerIp, port }: TcpWay,
  own: (socket: TcpSocket) => void,
): ReturnType<Program> {
  const backend = new TcpSocket(proc.ns);
  own(backend);
  let back: Process | null = null;
  try {
    yield proc.sleep(DIAL_DELAY_NS);
    if ((yield* connectTo(proc, backend, containerIp, port)) !== '') return 1;
    if (!proc.hasRoomForChild) return 1;
    back = startThread(proc, (thread) => copy(thread, backend, client));
    yield* copy(proc, client, backend);
    yield proc.waitFor(back);
    return 0;
  } finally {
    back?.kill('SIGKILL');
    client.close();
    backend.close();
  }
}

/** What comes from one goes to the other; so does its end, and so does an error of either. */
function* copy(proc: Process, from: TcpSocket, to: TcpSocket): ReturnType<Program> {
  for (;;) {
    const bytes = yield* receiveSome(proc, from);
    if (typeof bytes === 'string' || bytes.length === 0) break;
    if ((yield* sendAll(proc, to, bytes)) !== '') break;
  }
  from.shutdown(RCV_SHUTDOWN);
  to.shutdown(SEND_SHUTDOWN);
  return 0;
}
