/**
 * One set of ipset(8): addresses, networks or ports that rules ask for under a name (Linux: net/netfilter/ipset). An
 * element is found by its network, with one table for each length of prefixes, and behind it by protocol and port.
 */
import { prefixMask } from '../../../base/addr.ts';
import { Int32Table } from '../../../base/table.ts';

/** What the elements of a type are made of. */
export interface SetType {
  readonly name: string;
  readonly revision: number;
  readonly hasAddress: boolean;
  readonly hasPort: boolean;
  readonly hasNetworks: boolean;
  /** Has a range instead of a hash. */
  readonly isBitmap: boolean;
}

const hashType = (name: string, revision: number, hasNetworks: boolean): SetType => ({
  name,
  revision,
  hasAddress: true,
  hasPort: name.endsWith('port'),
  hasNetworks,
  isBitmap: false,
});

const bitmapType = (name: string, hasPort: boolean): SetType => ({
  name,
  revision: 3,
  hasAddress: !hasPort,
  hasPort,
  hasNetworks: false,
  isBitmap: true,
});

export const SET_TYPES: readonly SetType[] = [
  hashType('hash:ip', 6, false),
  hashType('hash:net', 7, true),
  hashType('hash:ip,port', 7, false),
  hashType('hash:net,port', 8, true),
  bitmapType('bitmap:port', true),
  bitmapType('bitmap:ip', false),
];

export interface SetSettings {
  readonly type: SetType;
  readonly hashSize: number;
  readonly maxElements: number;
  readonly netmask: number;
  /** Of a bitmap: addresses without a sign, or ports. */
  readonly low: number;
  readonly high: number;
  /** Seconds an element stays unless it is told otherwise; -1 for a set without timeouts. */
  readonly timeout: number;
  readonly hasCounters: boolean;
  readonly hasComments: boolean;
  /** What a real kernel's hash begins with. */
  readonly initial: number;
}

/** What an element is found by. Without addresses the network is 0, without ports protocol and port are. */
export interface SetKey {
  readonly network: number;
  readonly length: number;
  readonly protocol: number;
  readonly port: number;
}

export interface SetElement extends SetKey {
  readonly isNoMatch: boolean;
  /** 0 for never. */
  readonly expiresNs: number;
  readonly comment: string;
  packets: number;
  bytes: number;
}

const ADDRESS_BITS = 32;

/** What is in a set and how it was made: two sets can be swapped. */
export interface SetBody {
  readonly settings: SetSettings;
  readonly elements: (SetElement | null)[];
  /** By length of prefix: networks, and behind them where an element stands by protocol and port. */
  readonly levels: (Map<number, Int32Table> | null)[];
}

export class IpSet {
  name: string;
  body: SetBody;
  /** Rules that ask for it. */
  references = 0;

  constructor(name: string, settings: SetSettings) {
    this.name = name;
    this.body = { settings, elements: [], levels: new Array<null>(ADDRESS_BITS + 1).fill(null) };
  }

  get settings(): SetSettings {
    return this.body.settings;
  }

  /** The elements whose time is not over. */
  list(nowNs: number): SetElement[] {
    return this.body.elements.filter(
      (element): element is SetElement => element !== null && !hasExpired(element, nowNs),
    );
  }

  /** The element of that key, or null. */
  find({ network, length, protocol, port }: SetKey, nowNs: number): SetElement | null {
    const slot = this.slotOf(length, network, (protocol << 16) | port);
    const element = slot < 0 ? null : this.body.elements[slot]!;
    return element === null || hasExpired(element, nowNs) ? null : element;
  }

  /** Puts an element in the place of what has its key. */
  put(element: SetElement): void {
    const { levels, elements } = this.body;
    this.remove(element);
    const level = (levels[element.length] ??= new Map<number, Int32Table>());
    let table = level.get(element.network);
    if (table === undefined) level.set(element.network, (table = new Int32Table()));
    table.set((element.protocol << 16) | element.port, elements.length);
    elements.push(element);
  }

  remove({ network, length, protocol, port }: SetKey): void {
    const slot = this.slotOf(length, network, (protocol << 16) | port);
    if (slot < 0) return;
    const level = this.body.levels[length]!;
    const table = level.get(network)!;
    table.delete((protocol << 16) | port);
    if (table.size === 0) level.delete(network);
    if (level.size === 0) this.body.levels[length] = null;
    this.body.elements[slot] = null;
  }

  flush(): void {
    this.body.elements.length = 0;
    this.body.levels.fill(null);
  }

  /**
   * The element that an address, protocol and port are in, the longest network first; null for none, and for one that
   * says no.
   */
  test(address: number, protocol: number, port: number, nowNs: number): SetElement | null {
    const { levels, elements } = this.body;
    for (let length = ADDRESS_BITS; length >= 0; length--) {
      if (levels[length] === null) continue;
      const slot = this.slotOf(length, address & prefixMask(length), (protocol << 16) | port);
      if (slot < 0) continue;
      const element = elements[slot]!;
      if (!hasExpired(element, nowNs)) return element.isNoMatch ? null : element;
    }
    return null;
  }

  private slotOf(length: number, network: number, portKey: number): number {
    const table = this.body.levels[length]?.get(network);
    return table === undefined ? -1 : table.get(portKey);
  }
}

function hasExpired({ expiresNs }: SetElement, nowNs: number): boolean {
  return expiresNs !== 0 && expiresNs <= nowNs;
}
