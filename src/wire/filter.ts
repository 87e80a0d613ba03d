/**
 * Filter expressions: the language of tcpdump and pcap-filter(7), compiled once and asked for every frame.
 *
 * Words: `host net port portrange src dst ether proto ip arp icmp udp tcp ip6 vlan vxlan broadcast multicast less
 * greater and or not ( )`, and `proto[offset:size] op value` with arithmetic. Differs from libpcap: addresses, ports
 * and protocols are IPv4's; `vxlan [VNI]` moves the tests to its right into the tunnel, as `vlan` moves them behind
 * its tag; twelve hexadecimal digits in a row are a name (a container's short id), not a MAC.
 */
import type { Ip4 } from '../base/addr.ts';
import type { FilterNode } from './filter-node.ts';
import { Everything, FrameBytes } from './filter-node.ts';
import { parseFilter } from './filter-parser.ts';

/** A compiled filter. */
export interface Filter {
  /** As it was written. */
  readonly text: string;
  /** Whether the frame between `o` (its Ethernet header) and `end` matches. Allocates nothing, reads nothing else. */
  matches(v: DataView, o: number, end: number): boolean;
}

class CompiledFilter implements Filter {
  readonly text: string;
  private readonly root: FilterNode;
  private readonly frame: FrameBytes;

  constructor(text: string, root: FilterNode) {
    this.text = text;
    this.root = root;
    this.frame = new FrameBytes();
  }

  matches(v: DataView, o: number, end: number): boolean {
    this.frame.point(v, o, end);
    return this.root.matches(this.frame) && !this.frame.isRefused();
  }
}

/**
 * Compiles `text`; an empty one matches every frame. `resolve` turns a host's name into its address. Throws
 * FilterError with the column of the word that it cannot take.
 */
export function compileFilter(text: string, resolve?: (name: string) => Ip4 | undefined): Filter {
  if (text.trim() === '') return new CompiledFilter(text, new Everything());
  return new CompiledFilter(text, parseFilter(text, resolve ?? unknownHost));
}

function unknownHost(): undefined {
  return undefined;
}
