/**
 * Connections of TCP between two hosts on one cable: how many can be made and ended in a second, and what those that
 * do nothing occupy. Who has to do something is looked for every 50 us of virtual time.
 */
import { assert } from '../src/base/assert.ts';
import { ip4 } from '../src/base/addr.ts';
import { TcpSocket } from '../src/kernel/socket/tcp/tcp-socket.ts';
import { Lab } from '../src/scenario/lab.ts';
import { planPair } from './workload-plans.ts';

const PORT = 80;
const SERVER = ip4('10.0.0.2');
const BACKLOG = 4096;
/** A request and its answer. */
const MESSAGE = new Uint8Array(100);
/** Connections of the client at the same time. */
const AT_ONCE = 50;
const SLICE_NS = 50_000;

export class ConnectionsRun {
  readonly lab = new Lab(planPair(), { queue: 'heap', observer: null });
  private readonly listener: TcpSocket;
  /** Connections that stay, both ends. */
  private readonly kept: TcpSocket[] = [];

  constructor() {
    this.listener = new TcpSocket(this.lab.host('server').rootNs);
    assert(this.listener.bind(0, PORT) === '' && this.listener.listen(BACKLOG) === '', 'the port is free');
  }

  /** Makes `count` connections that stay and do nothing. */
  keep(count: number): void {
    for (let made = 0; made < count; made += AT_ONCE) {
      const clients = Array.from({ length: Math.min(AT_ONCE, count - made) }, () => this.connect());
      const before = this.kept.length;
      while (this.kept.length < before + clients.length || !clients.every((client) => client.writable.isReady())) {
        this.slice();
        for (let peer = this.listener.accept(); peer !== null; peer = this.listener.accept()) this.kept.push(peer);
      }
      this.kept.push(...clients);
    }
  }

  /** `count` connections, 50 at a time: a request, an answer, and the end by the server. */
  serve(count: number): void {
    let [started, ended] = [0, 0];
    let clients: TcpSocket[] = [];
    let servers: TcpSocket[] = [];
    const asked = new Set<TcpSocket>();
    while (ended < count) {
      for (; clients.length < AT_ONCE && started < count; started++) clients.push(this.connect());
      this.slice();
      for (let peer = this.listener.accept(); peer !== null; peer = this.listener.accept()) servers.push(peer);
      servers = servers.filter((server) => !answer(server));
      clients = clients.filter((client) => {
        if (!isOver(client, asked)) return true;
        ended++;
        return false;
      });
    }
  }

  private connect(): TcpSocket {
    const socket = new TcpSocket(this.lab.host('client').rootNs);
    assert(socket.connect(SERVER, PORT) === 'EINPROGRESS', 'the SYN is on its way');
    return socket;
  }

  private slice(): void {
    const { sched } = this.lab;
    const untilNs = sched.now + SLICE_NS;
    sched.run(untilNs, Infinity);
    if (sched.now < untilNs) sched.advanceTo(untilNs);
  }
}

/** True when the request has come and was answered. */
function answer(server: TcpSocket): boolean {
  if (server.discard(MESSAGE.length) <= 0) return false;
  assert(server.send(MESSAGE) === MESSAGE.length, 'there is room for the answer');
  server.close();
  return true;
}

/** Asks once it can; true when the server has answered and ended. */
function isOver(client: TcpSocket, asked: Set<TcpSocket>): boolean {
  if (!asked.has(client)) {
    if (client.writable.isReady() && client.send(MESSAGE) > 0) asked.add(client);
    return false;
  }
  while (client.discard(MESSAGE.length) > 0);
  if (client.readable.isReady() && client.discard(1) === 0) {
    asked.delete(client);
    client.close();
    return true;
  }
  return false;
}
