/**
 * The program docker-proxy: listens on a host port and carries what rules do not bring to the container by themselves.
 * Twin of libnetwork's cmd/proxy. UDP and TCP (tcp-proxy.ts) are carried; SCTP waits for the host's kernel to have
 * sockets for it, and IPv6 for its addresses.
 *
 *   client ──▶ listener ──▶ a socket of this client's own ──▶ container
 *   client ◀── listener ◀── the same, until it has been silent for 90 s
 */
import type { Ip4 } from '../../base/addr.ts';
import { parseIp4 } from '../../base/addr.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Program } from '../../kernel/proc/program-registry.ts';
import { UdpSocket } from '../../kernel/socket/udp-socket.ts';
import type { PortMapping } from '../ports/port-mapper.ts';
import { carryTcp } from './tcp-proxy.ts';

export const PROXY_PATH = '/usr/sbin/docker-proxy';
/** UDPConnTrackTimeout: how long a client's socket waits for a further answer. */
const SILENCE_NS = 90_000_000_000;
/** What the descriptors of the listener and of the first client are: 3 is the pipe to the daemon. */
const LISTENER_DESCRIPTOR = 4;

interface Client {
  readonly address: Ip4;
  readonly port: number;
  readonly socket: UdpSocket;
  /** Set when it opens and with each answer; what the client sends does not put it off. */
  untilNs: number;
}

/** Whether the proxy has a socket of the host's kernel for it. */
export function isCarried({ protocol, hostIp }: PortMapping): boolean {
  return protocol !== 'sctp' && parseIp4(hostIp) !== undefined;
}

/**
 * The program for one mapping. It calls `report` once, before its first wait: with the error number of bind(2), or with
 * '' when it listens.
 */
export function dockerProxy(mapping: PortMapping, report: (errno: string) => void): Program {
  if (!isCarried(mapping)) return (proc) => stayThere(proc, report);
  if (mapping.protocol === 'udp') return (proc) => carryUdp(proc, mapping, report);
  const way = { ...mapping, hostIp: parseIp4(mapping.hostIp)! };
  return (proc) => carryTcp(proc, way, LISTENER_DESCRIPTOR, report);
}

function* stayThere(proc: Process, report: (errno: string) => void): ReturnType<Program> {
  report('');
  for (;;) yield proc.sleep(Infinity);
}

function* carryUdp(proc: Process, mapping: PortMapping, report: (errno: string) => void): ReturnType<Program> {
  const listener = new UdpSocket(proc.ns);
  listener.owner = { name: 'docker-proxy', pid: proc.pid, descriptor: LISTENER_DESCRIPTOR };
  const errno = listener.bind(parseIp4(mapping.hostIp) ?? 0, mapping.hostPort);
  report(errno);
  if (errno !== '') return 1;
  const clients = new Map<string, Client>();
  try {
    for (;;) {
      const sockets = [...clients.values()].map((client) => client.socket);
      const untilNs = Math.min(...[...clients.values()].map((client) => client.untilNs));
      yield proc.waitFor([listener, ...sockets], untilNs);
      listener.takeError();
      takeQuestions(proc, mapping, listener, clients);
      for (const [key, client] of clients) if (!takeAnswers(proc, listener, client)) clients.delete(key);
    }
  } finally {
    listener.close();
    for (const client of clients.values()) client.socket.close();
  }
}

function takeQuestions(proc: Process, mapping: PortMapping, listener: UdpSocket, clients: Map<string, Client>): void {
  for (let datagram = listener.receive(); datagram !== null; datagram = listener.receive()) {
    const key = `${datagram.from}:${datagram.fromPort}`;
    let client = clients.get(key);
    if (client === undefined) {
      const socket = new UdpSocket(proc.ns);
      socket.owner = { name: 'docker-proxy', pid: proc.pid, descriptor: LISTENER_DESCRIPTOR + 1 };
      // Without a way to the container the datagram is lost, and the next one tries again.
      if (socket.connect(mapping.containerIp, mapping.port) !== '') continue;
      const { from: address, fromPort: port } = datagram;
      clients.set(key, (client = { address, port, socket, untilNs: proc.now + SILENCE_NS }));
    }
    client.socket.send(datagram.payload);
  }
}

/** False when the client's time is over; its socket is closed then. */
function takeAnswers(proc: Process, listener: UdpSocket, client: Client): boolean {
  // Nobody listens in the container: it may begin to.
  client.socket.takeError();
  for (let answer = client.socket.receive(); answer !== null; answer = client.socket.receive()) {
    listener.sendTo(client.address, client.port, answer.payload);
    client.untilNs = proc.now + SILENCE_NS;
  }
  if (proc.now < client.untilNs) return true;
  client.socket.close();
  return false;
}
