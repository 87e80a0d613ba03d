/**
 * How a member of the swarm's gossip reaches the others: sockets of the daemon in the host's namespace, a datagram
 * socket and a listener on the same port, so that rules, cables and buffers of the host do to them what they do to all.
 * Twin of memberlist's net_transport.go.
 */
import type { Ip4 } from '../../base/addr.ts';
import { formatIp4 } from '../../base/addr.ts';
import type { DialHandler, MemberAddress, Transport, TransportTarget } from '../../gossip/transport.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Program } from '../../kernel/proc/program-registry.ts';
import { TcpSocket } from '../../kernel/socket/tcp/tcp-socket.ts';
import { UdpSocket } from '../../kernel/socket/udp-socket.ts';
import type { ConnectionHome } from '../connection.ts';
import { dialTcp, serveAccepted } from '../connection.ts';
import { DaemonThreads } from '../daemon-threads.ts';
import type { Engine } from '../engine.ts';
import { DaemonError } from '../errors.ts';
import { listenErrorText } from '../go-net-error.ts';

/** What memberlist asks for; the kernel grants what net.core.rmem_max allows. */
const UDP_RECEIVE_BUFFER_BYTES = 2 * 1024 * 1024;
/** Go listens with the kernel's longest queue (net.core.somaxconn). */
const BACKLOG = 4096;

/** Opens both sockets. Throws a DaemonError in memberlist's words when the port is taken or the address not ours. */
export function openGossipTransport(
  engine: Engine,
  bindAddress: Ip4,
  port: number,
  target: TransportTarget,
): Transport {
  return new NetTransport(engine, { address: bindAddress, port }, target);
}

class NetTransport implements Transport {
  private readonly target: TransportTarget;
  private readonly udp: UdpSocket;
  private readonly tcp: TcpSocket;
  private readonly home: ConnectionHome;
  private isDown = false;

  constructor(engine: Engine, at: MemberAddress, target: TransportTarget) {
    this.target = target;
    const { rootNs } = engine.host;
    const threads = new DaemonThreads(engine.host);
    this.home = { threads, rootNs, owner: () => engine.socketOwner() };
    this.tcp = new TcpSocket(rootNs);
    this.tcp.owner = engine.socketOwner();
    this.tcp.setReuseAddress(true);
    const tcpErrno = this.tcp.bind(at.address, at.port) || this.tcp.listen(BACKLOG);
    this.udp = new UdpSocket(rootNs);
    this.udp.owner = engine.socketOwner();
    const udpErrno = tcpErrno === '' ? this.udp.bind(at.address, at.port) : '';
    if (tcpErrno !== '' || udpErrno !== '') {
      this.shutdown();
      throw new DaemonError(openFault(at, tcpErrno === '' ? 'udp' : 'tcp', tcpErrno || udpErrno));
    }
    this.udp.setReceiveBuffer(UDP_RECEIVE_BUFFER_BYTES);
    threads.start((proc) => this.udpListen(proc));
    threads.start((proc) => this.tcpListen(proc));
  }

  sendPacket(to: MemberAddress, payload: Uint8Array): void {
    if (!this.isDown) this.udp.sendTo(to.address, to.port, payload);
  }

  dial(to: MemberAddress, timeoutNs: number, handler: DialHandler): () => void {
    if (!this.isDown) return dialTcp(this.home, to, timeoutNs, handler);
    return () => {
      // Nobody was called.
    };
  }

  shutdown(): void {
    this.isDown = true;
    this.tcp.close();
    this.udp.close();
    this.home.threads.stopAll();
  }

  private *udpListen(proc: Process): ReturnType<Program> {
    const { udp, target } = this;
    try {
      for (;;) {
        yield proc.waitFor(udp);
        udp.takeError();
        for (let next = udp.receive(); next !== null && !this.isDown; next = udp.receive()) {
          // An empty one is complained about in the log, no more.
          if (next.payload.length === 0) continue;
          target.receivePacket(next.payload, { address: next.from, port: next.fromPort });
        }
      }
    } finally {
      // The thread does not end before the transport does, but for a machine that loses its power.
      this.isDown = true;
    }
  }

  private *tcpListen(proc: Process): ReturnType<Program> {
    const { tcp, target, home } = this;
    for (;;) {
      yield proc.waitFor(tcp.readable);
      for (let peer = tcp.accept(); peer !== null; peer = tcp.accept()) {
        serveAccepted(home, peer, (connection) => target.acceptStream(connection));
      }
    }
  }
}

function openFault(at: MemberAddress, network: 'tcp' | 'udp', errno: string): string {
  const what = `Failed to start ${network.toUpperCase()} listener on "${formatIp4(at.address)}" port ${at.port}`;
  const why = `${what}: ${listenErrorText(network, at, errno)}`;
  return `Could not set up network transport: failed to obtain an address: ${why}`;
}
