/**
 * The arithmetic of filters: `ip[0] & 0xf != 5`. Values are 32 bits and unsigned, kept as int32 so that no number is
 * ever boxed.
 */
import { assert } from '../base/assert.ts';
import * as ethernet from './ethernet.ts';
import type { FilterNode, FrameBytes, Layer } from './filter-node.ts';

/** A value computed from a frame. */
export interface ValueNode {
  value(frame: FrameBytes): number;
}

export class Constant implements ValueNode {
  readonly constant: number;
  constructor(constant: number) {
    this.constant = constant | 0;
  }
  value(): number {
    return this.constant;
  }
}

/** `len`. */
export class FrameLength implements ValueNode {
  value(frame: FrameBytes): number {
    return frame.end - frame.start;
  }
}

/** From where `proto[offset]` counts: the Ethernet header, the payload of a type, or the header of a protocol. */
export type Base = 'link' | 'payload' | 'transport';

/** `proto[offset:size]`. The tests that the protocol is there at all stand before the comparison. */
export class Load implements ValueNode {
  private readonly layer: Layer;
  private readonly base: Base;
  private readonly code: number;
  private readonly offset: ValueNode;
  private readonly size: number;

  /** `code` is the EtherType for `payload` and the IP protocol for `transport`; `size` is 1, 2 or 4. */
  constructor(layer: Layer, base: Base, code: number, offset: ValueNode, size: number) {
    assert(size === 1 || size === 2 || size === 4, 'a load has 1, 2 or 4 bytes');
    this.layer = layer;
    this.base = base;
    this.code = code;
    this.offset = offset;
    this.size = size;
  }

  value(frame: FrameBytes): number {
    const base = this.start(frame);
    if (base < 0) {
      frame.refuse();
      return 0;
    }
    // Offsets are unsigned: what looks negative lies far behind the end.
    const at = base + (this.offset.value(frame) >>> 0);
    if (this.size === 1) return frame.u8(at);
    return this.size === 2 ? frame.u16(at) : frame.i32(at);
  }

  private start(frame: FrameBytes): number {
    if (this.base === 'link') return this.layer.link(frame);
    return this.base === 'payload' ? this.layer.payloadOf(frame, this.code) : this.layer.transportOf(frame, this.code);
  }
}

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '&' | '|' | '^' | '<<' | '>>';

export class Arithmetic implements ValueNode {
  private readonly operator: ArithmeticOperator;
  private readonly left: ValueNode;
  private readonly right: ValueNode;
  constructor(operator: ArithmeticOperator, left: ValueNode, right: ValueNode) {
    this.operator = operator;
    this.left = left;
    this.right = right;
  }

  value(frame: FrameBytes): number {
    const left = this.left.value(frame);
    const right = this.right.value(frame);
    switch (this.operator) {
      case '+':
        return (left + right) | 0;
      case '-':
        return (left - right) | 0;
      case '*':
        return Math.imul(left, right);
      case '&':
        return left & right;
      case '|':
        return left | right;
      case '^':
        return left ^ right;
      case '<<':
        return right >>> 0 > 31 ? 0 : left << right;
      case '>>':
        return right >>> 0 > 31 ? 0 : (left >>> right) | 0;
      case '/':
      case '%':
        return divide(frame, this.operator, left, right);
    }
  }
}

/** Unsigned division; by zero it ends the filter without a match, as in BPF. */
function divide(frame: FrameBytes, operator: '/' | '%', left: number, right: number): number {
  if (right === 0) {
    frame.refuse();
    return 0;
  }
  const dividend = left >>> 0;
  const divisor = right >>> 0;
  return (operator === '/' ? dividend / divisor : dividend % divisor) | 0;
}

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** Moves unsigned order onto signed order. */
const SIGN = 0x8000_0000 | 0;

/** `left op right`, unsigned. */
export class Compare implements FilterNode {
  private readonly operator: Comparison;
  private readonly left: ValueNode;
  private readonly right: ValueNode;
  constructor(operator: Comparison, left: ValueNode, right: ValueNode) {
    this.operator = operator;
    this.left = left;
    this.right = right;
  }

  matches(frame: FrameBytes): boolean {
    const left = this.left.value(frame) ^ SIGN;
    const right = this.right.value(frame) ^ SIGN;
    switch (this.operator) {
      case '=':
        return left === right;
      case '!=':
        return left !== right;
      case '<':
        return left < right;
      case '<=':
        return left <= right;
      case '>':
        return left > right;
      case '>=':
        return left >= right;
    }
  }
}

/** The names before a bracket, and what they count from. */
export const LOADS: Readonly<Record<string, { readonly base: Base; readonly code: number }>> = {
  ether: { base: 'link', code: 0 },
  ip: { base: 'payload', code: ethernet.ETHERTYPE_IPV4 },
  arp: { base: 'payload', code: ethernet.ETHERTYPE_ARP },
  ip6: { base: 'payload', code: ethernet.ETHERTYPE_IPV6 },
  icmp: { base: 'transport', code: 1 },
  tcp: { base: 'transport', code: 6 },
  udp: { base: 'transport', code: 17 },
};
