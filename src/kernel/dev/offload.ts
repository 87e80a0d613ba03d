/**
 * Offload features of interfaces as ethtool sees them: what is on, what was asked for, what may be changed, and what
 * depends on what (Linux: net/core/dev.c, netdev_fix_features). They change no frame; whether captures show the look
 * of checksum offload is `checksumLook`.
 */
import type { LinkKind } from '../netdev.ts';

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

const TCP = words(`tx-tcp-segmentation tx-tcp-ecn-segmentation tx-tcp-mangleid-segmentation tx-tcp6-segmentation`);
const TUNNELS = words(`tx-gre-segmentation tx-gre-csum-segmentation tx-ipxip4-segmentation tx-ipxip6-segmentation
  tx-udp_tnl-segmentation tx-udp_tnl-csum-segmentation`);

/** All features, in the order of the kernel's bits (netdev_features_strings). */
export const FEATURES: readonly string[] = words(`tx-scatter-gather tx-checksum-ipv4 tx-checksum-ip-generic
  tx-checksum-ipv6 highdma tx-scatter-gather-fraglist tx-vlan-hw-insert rx-vlan-hw-parse rx-vlan-filter
  vlan-challenged tx-generic-segmentation rx-gro rx-lro tx-tcp-segmentation tx-gso-robust tx-tcp-ecn-segmentation
  tx-tcp-mangleid-segmentation tx-tcp6-segmentation tx-fcoe-segmentation ${TUNNELS.join(' ')} tx-gso-partial
  tx-tunnel-remcsum-segmentation tx-sctp-segmentation tx-esp-segmentation tx-udp-segmentation tx-gso-list
  tx-tcp-accecn-segmentation tx-checksum-fcoe-crc tx-checksum-sctp rx-ntuple-filter rx-hashing rx-checksum
  tx-nocache-copy loopback rx-fcs rx-all tx-vlan-stag-hw-insert rx-vlan-stag-hw-parse rx-vlan-stag-filter
  l2-fwd-offload hw-tc-offload esp-hw-offload esp-tx-csum-hw-offload rx-udp_tunnel-port-offload tls-hw-tx-offload
  tls-hw-rx-offload rx-gro-hw tls-hw-record rx-gro-list macsec-hw-offload rx-udp-gro-forwarding hsr-tag-ins-offload
  hsr-tag-rm-offload hsr-fwd-offload hsr-dup-offload`);

/** What an interface of a kind begins with. */
interface Kind {
  /** May be changed and are on, or off. */
  readonly on: readonly string[];
  readonly off: readonly string[];
  /** Always on; all others are always off. */
  readonly fixedOn: readonly string[];
}

const SEGMENTATION = [...TCP, 'tx-tcp-accecn-segmentation', 'tx-generic-segmentation'];
const COMMON_OFF = words('rx-gro-list rx-udp-gro-forwarding');
const COMMON_ON = [...SEGMENTATION, ...words('tx-sctp-segmentation tx-udp-segmentation tx-gso-list')];
const SENDING = words('tx-checksum-ip-generic tx-scatter-gather tx-scatter-gather-fraglist highdma');

const VETH: Kind = {
  on: [
    ...COMMON_ON,
    ...SENDING,
    ...TUNNELS,
    ...words('rx-checksum tx-checksum-sctp rx-vlan-hw-parse tx-vlan-hw-insert'),
    ...words('tx-vlan-stag-hw-insert rx-vlan-stag-hw-parse'),
  ],
  off: [...COMMON_OFF, 'rx-gro', 'tx-nocache-copy'],
  fixedOn: [],
};
const BRIDGE: Kind = {
  on: [
    ...COMMON_ON,
    ...SENDING,
    ...TUNNELS,
    ...words('rx-gro tx-vlan-hw-insert tx-gso-robust tx-fcoe-segmentation tx-gso-partial'),
    ...words('tx-tunnel-remcsum-segmentation tx-esp-segmentation tx-vlan-stag-hw-insert'),
  ],
  off: [...COMMON_OFF, 'tx-nocache-copy'],
  fixedOn: [],
};
const LOOPBACK: Kind = {
  on: [...COMMON_ON, 'rx-gro'],
  off: COMMON_OFF,
  fixedOn: [...SENDING, ...words('rx-checksum tx-checksum-sctp vlan-challenged loopback')],
};
const KINDS: Readonly<Partial<Record<LinkKind, Kind>>> = { bridge: BRIDGE, loopback: LOOPBACK };
/** A bridge has these only as long as it has no ports, or all of them have them, and no port here has. */
const OF_ALL_PORTS = words('tx-gso-robust tx-fcoe-segmentation');

export class Offload {
  /** Captures show TCP and UDP of this host as its sender leaves them for the card: with half a checksum. */
  checksumLook = false;
  private readonly changeable: ReadonlySet<string>;
  private readonly fixedOn: ReadonlySet<string>;
  private wanted: Set<string>;

  constructor(kind: LinkKind) {
    const { on, off, fixedOn } = KINDS[kind] ?? VETH;
    this.changeable = new Set([...on, ...off]);
    this.fixedOn = new Set(fixedOn);
    this.wanted = new Set(on);
  }

  isFixed(feature: string): boolean {
    return !this.changeable.has(feature);
  }

  isWanted(feature: string): boolean {
    return this.wanted.has(feature) || this.fixedOn.has(feature);
  }

  /** What is on. `hasPorts` is a bridge's. */
  active(hasPorts: boolean): Set<string> {
    const active = new Set([...this.wanted, ...this.fixedOn]);
    const drop = (features: readonly string[]): void => {
      for (const feature of features) active.delete(feature);
    };
    if (hasPorts) drop(OF_ALL_PORTS);
    if (!active.has('tx-checksum-ip-generic')) drop([...TCP, 'tx-udp-segmentation']);
    if (!active.has('tx-scatter-gather')) drop([...TCP, 'tx-generic-segmentation']);
    return active;
  }

  /** Asks for features on or off; those that are fixed stay. */
  request(wishes: ReadonlyMap<string, boolean>): void {
    for (const [feature, isOn] of wishes) {
      if (!this.changeable.has(feature)) continue;
      if (isOn) this.wanted.add(feature);
      else this.wanted.delete(feature);
    }
  }
}
