/** What a driver sees of its host's interfaces, asked as a person would: `ip -j -d link show`, `ip -j addr show`. */
import type { Cidr } from '../../base/addr.ts';
import { parseIp4 } from '../../base/addr.ts';
import { assert } from '../../base/assert.ts';
import { showAddresses } from '../../kernel/show/ip-addr.ts';
import { showLinks } from '../../kernel/show/ip-link.ts';
import { PLAIN } from '../../kernel/show/options.ts';

export interface HostLink {
  readonly index: number;
  readonly name: string;
  /** `bridge`, `veth` …; empty for an interface of the machine. */
  readonly kind: string;
  /** Whether somebody has switched it on. */
  readonly isUp: boolean;
}

export interface HostLinks {
  /** Undefined when there is no interface of this name. */
  byName(name: string): HostLink | undefined;
  byIndex(index: number): HostLink | undefined;
  /** All of them, in the kernel's order. */
  all(): readonly HostLink[];
  /** Its IPv4 addresses, in the kernel's order. */
  addresses(name: string): readonly Cidr[];
}

type Namespace = Parameters<typeof showLinks>[0];

interface LinkRecord {
  readonly ifindex: number;
  readonly ifname: string;
  readonly flags: readonly string[];
  readonly linkinfo?: { readonly info_kind?: string };
}

interface AddressRecord {
  readonly addr_info?: readonly { readonly family?: string; readonly local: string; readonly prefixlen: number }[];
}

/** The interfaces of a namespace. */
export function hostLinksOf(ns: Namespace): HostLinks {
  const all = (): HostLink[] => {
    const records = JSON.parse(showLinks(ns, [], { ...PLAIN, json: true, details: true }).stdout) as LinkRecord[];
    return records.map((record) => ({
      index: record.ifindex,
      name: record.ifname,
      kind: record.linkinfo?.info_kind ?? '',
      isUp: record.flags.includes('UP'),
    }));
  };
  return {
    all,
    byName: (name) => all().find((link) => link.name === name),
    byIndex: (index) => all().find((link) => link.index === index),
    addresses: (name) => {
      const { stdout } = showAddresses(ns, ['dev', name], { ...PLAIN, json: true, family: 'inet' });
      const records = JSON.parse(stdout === '' ? '[]' : stdout) as AddressRecord[];
      const found = records.flatMap((record) => record.addr_info ?? []);
      return found.map((each) => ({ address: addressOf(each.local), prefixLen: each.prefixlen }));
    },
  };
}

function addressOf(text: string): number {
  const address = parseIp4(text);
  assert(address !== undefined, 'the kernel shows dotted quads');
  return address;
}
