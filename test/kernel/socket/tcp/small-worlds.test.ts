/**
 * Connections over ways that do their worst. Small worlds: two segments each way, and everything that can become of six
 * frames in a row. Random worlds: much data, tiny buffers, loss, copies, damage and reordering by chance. The bytes
 * arrive whole and in order, or both programs hear a clean error; both ends reach CLOSED, and no frame stays behind.
 */
import assert from 'node:assert/strict';
import { ip4 } from '../../../../src/base/addr.ts';
import { TcpSocket } from '../../../../src/kernel/socket/tcp/tcp-socket.ts';
import { SEND_SHUTDOWN, TCP_LISTEN } from '../../../../src/kernel/socket/tcp/tcp-states.ts';
import { Rng } from '../../../../src/sim/rng.ts';
import { EFFORT, SECOND } from '../../kit.ts';
import type { Fate } from './rough-way.ts';
import { PASSES, RoughWay } from './rough-way.ts';

const PORT = 7000;
const SERVER = ip4('10.0.0.2');
/** Longer than any time-out, so that what still stands then hangs. */
const PATIENCE_NS = 3000 * SECOND;

/** The byte at a place of the stream that one end sends. */
const byteAt = (place: number, salt: number): number => (place * 13 + (place >> 8) * 7 + salt) & 255;

/** A program at one end: writes all it has in pieces, reads all there is, ends its half, waits for the other's end. */
class End {
  socket: TcpSocket | null = null;
  isConnected = false;
  sent = 0;
  received = 0;
  isShut = false;
  hasEnded = false;
  error = '';
  isClosed = false;
  readonly salt: number;
  readonly total: number;
  /** How much is written and read at once, by the number of the call. */
  readonly piece: (call: number) => number;
  /** Nothing is sent before so much has been received. */
  readonly sendsAfter: number;
  private calls = 0;
  private readonly buffer = new Uint8Array(65_536);
  private readonly bytes: Uint8Array;

  constructor(total: number, salt: number, sendsAfter: number, piece: (call: number) => number) {
    this.total = total;
    this.salt = salt;
    this.sendsAfter = sendsAfter;
    this.piece = piece;
    this.bytes = Uint8Array.from({ length: total }, (_, i) => byteAt(i, salt));
  }

  /** Does what can be done now. */
  step(peer: End): void {
    const { socket } = this;
    if (socket === null || this.isClosed) return;
    if (!this.isConnected) {
      if (!socket.writable.isReady()) return;
      this.isConnected = true;
      this.error = socket.takeError();
    }
    if (this.error === '') this.error = this.read(socket, peer);
    if (this.error === '') this.error = this.write(socket);
    if (this.error !== '' || (this.isShut && this.hasEnded)) this.close();
  }

  close(): void {
    this.isClosed = true;
    this.socket?.close();
  }

  private read(socket: TcpSocket, peer: End): string {
    while (!this.hasEnded) {
      const max = Math.min(this.piece(this.calls++), this.buffer.length);
      const got = socket.receiveInto(this.buffer, 0, max);
      if (got < 0) return socket.lastError === 'EAGAIN' ? '' : socket.lastError;
      if (got === 0) this.hasEnded = true;
      for (let i = 0; i < got; i++) {
        const wanted = byteAt(this.received + i, peer.salt);
        if (this.buffer[i] !== wanted) assert.equal(this.buffer[i], wanted, `byte ${this.received + i}`);
      }
      this.received += got;
      assert.ok(this.received <= peer.total, 'no more than was sent');
    }
    return '';
  }

  private write(socket: TcpSocket): string {
    if (this.received < this.sendsAfter && !this.hasEnded) return '';
    while (this.sent < this.total) {
      const to = Math.min(this.sent + this.piece(this.calls++), this.total);
      const taken = socket.send(this.bytes, this.sent, to);
      if (taken < 0) return socket.lastError === 'EAGAIN' ? '' : socket.lastError;
      this.sent += taken;
    }
    if (!this.isShut) socket.shutdown(SEND_SHUTDOWN);
    this.isShut = true;
    return '';
  }
}

/** One connection from beginning to end; what both programs heard. */
class Meeting {
  readonly way: RoughWay;
  readonly client: End;
  readonly server: End;
  private readonly listening: TcpSocket;

  constructor(way: RoughWay, client: End, server: End, prepare: (socket: TcpSocket) => void = () => undefined) {
    this.way = way;
    this.client = client;
    this.server = server;
    this.listening = new TcpSocket(way.b.rootNs);
    this.listening.setReuseAddress(true);
    prepare(this.listening);
    assert.equal(this.listening.bind(0, PORT), '');
    assert.equal(this.listening.listen(4), '');
    const socket = new TcpSocket(way.a.rootNs);
    prepare(socket);
    assert.equal(socket.connect(SERVER, PORT), 'EINPROGRESS');
    client.socket = socket;
  }

  /** Until both ends are CLOSED and nothing is under way. */
  run(context: string): void {
    const { client, server, way } = this;
    const { sched, slab } = way.world;
    const endNs = sched.now + PATIENCE_NS;
    while (sched.now < endNs && sched.run(endNs, 1) === 1) {
      if (server.socket === null && !this.listeningIsOver()) this.accept();
      client.step(server);
      server.step(client);
      if (client.isClosed && (server.isClosed || server.socket === null) && this.isQuiet()) break;
    }
    assert.ok(client.isClosed, `the client has come to an end (${context})`);
    assert.ok(
      server.isClosed || server.socket === null,
      `the server has come to an end (${context}): the client ${client.error}, ${this.tell()}`,
    );
    assert.ok(this.isQuiet(), `both ends are closed (${context}): ${this.tell()}`);
    way.world.check();
    assert.equal(slab.inUse, 0, `no frame is left (${context})`);
    this.listening.close();
  }

  /** The bytes of both, or an error that both can have heard of. */
  checkBytes(context: string): void {
    const { client, server } = this;
    if (client.error !== '' || server.error !== '') {
      for (const errno of [client.error, server.error]) {
        assert.ok(['', 'ETIMEDOUT', 'ECONNRESET', 'EPIPE'].includes(errno), `${errno} (${context})`);
      }
      return;
    }
    assert.equal(server.received, client.total, `all of the client's bytes (${context})`);
    assert.equal(client.received, server.total, `all of the server's bytes (${context})`);
  }

  private listeningIsOver(): boolean {
    return this.client.isClosed && this.client.error !== '';
  }

  private accept(): void {
    const socket = this.listening.accept();
    if (socket === null) return;
    this.server.socket = socket;
  }

  /** For who has to find out. */
  private tell(): string {
    const ends = [this.client, this.server].map((end) => {
      const { sent, received, total, isShut, hasEnded, isClosed, socket } = end;
      return { sent, received, total, isShut, hasEnded, isClosed, state: socket?.state };
    });
    return JSON.stringify([ends, this.states()]);
  }

  private isQuiet(): boolean {
    return this.way.world.slab.inUse === 0 && this.states().length === 0;
  }

  private states(): number[] {
    const entries = [...this.way.a.rootNs.tcp.list(), ...this.way.b.rootNs.tcp.list()];
    return entries.map((entry) => entry.state).filter((state) => state !== TCP_LISTEN);
  }
}

const FATES: readonly Fate[] = [
  PASSES,
  { copies: 0, lateNs: 0, damagedByte: -1 },
  { copies: 2, lateNs: 0, damagedByte: -1 },
  { copies: 1, lateNs: 3_000_000, damagedByte: -1 },
];
const FRAMES = 6;

describe('kernel: small worlds of TCP', () => {
  const lastFirst = EFFORT > 1 ? 14 : 8;
  // All of them with more effort; a step that shares no factor with their number goes through all kinds of fates.
  const step = EFFORT > 1 ? 1 : 5;
  for (let first = 0; first <= lastFirst; first += EFFORT > 1 ? 1 : 4) {
    it(`comes through whatever becomes of the frames ${first + 1} to ${first + FRAMES}`, () => {
      const way = new RoughWay(1);
      for (let world = first % step; world < FATES.length ** FRAMES; world += step) {
        let count = 0;
        way.fateOf = () => {
          const place = count++ - first;
          return place < 0 || place >= FRAMES ? PASSES : FATES[(world >> (2 * place)) & 3]!;
        };
        const client = new End(20, 3, 0, () => 10);
        const server = new End(20, 5, 20, () => 10);
        const meeting = new Meeting(way, client, server, (socket) => {
          socket.setNoDelay(true);
        });
        const context = `frames from ${first} on, fates ${world.toString(4).padStart(FRAMES, '0')}`;
        meeting.run(context);
        assert.equal(client.error + server.error, '', context);
        meeting.checkBytes(context);
      }
    });
  }
});

/** A random world: the way, the programs and their sockets. */
function randomMeeting(seed: number): Meeting {
  const rng = Rng.fromSeed(seed);
  const way = new RoughWay(seed, rng.below(20) * 500_000 + 1000, rng.below(2) === 0 ? 0 : 10 ** (6 + rng.below(4)));
  const [loss, copy, damage, late] = [rng.below(21), rng.below(6), rng.below(6), rng.below(30)];
  const lateNs = 1 + rng.below(30_000_000);
  way.fateOf = () => ({
    copies: rng.below(100) < loss ? 0 : rng.below(100) < copy ? 2 : 1,
    lateNs: rng.below(100) < late ? 1 + rng.below(lateNs) : 0,
    damagedByte: rng.below(100) < damage ? rng.below(1500) : -1,
  });
  const end = (salt: number, mayWait: boolean): End => {
    const total = rng.below(8) === 0 ? 0 : rng.below(10 ** (1 + rng.below(5)));
    const most = 1 + rng.below(10 ** (1 + rng.below(5)));
    // Two that wait for each other would wait for ever.
    const after = rng.below(3) === 0 && mayWait ? rng.below(100) : 0;
    return new End(total, salt, after, () => 1 + rng.below(most));
  };
  const [client, server] = [end(3, false), end(5, true)];
  const [sndbuf, rcvbuf] = [rng.below(3) === 0 ? 1 + rng.below(8000) : 0, rng.below(3) === 0 ? 1 + rng.below(8000) : 0];
  const hasNoDelay = rng.below(2) === 0;
  return new Meeting(way, client, server, (socket) => {
    // One whose peer has given up would wait for ever.
    socket.setKeepalive(true, 60, 10, 5);
    if (sndbuf > 0) socket.setSendBuffer(sndbuf);
    if (rcvbuf > 0) socket.setReceiveBuffer(rcvbuf);
    socket.setNoDelay(hasNoDelay);
  });
}

describe('kernel: random worlds of TCP', () => {
  const only = process.env['DOCKWIRE_TCP_SEED'];
  it('carries bytes whole or says why not, and leaves nothing behind', () => {
    const seeds =
      only === undefined
        ? Array.from({ length: 200 * EFFORT * Math.min(EFFORT, 2.5) }, (_, i) => i + 1)
        : [Number(only)];
    let whole = 0;
    for (const seed of seeds) {
      const meeting = randomMeeting(seed);
      meeting.run(`DOCKWIRE_TCP_SEED=${seed}`);
      meeting.checkBytes(`DOCKWIRE_TCP_SEED=${seed}`);
      if (meeting.client.error + meeting.server.error === '') whole++;
    }
    assert.ok(whole >= 0.9 * seeds.length, `${whole} of ${seeds.length} come through`);
  }).timeout(600_000);
});
