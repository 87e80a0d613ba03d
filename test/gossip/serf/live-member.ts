/**
 * A serf of this project in the real world: real time, real sockets. `real-agents.test.ts` runs it in a network
 * namespace; it reads commands from standard input, a line each, and prints what it hears.
 *
 *   node live-member.js '{"name": …, "address": …, "join": …, "key": …}'
 */
import { createSocket } from 'node:dgram';
import type { Socket as DatagramSocket } from 'node:dgram';
import { createConnection, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { formatIp4, ip4 } from '../../../src/base/addr.ts';
import { utf8Decode, utf8Encode } from '../../../src/base/bytes.ts';
import { Keyring } from '../../../src/gossip/keyring.ts';
import { localSettings, memberlistConfig } from '../../../src/gossip/memberlist/config.ts';
import { serfSettings } from '../../../src/gossip/serf/serf-config.ts';
import { Serf } from '../../../src/gossip/serf/serf.ts';
import type { DialHandler, GossipClock, GossipStream, GossipTimer } from '../../../src/gossip/transport.ts';
import type { MemberAddress, StreamHandler, Transport, TransportTarget } from '../../../src/gossip/transport.ts';
import { Rng } from '../../../src/sim/rng.ts';
import { listening } from './serf-cluster.ts';

const PORT = 7946;

/** Real time since the start of the process. */
const clock: GossipClock = {
  get now() {
    return Math.round(performance.now() * 1e6);
  },
  newTimer: (expired) => new RealTimer(expired),
};

class RealTimer implements GossipTimer {
  deadlineNs = Infinity;
  private readonly expired: () => void;
  private handle: NodeJS.Timeout | undefined;

  constructor(expired: () => void) {
    this.expired = expired;
  }

  get isArmed(): boolean {
    return this.deadlineNs !== Infinity;
  }

  arm(delayNs: number): void {
    this.armAt(clock.now + delayNs);
  }

  armAt(timeNs: number): void {
    this.cancel();
    this.deadlineNs = timeNs;
    const delayMs = (timeNs - clock.now) / 1e6;
    // Node takes a delay from 2^31 ms on for none.
    if (delayMs < 2 ** 31)
      this.handle = setTimeout(() => {
        this.expire();
      }, delayMs);
  }

  cancel(): void {
    clearTimeout(this.handle);
    this.deadlineNs = Infinity;
  }

  dispose(): void {
    this.cancel();
  }

  private expire(): void {
    this.deadlineNs = Infinity;
    this.expired();
  }
}

/** Datagrams and streams of Node. */
class RealTransport implements Transport {
  private readonly datagrams: DatagramSocket;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  constructor(address: string, target: TransportTarget, ready: () => void) {
    this.datagrams = createSocket('udp4');
    this.datagrams.on('message', (payload, from) => {
      target.receivePacket(Uint8Array.from(payload), { address: ip4(from.address), port: from.port });
    });
    this.server = createServer((socket) => {
      const stream = this.streamOf(socket);
      listen(socket, target.acceptStream(stream));
    });
    this.datagrams.bind(PORT, address, () => this.server.listen(PORT, address, ready));
  }

  sendPacket(to: MemberAddress, payload: Uint8Array): void {
    this.datagrams.send(payload, to.port, formatIp4(to.address), () => undefined);
  }

  dial(to: MemberAddress, timeoutNs: number, handler: DialHandler): () => void {
    const socket = createConnection({ host: formatIp4(to.address), port: to.port });
    const timeout = setTimeout(() => socket.destroy(new Error('i/o timeout')), timeoutNs / 1e6);
    socket.on('connect', () => {
      clearTimeout(timeout);
      handler.onOpen(this.streamOf(socket));
    });
    socket.on('close', () => {
      clearTimeout(timeout);
    });
    listen(socket, handler);
    return () => {
      socket.removeAllListeners('data').removeAllListeners('end').removeAllListeners('error');
      socket.on('error', () => undefined);
      socket.destroy();
    };
  }

  shutdown(): void {
    this.datagrams.close();
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private streamOf(socket: Socket): GossipStream {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    return {
      remote: { address: ip4(socket.remoteAddress!), port: socket.remotePort! },
      send: (bytes) => {
        socket.write(bytes);
      },
      close: () => {
        socket.removeAllListeners('data').removeAllListeners('end').removeAllListeners('error');
        socket.on('error', () => undefined);
        socket.end();
      },
    };
  }
}

function listen(socket: Socket, handler: StreamHandler): void {
  socket.on('data', (bytes: Buffer) => {
    handler.onData(Uint8Array.from(bytes));
  });
  socket.on('end', () => {
    handler.onEnd();
  });
  socket.on('error', (error) => {
    handler.onError(error.message);
  });
}

interface Options {
  readonly name: string;
  readonly address: string;
  readonly join: string;
  /** Hexadecimal. */
  readonly keys: readonly string[];
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function run(options: Options): void {
  const lines = Object.assign([] as string[], { push: (line: string) => (say(line), 0) });
  const below = memberlistConfig(options.name, ip4(options.address), PORT, localSettings());
  const [primary, ...others] = options.keys.map((key) => Uint8Array.from(Buffer.from(key, 'hex')));
  if (primary !== undefined) below.keyring = new Keyring(primary, others);
  below.log = (line) => {
    say(`log ${line}`);
  };
  const config = {
    memberlist: below,
    tags: new Map([['role', 'emulated']]),
    settings: serfSettings(),
    handler: listening(options.name, lines),
  };
  const serf = Serf.create(config, clock, Rng.fromSeed(process.pid), (target) => {
    return new RealTransport(options.address, target, () => {
      serf.join([{ address: ip4(options.join), port: PORT }], true, (contacted, errors) => {
        say(`joined ${contacted} ${errors.join('; ')}`);
      });
    });
  });
  createInterface({ input: process.stdin }).on('line', (line) => {
    command(serf, line);
  });
}

/** Sends what others have said. */
const stranger = createSocket('udp4');

function command(serf: Serf, line: string): void {
  const [verb, ...words] = line.split(' ');
  if (verb === 'event') {
    say(`event said: ${serf.userEvent(words[0]!, utf8Encode(words[1]!), true) ?? 'ok'}`);
  } else if (verb === 'query') {
    const heard = {
      ack: (from: string) => {
        say(`ack ${from}`);
      },
      response: (from: string, payload: Uint8Array | null) => {
        say(`response ${from} ${utf8Decode(payload ?? new Uint8Array(0))}`);
      },
      done: () => {
        say('query done');
      },
    };
    serf.query(words[0]!, utf8Encode(words[1]!), { requestAck: true, timeoutNs: 1e9 }, heard);
  } else if (verb === 'members') {
    for (const { name, status, tags } of serf.members()) say(`member ${name} ${status} ${tags.get('role') ?? '-'}`);
  } else if (verb === 'counters') {
    say(`counters ${JSON.stringify(Object.fromEntries(serf.memberlist.counters.drops()))}`);
  } else if (verb === 'datagram') {
    stranger.send(Buffer.from(words[1]!, 'hex'), PORT, words[0]);
  } else if (verb === 'stream') {
    createConnection({ host: words[0]!, port: PORT })
      .on('error', () => undefined)
      .end(Buffer.from(words[1]!, 'hex'));
  } else if (verb === 'leave') {
    serf.leave((error) => {
      say(`left ${error ?? 'in peace'}`);
      serf.shutdown();
      process.exit(0);
    });
  }
}

run(JSON.parse(process.argv[2]!) as Options);
