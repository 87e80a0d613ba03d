/** Sockets that answer as a test says, for pings without a kernel. */
import type { Ip4 } from '../../../src/base/addr.ts';
import { ip4 } from '../../../src/base/addr.ts';
import type { Errno } from '../../../src/kernel/errno.ts';
import { WaitQueue } from '../../../src/kernel/proc/wait.ts';
import type { Waiter } from '../../../src/kernel/proc/wait.ts';
import type { EchoReply } from '../../../src/kernel/socket/ping-socket.ts';
import type { SocketError } from '../../../src/kernel/socket/socket-error.ts';
import type { EchoSocket, PingSockets } from '../../../src/userland/ping/echo-socket.ts';
import { MICROSECOND, TableKit } from '../../kernel/proc/table-kit.ts';

interface Answer {
  readonly replyUs: number;
  readonly ttl?: number;
  readonly from?: string;
  readonly payloadLength?: number;
}

interface IcmpError {
  readonly errorUs: number;
  readonly type: number;
  readonly code: number;
  readonly info?: number;
  readonly from: string;
}

/** sendmsg(2) fails; the error queue then holds something or not. */
interface Refusal {
  readonly errno: Errno;
  readonly mtu?: number;
  readonly icmp?: { readonly type: number; readonly code: number; readonly from: string };
}

/** What happens to one request; several outcomes may follow one another. */
export type Outcome = Answer | IcmpError | Refusal;

/** A request as it was sent. */
export interface SentEcho {
  readonly atNs: number;
  readonly seq: number;
  readonly payload: Uint8Array;
}

export class FakeNetwork {
  readonly kit = new TableKit();
  readonly sent: SentEcho[] = [];
  readonly opened: FakeEchoSocket[] = [];
  /** What connecting the probe answers. */
  probeErrno: Errno = '';
  devices = ['eth0'];
  addresses = ['10.0.0.1'];
  /** What becomes of request number n, from 0; nothing happens to further ones. */
  outcomes: (n: number) => readonly Outcome[] = () => [];

  readonly sockets: PingSockets = {
    echo: () => {
      const socket = new FakeEchoSocket(this);
      this.opened.push(socket);
      return socket;
    },
    probe: () => ({ broadcast: false, connect: () => this.probeErrno, close: () => undefined }),
  };
}

export class FakeEchoSocket implements EchoSocket {
  ttl = 0;
  tos = 0;
  pmtuDiscovery = 1;
  broadcast = false;
  id = 4711;
  isClosed = false;
  source: Ip4 = 0;
  options: Uint8Array = new Uint8Array(0);
  private readonly network: FakeNetwork;
  private readonly replies: EchoReply[] = [];
  private readonly errors: SocketError[] = [];
  private readonly waiters = new WaitQueue();

  constructor(network: FakeNetwork) {
    this.network = network;
  }

  bind(address: Ip4, id: number): Errno {
    if (address !== 0 && !this.network.addresses.some((text) => ip4(text) === address)) return 'EADDRNOTAVAIL';
    this.source = address;
    if (id !== 0) this.id = id;
    return '';
  }

  bindToDevice(name: string): Errno {
    return this.network.devices.includes(name) ? '' : 'ENODEV';
  }

  setOptions(bytes: Uint8Array): Errno {
    this.options = bytes;
    return '';
  }

  sourceFor(): Ip4 {
    return this.source === 0 ? ip4(this.network.addresses[0]!) : this.source;
  }

  sendEcho(dst: Ip4, seq: number, payload: Uint8Array): Errno {
    const { kit, sent } = this.network;
    const outcomes = this.network.outcomes(sent.length);
    const copy = payload.slice();
    sent.push({ atNs: kit.sched.now, seq, payload: copy });
    for (const outcome of outcomes) {
      if ('errno' in outcome) return this.refuse(dst, seq, outcome);
      if ('errorUs' in outcome) {
        const { errorUs, type, code, info = 0, from } = outcome;
        kit.at(kit.sched.now + errorUs * MICROSECOND, () => {
          this.queueError({
            ...LOCAL,
            errno: 'EHOSTUNREACH',
            origin: 'icmp',
            type,
            code,
            info,
            offender: ip4(from),
            dst,
            seq,
          });
        });
      } else this.answer(dst, seq, copy, outcome);
    }
    return '';
  }

  private answer(dst: Ip4, seq: number, payload: Uint8Array, outcome: Answer): void {
    const { kit } = this.network;
    const { replyUs, ttl = 64, from, payloadLength = payload.length } = outcome;
    kit.at(kit.sched.now + replyUs * MICROSECOND, () => {
      const source = from === undefined ? dst : ip4(from);
      const timeNs = kit.sched.now;
      this.replies.push({
        from: source,
        ttl,
        seq,
        id: this.id,
        options: new Uint8Array(0),
        payload: payload.slice(0, payloadLength),
        timeNs,
      });
      this.waiters.wakeAll();
    });
  }

  private refuse(dst: Ip4, seq: number, outcome: Refusal): Errno {
    const { errno, mtu, icmp } = outcome;
    if (mtu !== undefined) this.errors.push({ ...LOCAL, errno, info: mtu, dst, seq });
    if (icmp !== undefined) {
      const { type, code, from } = icmp;
      this.errors.push({ ...LOCAL, errno, origin: 'icmp', type, code, offender: ip4(from), dst, seq });
    }
    return errno;
  }

  private queueError(error: SocketError): void {
    this.errors.push(error);
    this.waiters.wakeAll();
  }

  receive(): EchoReply | null {
    return this.replies.shift() ?? null;
  }

  receiveError(): SocketError | null {
    return this.errors.shift() ?? null;
  }

  close(): void {
    this.isClosed = true;
  }

  isReady(): boolean {
    return this.replies.length + this.errors.length > 0;
  }

  addWaiter(waiter: Waiter): void {
    this.waiters.add(waiter);
  }

  removeWaiter(waiter: Waiter): void {
    this.waiters.remove(waiter);
  }
}

const LOCAL: SocketError = {
  errno: '',
  origin: 'local',
  type: 0,
  code: 0,
  info: 0,
  offender: 0,
  ttl: 0,
  dst: 0,
  seq: 0,
  timeNs: 0,
};
