/**
 * The machine of classic BPF (Linux: net/core/filter.c, Documentation/networking/filter.rst): an accumulator, an index
 * register, sixteen words of memory, and jumps that only go forward. Offsets count from the IP header; those below 0
 * name things beside the bytes.
 */
import { PROTO_ICMP, PROTO_IGMP, PROTO_TCP, PROTO_UDP } from '../../../wire/ipv4.ts';
import { headerLen as tcpHeaderLen } from '../../../wire/tcp.ts';
import { NF_INET_LOCAL_OUT, NF_INET_POST_ROUTING } from '../hooks.ts';
import type { NetDevice } from '../../netdev.ts';
import type { NfPacket } from '../packet.ts';
import type { Rng } from '../../../sim/rng.ts';

/** Classes, sizes, modes and operations: the parts of an instruction's code. */
const LD = 0x00;
const LDX = 0x01;
const ST = 0x02;
const STX = 0x03;
const ALU = 0x04;
const JMP = 0x05;
const RET = 0x06;
const CLASS = 0x07;
const SIZE = 0x18;
const SIZE_H = 0x08;
const SIZE_B = 0x10;
const MODE = 0xe0;
const IMM = 0x00;
const ABS = 0x20;
const IND = 0x40;
const MEM = 0x60;
const LEN = 0x80;
const MSH = 0xa0;
const SOURCE_X = 0x08;
const OPERATION = 0xf0;
const RET_A = 0x10;
const TXA = 0x80;
const JA = 0x00;
const DIV = 0x30;
const LSH = 0x60;
const RSH = 0x70;
const MOD = 0x90;
const MAX_ALU = 0xa0;
const MAX_JUMP = 0x40;

const MEMORY_WORDS = 16;
/** Where offsets below 0 lead: to marks of the packet, the IP header, the Ethernet header. */
const SKF_AD_OFF = -0x1000;
const SKF_NET_OFF = -0x100000;
const SKF_LL_OFF = -0x200000;
/** Marks of a packet by number: SKF_AD_…. */
const AD_PROTOCOL = 0;
const AD_PKTTYPE = 4;
const AD_IFINDEX = 8;
const AD_MARK = 20;
const AD_HATYPE = 28;
const AD_ALU_XOR_X = 40;
const AD_PAY_OFFSET = 52;
const AD_RANDOM = 56;
const AD_MAX = 60;
const ETH_P_IP = 0x0800;
const ARPHRD_ETHER = 1;
const ARPHRD_LOOPBACK = 772;
const DCCP = 33;
const SCTP = 132;
const UDPLITE = 136;

/** All codes that there are, but for the ancillary loads. */
function isKnownCode(code: number): boolean {
  const kind = code & CLASS;
  const size = code & SIZE;
  const mode = code & MODE;
  if (code > 0xff) return false;
  if (kind === LD && (mode === ABS || mode === IND)) return size !== SIZE;
  if (kind === LD) return size === 0 && (mode === IMM || mode === MEM || mode === LEN);
  if (kind === LDX && mode === MSH) return size === SIZE_B;
  if (kind === LDX) return size === 0 && (mode === IMM || mode === MEM || mode === LEN);
  if (kind === ST || kind === STX) return code === kind;
  if (kind === ALU) return (code & OPERATION) <= MAX_ALU && code !== (ALU | 0x80 | SOURCE_X);
  if (kind === JMP) return (code & OPERATION) <= MAX_JUMP && code !== (JMP | SOURCE_X);
  if (kind === RET) return code === RET || code === (RET | RET_A);
  return code === 0x07 || code === (0x07 | TXA);
}

/** A program, checked and laid out. */
export class BpfProgram {
  private readonly codes: Uint8Array;
  private readonly jumpsTrue: Uint8Array;
  private readonly jumpsFalse: Uint8Array;
  private readonly numbers: Uint32Array;

  /** Instructions as code, jump if true, jump if false, number. */
  constructor(instructions: readonly (readonly number[])[]) {
    this.codes = Uint8Array.from(instructions, ([code]) => code!);
    this.jumpsTrue = Uint8Array.from(instructions, ([, jump]) => jump!);
    this.jumpsFalse = Uint8Array.from(instructions, ([, , jump]) => jump!);
    this.numbers = Uint32Array.from(instructions, ([, , , number]) => number!);
  }

  /** Runs it; answers what it returns, 0 when it reads beyond the packet or divides by 0. */
  run(packet: NfPacket, rng: Rng): number {
    const { codes, numbers } = this;
    let a = 0;
    let x = 0;
    for (let at = 0; ; at++) {
      const code = codes[at]!;
      const k = numbers[at]!;
      switch (code & CLASS) {
        case LD:
          a = load(packet, rng, code, k, a, x);
          if (a === FAILED) return 0;
          break;
        case LDX:
          x = loadIndex(packet, code, k);
          if (x === FAILED) return 0;
          break;
        case ST:
          memory[k] = a;
          break;
        case STX:
          memory[k] = x;
          break;
        case ALU: {
          const operand = (code & SOURCE_X) === 0 ? k : x;
          if (operand === 0 && ((code & OPERATION) === DIV || (code & OPERATION) === MOD)) return 0;
          a = compute(code & OPERATION, a, operand);
          break;
        }
        case JMP:
          if ((code & OPERATION) === JA) at += k;
          else at += holds(code, a, (code & SOURCE_X) === 0 ? k : x) ? this.jumpsTrue[at]! : this.jumpsFalse[at]!;
          break;
        case RET:
          return (code & RET_A) === 0 ? k : a;
        default:
          if ((code & TXA) === 0) x = a;
          else a = x;
      }
    }
  }
}

/** What a load answers that found nothing: no value has a sign. */
const FAILED = -1;
const memory = new Uint32Array(MEMORY_WORDS);

function load(packet: NfPacket, rng: Rng, code: number, k: number, a: number, x: number): number {
  switch (code & MODE) {
    case IMM:
      return k;
    case MEM:
      return memory[k]!;
    case LEN:
      return packet.end - packet.network;
    case IND:
      return read(packet, code & SIZE, (k + x) | 0);
    default: {
      const offset = k | 0;
      if (offset >= SKF_AD_OFF && offset < 0) return ancillary(packet, rng, offset - SKF_AD_OFF, a, x);
      return read(packet, code & SIZE, offset);
    }
  }
}

function loadIndex(packet: NfPacket, code: number, k: number): number {
  switch (code & MODE) {
    case IMM:
      return k;
    case MEM:
      return memory[k]!;
    case LEN:
      return packet.end - packet.network;
    default: {
      const byte = read(packet, SIZE_B, k | 0);
      return byte === FAILED ? byte : (byte & 0xf) << 2;
    }
  }
}

/** Twin of bpf_skb_load_helper and bpf_internal_load_pointer_neg_helper. */
function read({ view, network, end, frame }: NfPacket, size: number, offset: number): number {
  let at = network + offset;
  if (offset < 0) {
    if (offset >= SKF_NET_OFF) at = network + offset - SKF_NET_OFF;
    else if (offset >= SKF_LL_OFF && frame.head < network) at = frame.head + offset - SKF_LL_OFF;
    else return FAILED;
  }
  const bytes = size === SIZE_B ? 1 : size === SIZE_H ? 2 : 4;
  if (at + bytes > end) return FAILED;
  if (size === SIZE_B) return view.getUint8(at);
  return size === SIZE_H ? view.getUint16(at) : view.getUint32(at);
}

/** Twin of convert_bpf_extensions: what is known of a packet beside its bytes; no processor but the first, no VLANs. */
function ancillary(packet: NfPacket, rng: Rng, number: number, a: number, x: number): number {
  const { state, frame } = packet;
  const { hook } = state;
  const dev = hook === NF_INET_LOCAL_OUT ? null : hook === NF_INET_POST_ROUTING ? state.outDev : state.inDev;
  switch (number) {
    case AD_PROTOCOL:
      return ETH_P_IP;
    case AD_PKTTYPE:
      return frame.packetType;
    case AD_IFINDEX:
      return dev === null ? FAILED : dev.ifIndex;
    case AD_HATYPE:
      return dev === null ? FAILED : hardwareType(dev);
    case AD_MARK:
      return packet.mark >>> 0;
    case AD_ALU_XOR_X:
      return (a ^ x) >>> 0;
    case AD_PAY_OFFSET:
      return payloadOffset(packet);
    case AD_RANDOM:
      return rng.u32();
    default:
      return 0;
  }
}

function hardwareType(dev: NetDevice): number {
  return dev.isLoopback ? ARPHRD_LOOPBACK : ARPHRD_ETHER;
}

/** Twin of skb_get_poff: where the data of what is carried begin. */
function payloadOffset({ view, network, transport, end, protocol, fragmentOffset }: NfPacket): number {
  const offset = transport - network;
  if (fragmentOffset !== 0) return offset;
  switch (protocol) {
    case PROTO_TCP:
      return transport + 13 > end ? offset : offset + Math.max(20, tcpHeaderLen(view, transport));
    case PROTO_UDP:
    case UDPLITE:
    case PROTO_ICMP:
    case PROTO_IGMP:
      return offset + 8;
    case DCCP:
    case SCTP:
      return offset + 12;
    default:
      return offset;
  }
}

/** In 32 bits without a sign, in the order of the operations' numbers. */
function compute(operation: number, a: number, operand: number): number {
  switch (operation >>> 4) {
    case 0:
      return (a + operand) >>> 0;
    case 1:
      return (a - operand) >>> 0;
    case 2:
      return Math.imul(a, operand) >>> 0;
    case 3:
      return Math.floor(a / operand);
    case 4:
      return (a | operand) >>> 0;
    case 5:
      return (a & operand) >>> 0;
    case 6:
      return (a << operand) >>> 0;
    case 7:
      return a >>> operand;
    case 8:
      return -a >>> 0;
    case 9:
      return a % operand;
    default:
      return (a ^ operand) >>> 0;
  }
}

/** JEQ, JGT, JGE, JSET. */
function holds(code: number, a: number, operand: number): boolean {
  switch ((code & OPERATION) >>> 4) {
    case 1:
      return a === operand;
    case 2:
      return a > operand;
    case 3:
      return a >= operand;
    default:
      return (a & operand) !== 0;
  }
}

/** Twin of bpf_check_classic: whether the kernel takes the program. */
export function bpfCheckClassic(instructions: readonly (readonly number[])[]): boolean {
  const length = instructions.length;
  const isGood = instructions.every(([code = 0, jumpTrue = 0, jumpFalse = 0, k = 0], at) => {
    if (!isKnownCode(code)) return false;
    const kind = code & CLASS;
    const operation = code & OPERATION;
    if (kind === ALU && (code & SOURCE_X) === 0) {
      if ((operation === DIV || operation === MOD) && k === 0) return false;
      if ((operation === LSH || operation === RSH) && k >= 32) return false;
    }
    if (isMemory(code)) return k < MEMORY_WORDS;
    if (kind === JMP && operation === JA) return k < length - at - 1;
    if (kind === JMP) return at + jumpTrue + 1 < length && at + jumpFalse + 1 < length;
    if (kind === LD && (code & MODE) === ABS && (k | 0) >= SKF_AD_OFF && (k | 0) < 0) return isAncillary(k | 0);
    return true;
  });
  const [last = 0] = instructions.at(-1) ?? [];
  return isGood && (last & CLASS) === RET && readsWhatWasWritten(instructions);
}

function isMemory(code: number): boolean {
  const kind = code & CLASS;
  return kind === ST || kind === STX || ((kind === LD || kind === LDX) && (code & MODE) === MEM);
}

function isAncillary(offset: number): boolean {
  const number = offset - SKF_AD_OFF;
  return number <= AD_MAX && number % 4 === 0;
}

/** Twin of check_load_and_stores: no word of memory is read on any way before it was written. */
function readsWhatWasWritten(instructions: readonly (readonly number[])[]): boolean {
  const masks = instructions.map(() => 0xffff);
  let written = 0;
  return instructions.every(([code = 0, jumpTrue = 0, jumpFalse = 0, k = 0], at) => {
    written &= masks[at]!;
    const kind = code & CLASS;
    if (kind === ST || kind === STX) written |= 1 << k;
    else if (isMemory(code)) return (written & (1 << k)) !== 0;
    else if (kind === JMP) {
      const targets = (code & OPERATION) === JA ? [k] : [jumpTrue, jumpFalse];
      for (const target of targets) masks[at + 1 + target]! &= written;
      written = 0xffff;
    }
    return true;
  });
}
