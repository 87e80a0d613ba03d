/** The state of `docker-model.ts` and the arithmetic of its addresses, as unsigned numbers. */

export interface ModelNetwork {
  /** Names come again, these do not. */
  readonly key: number;
  readonly name: string;
  readonly driver: string;
  /** `10.1.0.0/16`; empty without addresses. */
  readonly subnet: string;
  /** Where addresses that nobody has chosen come from. */
  readonly range: string;
  gateway: number;
  /** Never given out. */
  readonly reserved: Set<number>;
  readonly isInternal: boolean;
  readonly isUserSubnet: boolean;
  readonly mtu: number;
}

/** A container's part of a network. */
export interface Membership {
  readonly networkName: string;
  /** Null before it was there. */
  networkKey: number | null;
  readonly wish: number | null;
  /** False while the container does not run, and after it could not be connected. */
  isLive: boolean;
  /** While it is live. */
  address: number;
  mac: string;
}

export interface ModelInterface {
  readonly name: string;
  readonly networkName: string;
  /** With the length of its prefix. */
  readonly address: string;
  readonly mac: string;
  readonly mtu: number;
  readonly gateway: string;
  readonly isInternal: boolean;
}

export interface ModelContainer {
  readonly name: string;
  /** Null for the short id. */
  readonly hostname: string | null;
  readonly mac: string | null;
  /** The name of the network on which `mac` holds. */
  readonly macNetwork: string;
  readonly isHost: boolean;
  /** Whose network it shares: the container, or the name of one that there was not yet. */
  readonly shared: ModelContainer | string | null;
  readonly memberships: Membership[];
  isRunning: boolean;
  hasRun: boolean;
  nextInterface: number;
  /** Shared by those who share a network. */
  sandbox: { interfaces: ModelInterface[]; readonly isHost: boolean };
  hosts: { lines: string[] };
}

interface Subnet {
  readonly first: number;
  readonly last: number;
  readonly prefixLen: number;
}

/** Takes `10.1.2.3/16`: host bits do not count. */
export function parseSubnet(text: string): Subnet {
  const [address, prefixText] = text.split('/');
  const prefixLen = Number(prefixText);
  const value = address!.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - prefixLen);
  const first = Math.floor(value / size) * size;
  return { first, last: first + size - 1, prefixLen };
}

/** Whether two subnets have an address in common. */
export function overlaps(left: string, right: string): boolean {
  const [a, b] = [parseSubnet(left), parseSubnet(right)];
  return a.first <= b.last && b.first <= a.last;
}

/** Whether the address is one of the subnet's. */
export function isInside(address: number, subnet: string): boolean {
  const { first, last } = parseSubnet(subnet);
  return first <= address && address <= last;
}

/** The lowest that is not taken. */
export function freeAddress(range: string, taken: ReadonlySet<number>): number | undefined {
  const { first, last } = parseSubnet(range);
  for (let address = first; address <= last; address++) if (!taken.has(address)) return address;
  return undefined;
}

/** Dotted. */
export function addressText(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}

/** The MAC that an address makes. */
export function macOf(address: number): string {
  const bytes = addressText(address).split('.').map(Number);
  return ['02', '42', ...bytes.map((byte) => byte.toString(16).padStart(2, '0'))].join(':');
}

/** What comes first has the lower number and gives the default route: by name, but internal ones last. */
export function interfaceOrder(
  left: { readonly name: string; readonly isInternal: boolean },
  right: { readonly name: string; readonly isInternal: boolean },
): number {
  if (left.isInternal !== right.isInternal) return left.isInternal ? 1 : -1;
  return left.name < right.name ? -1 : 1;
}
