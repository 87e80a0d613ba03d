/**
 * Encryption between the nodes of a swarm. Twin of libnetwork's drivers/overlay/encryption.go (20.10.24): for each peer
 * one security association for each key of the ring by which its datagrams come in, one by which this node's go out
 * under the primary key, and a policy that leads marked VXLAN datagrams to it.
 */
import type { Ip4 } from '../../../base/addr.ts';
import { formatIp4 } from '../../../base/addr.ts';
import { DaemonError } from '../../errors.ts';
import type { KernelDoor } from '../../kernel-door.ts';
import { tryLine } from '../../kernel-door.ts';
import type { ClusterKey } from '../../swarm/cluster.ts';
import { buildSpi } from './spi.ts';
import { ENCRYPTION_MARK } from './vxlan-rules.ts';

/** The policies name this port whatever the swarm's data path port is, as in the original (moby issue 45635). */
const VXLAN_UDP_PORT = 4789;
/** Bits of the integrity check value. */
const ICV_BITS = 64;
/** SPI, sequence number, initialisation vector, pad length, next header, integrity check value. */
const ESP_EXPANSION = 26;

/** The MTU of an encrypted network: what is left of a VXLAN interface's `mtu` (maxMTU). */
export function encryptedMtu(mtu: number): number {
  const left = mtu - ESP_EXPANSION;
  return left - (left % 4);
}

/** A key of the ring; the tag is the time at which the managers made it. */
export interface EncryptionKey {
  readonly value: Uint8Array;
  readonly tag: number;
}

/** A key has come, one has gone, another one is the primary key; null for none. */
export interface KeyUpdate {
  readonly added: EncryptionKey | null;
  readonly primary: EncryptionKey | null;
  readonly pruned: EncryptionKey | null;
}

/** The keys for encrypted networks, the primary one (the second oldest) first. Twin of getKeys (agent.go). */
export function encryptionKeys(keys: readonly ClusterKey[]): EncryptionKey[] {
  const sorted = keys
    .filter((key) => key.subsystem === 'networking:ipsec')
    .sort((left, right) => left.lamportTime - right.lamportTime)
    .map(({ key, lamportTime }) => ({ value: key, tag: lamportTime }));
  const [oldest, primary, ...newer] = sorted;
  return oldest === undefined || primary === undefined ? sorted : [primary, oldest, ...newer];
}

/** What a driver has to know of its network when it asks for encryption. */
export interface EncryptedNetwork {
  /** The nodes of the network's peers but this one, each once. */
  remoteNodes(): readonly Ip4[];
  /** How many endpoints of the network this node has itself. */
  endpointCount(): number;
}

/** One direction of the traffic with a peer, as an association names it. */
interface Association {
  readonly src: Ip4;
  readonly dst: Ip4;
  readonly spi: number;
}

interface SpiPair {
  readonly forward: number;
  readonly reverse: number;
}

/** This driver's policies that the kernel has, as the words that name each to `ip xfrm policy delete`. */
export type StalePolicies = () => readonly string[];

export class OverlayEncryption {
  private readonly door: KernelDoor;
  private readonly stalePolicies: StalePolicies;
  /** The primary one first. */
  private keys: EncryptionKey[] = [];
  private bindAddress: Ip4 = 0;
  private advertiseAddress: Ip4 = 0;
  /** By peer, in the order of the keys. */
  private spisOfNodes = new Map<Ip4, SpiPair[]>();

  constructor(door: KernelDoor, stalePolicies: StalePolicies) {
    this.door = door;
    this.stalePolicies = stalePolicies;
  }

  get hasKeys(): boolean {
    return this.keys.length > 0;
  }

  /** The node has joined a swarm: SPIs are made of the address that it tells others, associations of its own. */
  nodeJoin(bindAddress: Ip4, advertiseAddress: Ip4): void {
    this.bindAddress = bindAddress;
    this.advertiseAddress = advertiseAddress;
  }

  /** The ring of keys that the node begins with; what an earlier one has left in the kernel is removed. */
  setKeys(keys: readonly EncryptionKey[]): void {
    this.clearStates();
    this.keys = [...keys];
    this.spisOfNodes = new Map();
  }

  /**
   * An endpoint has come to an encrypted network or left it: of this node (`remote` null), or of the node with this
   * address. Throws a DaemonError.
   */
  checkEncryption(network: EncryptedNetwork, remote: Ip4 | null, isAdded: boolean): void {
    if (!this.hasKeys) throw new DaemonError('encryption key is not present');
    const nodes = remote === null ? network.remoteNodes() : network.endpointCount() > 0 ? [remote] : [];
    if (isAdded) for (const node of nodes) this.setupEncryption(node);
    else if (nodes.length === 0 && remote !== null) this.removeEncryption(remote);
  }

  /** Programs what this node and another one need to talk in secret. */
  setupEncryption(remote: Ip4): void {
    const spis = this.keys.map((key, i) => {
      const pair = this.spisWith(remote, key);
      this.addAssociation(this.inbound(remote, pair), key);
      if (i === 0) {
        this.addAssociation(this.outbound(remote, pair), key);
        this.addPolicy(this.outbound(remote, pair));
      }
      return pair;
    });
    this.spisOfNodes.set(remote, spis);
  }

  /** The opposite; what the driver knows of the peer stays, as in the original. */
  removeEncryption(remote: Ip4): void {
    this.spisOfNodes.get(remote)?.forEach((pair, i) => {
      this.deleteAssociation(this.inbound(remote, pair));
      if (i > 0) return;
      this.deleteAssociation(this.outbound(remote, pair));
      this.deletePolicy(this.outbound(remote, pair));
    });
  }

  /**
   * The managers have changed the ring of keys. Throws a DaemonError when a key is not in it; the ring has to be set
   * anew then.
   */
  updateKeys({ added, primary, pruned }: KeyUpdate): void {
    const keys = added === null ? this.keys : [...this.keys, added];
    this.keys = keys;
    const indexOf = (key: EncryptionKey | null): number =>
      key === null ? -1 : keys.findLastIndex((each) => each.tag === key.tag);
    const newIdx = added === null ? -1 : keys.length - 1;
    const priIdx = indexOf(primary);
    const delIdx = indexOf(pruned);
    if ((primary !== null && priIdx === -1) || (pruned !== null && delIdx === -1)) {
      throw new DaemonError(
        'cannot find proper key indices while processing key update:' +
          `(newIdx,priIdx,delIdx):(${newIdx}, ${priIdx}, ${delIdx})`,
      );
    }
    if (priIdx !== -1 && priIdx === delIdx) {
      throw new DaemonError(`attempting to both make a key (index ${priIdx}) primary and delete it`);
    }
    for (const [remote, spis] of this.spisOfNodes) {
      this.spisOfNodes.set(remote, this.updateNode(remote, spis, newIdx, priIdx, delIdx));
    }
    this.keys = rotated(keys, priIdx, delIdx);
  }

  /**
   * The order in which nothing is lost: out with the oldest key's inbound association, in with the newest key's, a new
   * outbound association, the policy that leads to it, out with the old one. Twin of updateNodeKey.
   */
  private updateNode(remote: Ip4, known: SpiPair[], newIdx: number, priIdx: number, delIdx: number): SpiPair[] {
    const spis = newIdx === -1 ? known : [...known, this.spisWith(remote, this.keys[newIdx]!)];
    if (delIdx !== -1) this.deleteAssociation(this.inbound(remote, spis[delIdx]!));
    if (newIdx !== -1) this.addAssociation(this.inbound(remote, spis[newIdx]!), this.keys[newIdx]!);
    if (priIdx > 0) {
      const outbound = this.outbound(remote, spis[priIdx]!);
      this.addAssociation(outbound, this.keys[priIdx]!);
      tryLine(this.door, `ip xfrm policy update ${policyWords(outbound)} ${templateWords(outbound)}`);
      this.deleteAssociation(this.outbound(remote, spis[0]!));
    }
    return rotated(spis, priIdx, delIdx);
  }

  private spisWith(remote: Ip4, key: EncryptionKey): SpiPair {
    const own = this.advertiseAddress;
    return { forward: buildSpi(own, remote, key.tag), reverse: buildSpi(remote, own, key.tag) };
  }

  private inbound(remote: Ip4, pair: SpiPair): Association {
    return { src: remote, dst: this.bindAddress, spi: pair.reverse };
  }

  private outbound(remote: Ip4, pair: SpiPair): Association {
    return { src: this.bindAddress, dst: remote, spi: pair.forward };
  }

  private addAssociation(association: Association, key: EncryptionKey): void {
    const id = associationWords(association);
    if (tryLine(this.door, `ip xfrm state get ${id}`)) return;
    // The salt is the SPI.
    const aead = `aead rfc4106\\(gcm\\(aes\\)\\) 0x${hex(key.value)}${spiDigits(association.spi)} ${ICV_BITS}`;
    tryLine(this.door, `ip xfrm state add ${id} reqid ${ENCRYPTION_MARK} mode transport ${aead}`);
  }

  private deleteAssociation(association: Association): void {
    const id = associationWords(association);
    if (tryLine(this.door, `ip xfrm state get ${id}`)) tryLine(this.door, `ip xfrm state delete ${id}`);
  }

  private addPolicy(association: Association): void {
    const id = policyWords(association);
    if (tryLine(this.door, `ip xfrm policy get ${id}`)) return;
    tryLine(this.door, `ip xfrm policy add ${id} ${templateWords(association)}`);
  }

  private deletePolicy(association: Association): void {
    const id = policyWords(association);
    if (tryLine(this.door, `ip xfrm policy get ${id}`)) tryLine(this.door, `ip xfrm policy delete ${id}`);
  }

  /** Twin of clearEncryptionStates. */
  private clearStates(): void {
    for (const words of this.stalePolicies()) tryLine(this.door, `ip xfrm policy delete ${words}`);
    tryLine(this.door, `ip xfrm state deleteall reqid ${ENCRYPTION_MARK}`);
  }
}

/** The list with its primary element in front, and without the one that goes. */
function rotated<T>(list: readonly T[], priIdx: number, delIdx: number): T[] {
  const changed = [...list];
  if (priIdx > 0) [changed[0], changed[priIdx]] = [changed[priIdx]!, changed[0]!];
  if (delIdx !== -1) changed.splice(delIdx === 0 ? priIdx : delIdx, 1);
  return changed;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function spiDigits(spi: number): string {
  return spi.toString(16).padStart(8, '0');
}

function associationWords({ src, dst, spi }: Association): string {
  return `src ${formatIp4(src)} dst ${formatIp4(dst)} proto esp spi 0x${spiDigits(spi)}`;
}

function policyWords({ src, dst }: Association): string {
  const selector = `src ${formatIp4(src)}/32 dst ${formatIp4(dst)}/32 proto udp dport ${VXLAN_UDP_PORT}`;
  return `${selector} dir out mark ${ENCRYPTION_MARK}`;
}

function templateWords(association: Association): string {
  return `tmpl ${associationWords(association)} reqid ${ENCRYPTION_MARK} mode transport`;
}
