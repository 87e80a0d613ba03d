/** Flows by chance, and what their ends send one after the other. */
import type { Ip4 } from '../../../src/base/addr.ts';
import { formatIp4 } from '../../../src/base/addr.ts';
import * as ipv4 from '../../../src/wire/ipv4.ts';
import type { Ipv4Fields } from '../../wire/frames.ts';
import { icmpBytes, ipv4Bytes } from '../../wire/frames.ts';
import type { CaseStep } from './case.ts';
import type { Chance } from './chance.ts';
import type { FlowEnds, Segment } from './datagrams.ts';
import { CLIENT_SEQ, frameFrom, SERVER_SEQ, tcpSegment, udpDatagram } from './datagrams.ts';
import { TCP_ACK, TCP_FIN, TCP_PSH, TCP_RST, TCP_SYN, TCP_URG } from './datagrams.ts';
import { BRIDGED, CLIENTS, EVERYBODY, FAR_AWAY, LOCAL, PORTS_POOL, SERVERS } from './pools.ts';

const FIRST_ID = 2;
const ICMP_ECHO = 8;
const MSS_OPTION = [2, 4, 5, 0xb4];

/** A flow and how far it has come. */
export class Flow {
  readonly ends: FlowEnds;
  /** The machine itself sends it. */
  readonly isOwn: boolean;
  /** The steps in which its datagrams came in, for answers. */
  readonly steps: number[] = [];
  private readonly chance: Chance;
  private stage = 0;

  constructor(chance: Chance) {
    this.chance = chance;
    const [from, to] = chance.weighted<readonly [readonly Ip4[], readonly Ip4[]]>([
      [6, [CLIENTS, SERVERS]],
      [4, [CLIENTS, BRIDGED]],
      [3, [BRIDGED, SERVERS]],
      [3, [BRIDGED, FAR_AWAY]],
      [3, [BRIDGED, BRIDGED]],
      [2, [SERVERS, CLIENTS]],
      [4, [[...CLIENTS, ...BRIDGED], LOCAL]],
      [2, [FAR_AWAY, LOCAL]],
      [1, [CLIENTS, EVERYBODY]],
      [1, [BRIDGED, EVERYBODY]],
      [4, [[], [...CLIENTS, ...SERVERS, ...BRIDGED, ...FAR_AWAY]]],
    ]);
    const dst = chance.among(to);
    this.isOwn = from.length === 0;
    const src = this.isOwn ? ownAddress(chance, dst) : chance.among(from);
    const protocol = chance.weighted([
      [5, ipv4.PROTO_UDP],
      [5, ipv4.PROTO_TCP],
      [3, ipv4.PROTO_ICMP],
      [1, 99],
    ]);
    const srcPort = chance.among(PORTS_POOL);
    this.ends = { protocol, src, dst, srcPort, dstPort: protocol === 1 ? srcPort : chance.among(PORTS_POOL) };
  }

  /** What comes next from who began; more than one frame where it is cut in pieces. */
  next(number: number): CaseStep[] {
    const { ends, chance } = this;
    const [oddity, flaws] = oddities(chance);
    const fields: Ipv4Fields & { src: Ip4; dst: Ip4 } = {
      src: ends.src,
      dst: ends.dst,
      id: FIRST_ID + number,
      flags: chance.once(3) ? ipv4.DF : 0,
      protocol: ends.protocol,
      ...flaws,
    };
    let payload = this.payload();
    if (oddity === 'short') payload = payload.slice(0, chance.below(9));
    if (oddity === 'checksum') payload = spoilt(payload, ends.protocol);
    if (oddity === 'pieces')
      return pieces(chance, payload, fields).map((piece) => this.step(piece.payload, piece.fields));
    return [this.step(payload, fields)];
  }

  private step(payload: readonly number[], fields: Ipv4Fields & { src: Ip4; dst: Ip4 }): CaseStep {
    const { protocol, src, dst, srcPort, dstPort } = this.ends;
    const note = `${protocol} ${formatIp4(src)}:${srcPort} > ${formatIp4(dst)}:${dstPort}`;
    if (this.isOwn) return { kind: 'own', bytes: Uint8Array.from(ipv4Bytes([...payload], fields)), note };
    return { kind: 'frame', ...frameFrom(payload, fields), note };
  }

  private payload(): readonly number[] {
    const { ends, chance } = this;
    const data = Array.from({ length: chance.among([0, 1, 4, 30, 30, 600]) }, (_, i) => i & 255);
    switch (ends.protocol) {
      case ipv4.PROTO_UDP: {
        const bytes = udpDatagram(ends, data);
        return chance.once(12) ? [...bytes.slice(0, 6), 0, 0, ...bytes.slice(8)] : bytes;
      }
      case ipv4.PROTO_TCP:
        return tcpSegment(ends, this.segment(data));
      case ipv4.PROTO_ICMP: {
        const type = chance.weighted([
          [12, ICMP_ECHO],
          [1, 13],
          [1, 0],
          [1, 3],
          [1, 17],
          [1, 40],
        ]);
        return icmpBytes(type, 0, (ends.srcPort << 16) | ++this.stage, data.length < 12 ? [...Array(12).keys()] : data);
      }
      default:
        return data;
    }
  }

  private segment(data: readonly number[]): Segment {
    const { chance } = this;
    const seq = CLIENT_SEQ + 1;
    const ack = SERVER_SEQ + 1;
    const stage = chance.once(5) ? 4 + chance.below(6) : this.stage++;
    switch (stage) {
      case 0:
        return { flags: TCP_SYN, seq: CLIENT_SEQ, options: chance.once(2) ? MSS_OPTION : [] };
      case 1:
        return { flags: TCP_ACK, seq, ack };
      case 2:
        return { flags: TCP_ACK | TCP_PSH, seq, ack, data };
      case 3:
        return { flags: TCP_FIN | TCP_ACK, seq: seq + 30, ack };
      case 4:
        return { flags: TCP_RST, seq: seq + chance.below(3) };
      case 5:
        return { flags: TCP_ACK, seq: seq + chance.among([0, 1, 70_000, -100]), ack: ack + chance.among([0, 90_000]) };
      case 6:
        return { flags: TCP_SYN, seq: CLIENT_SEQ + chance.among([0, 5000]), options: MSS_OPTION };
      case 7:
        return {
          flags: chance.among([0, TCP_FIN, TCP_SYN | TCP_FIN, TCP_URG | TCP_PSH | TCP_FIN, TCP_SYN | TCP_RST]),
          seq,
        };
      default:
        return { flags: TCP_ACK, seq, ack, data };
    }
  }
}

/** The address that the machine would take, now and then another one. */
function ownAddress(chance: Chance, dst: Ip4): Ip4 {
  if (chance.once(6)) return chance.among(LOCAL);
  const net = dst >>> 24 === 10 ? (dst >>> 16) & 0xff : 1;
  return LOCAL[net]!;
}

type Oddity = '' | 'short' | 'checksum' | 'pieces';

function oddities(chance: Chance): readonly [Oddity, Ipv4Fields] {
  return chance.weighted<readonly [Oddity, Ipv4Fields]>([
    [30, ['', {}]],
    [2, ['', { ttl: 1 }]],
    [1, ['', { ttl: 2 }]],
    [1, ['', { tos: 0x10 }]],
    [1, ['', { options: [7, 7, 4, 0, 0, 0, 0, 0] }]],
    [1, ['', { flags: ipv4.MF }]],
    [1, ['', { flags: 5 }]],
    [1, ['short', {}]],
    [2, ['checksum', {}]],
    [4, ['pieces', {}]],
  ]);
}

/** Where the checksum stands in the header. */
const CHECKSUM_AT: ReadonlyMap<number, number> = new Map([
  [ipv4.PROTO_UDP, 7],
  [ipv4.PROTO_TCP, 17],
  [ipv4.PROTO_ICMP, 3],
]);

function spoilt(payload: readonly number[], protocol: number): number[] {
  const at = CHECKSUM_AT.get(protocol) ?? 0;
  return payload.map((byte, i) => (i === at ? byte ^ 0x55 : byte));
}

interface Piece {
  readonly payload: readonly number[];
  readonly fields: Ipv4Fields & { src: Ip4; dst: Ip4 };
}

/** The datagram in two fragments, in either order; sometimes only one comes. */
function pieces(chance: Chance, payload: readonly number[], fields: Piece['fields']): Piece[] {
  const longer = payload.length >= 24 ? payload : [...payload, ...Array.from({ length: 24 }, () => 0)];
  const cut = 8 * (1 + chance.below(Math.floor(longer.length / 8) - 1));
  const list = [
    { payload: longer.slice(0, cut), fields: { ...fields, flags: ipv4.MF } },
    { payload: longer.slice(cut), fields: { ...fields, flags: cut / 8 } },
  ];
  if (chance.once(8)) for (const { fields } of list) fields.flags |= ipv4.DF;
  if (chance.once(3)) list.reverse();
  return chance.once(6) ? list.slice(0, 1) : list;
}
