/** What `-m conntrack` asks of a connection beside its state, compiled (Linux: conntrack_mt of xt_conntrack.c). */
import type { ConntrackTable } from '../conntrack/table.ts';
import { CT_IS_REPLY, IPS_CONFIRMED } from '../conntrack/status.ts';
import { TUPLE_DST, TUPLE_PORTS, TUPLE_SRC, TUPLE_WORDS } from '../conntrack/tuple.ts';

const SECOND_NS = 1_000_000_000;
const LOW_HALF = 0xffff;

/** One of its questions. */
export abstract class ConnectionTest {
  private readonly isInverted: boolean;

  constructor(isInverted: boolean) {
    this.isInverted = isInverted;
  }

  /** Whether the connection at `slot`, to which a packet stands as `ctinfo` says, is meant. */
  test(table: ConntrackTable, slot: number, ctinfo: number): boolean {
    return this.holds(table, slot, ctinfo) !== this.isInverted;
  }

  protected abstract holds(table: ConntrackTable, slot: number, ctinfo: number): boolean;
}

/** `--ctproto` */
export class ProtocolTest extends ConnectionTest {
  private readonly protocol: number;

  constructor(isInverted: boolean, protocol: number) {
    super(isInverted);
    this.protocol = protocol;
  }

  protected holds(table: ConntrackTable, slot: number): boolean {
    return table.protocolOf(slot) === this.protocol;
  }
}

/** `--ctorigsrc` and its like: `direction` and `isSource` say which address of the two tuples. */
export class AddressTest extends ConnectionTest {
  private readonly word: number;
  private readonly address: number;
  private readonly mask: number;

  constructor(isInverted: boolean, direction: number, isSource: boolean, address: number, mask: number) {
    super(isInverted);
    this.word = direction * TUPLE_WORDS + (isSource ? TUPLE_SRC : TUPLE_DST);
    this.address = address;
    this.mask = mask;
  }

  protected holds(table: ConntrackTable, slot: number): boolean {
    return ((table.tuples[2 * slot * TUPLE_WORDS + this.word]! ^ this.address) & this.mask) === 0;
  }
}

/** `--ctorigsrcport` and its like; of ICMP the identifier stands for the source, type and code for the destination. */
export class PortRangeTest extends ConnectionTest {
  private readonly word: number;
  private readonly shift: number;
  private readonly low: number;
  private readonly high: number;

  constructor(isInverted: boolean, direction: number, isSource: boolean, low: number, high: number) {
    super(isInverted);
    this.word = direction * TUPLE_WORDS + TUPLE_PORTS;
    this.shift = isSource ? 16 : 0;
    this.low = low;
    this.high = high;
  }

  protected holds(table: ConntrackTable, slot: number): boolean {
    const port = (table.tuples[2 * slot * TUPLE_WORDS + this.word]! >>> this.shift) & LOW_HALF;
    return port >= this.low && port <= this.high;
  }
}

/** `--ctstatus`: one of the bits; NONE is no bit at all. */
export class StatusTest extends ConnectionTest {
  private readonly bits: number;

  constructor(isInverted: boolean, bits: number) {
    super(isInverted);
    this.bits = bits;
  }

  protected holds(table: ConntrackTable, slot: number): boolean {
    return (table.status[slot]! & this.bits) !== 0;
  }
}

/** `--ctexpire`: whole seconds that are left. */
export class ExpiryTest extends ConnectionTest {
  private readonly low: number;
  private readonly high: number;

  constructor(isInverted: boolean, low: number, high: number) {
    super(isInverted);
    this.low = low;
    this.high = high;
  }

  protected holds(table: ConntrackTable, slot: number): boolean {
    // An entry that is not in the table yet has no deadline: the kernel takes it for long past.
    const isConfirmed = (table.status[slot]! & IPS_CONFIRMED) !== 0;
    const leftNs = isConfirmed ? table.expiresNs[slot]! - table.nowNs[0]! : 0;
    const seconds = leftNs <= 0 ? 0 : Math.floor(leftNs / SECOND_NS);
    return seconds >= this.low && seconds <= this.high;
  }
}

/** `--ctdir` */
export class DirectionTest extends ConnectionTest {
  protected holds(_table: ConntrackTable, _slot: number, ctinfo: number): boolean {
    return ctinfo >= CT_IS_REPLY;
  }
}
