/** A host whose br0 has NICs as ports, each with a cable that ends at the test; frames are told apart by a mark. */
import assert from 'node:assert/strict';
import { Bridge } from '../../../src/kernel/dev/bridge.ts';
import type { Host } from '../../../src/kernel/host.ts';
import { ethernetBytes } from '../../wire/frames.ts';
import type { Peer } from '../kit.ts';
import { devOf, type, World } from '../kit.ts';

export const ALL = 0xffff_ffff_ffff;

export interface BridgeLab {
  readonly world: World;
  readonly host: Host;
  readonly bridge: Bridge;
  readonly peers: Peer[];
}

export function buildBridge(count: number): BridgeLab {
  const world = new World();
  const names = Array.from({ length: count }, (_, i) => `eth${i}`);
  const host = world.host('h', Object.fromEntries(names.map((name) => [name, ''])));
  type(host, 'ip link add br0 type bridge mcast_snooping 0');
  type(host, 'ip link set br0 address 02:00:00:00:ff:ff');
  type(host, 'ip link set br0 up');
  const peers = names.map((name) => world.peer(host, name));
  for (const name of names) type(host, `ip link set ${name} master br0`);
  const bridge = devOf(host, 'br0');
  assert.ok(bridge instanceof Bridge);
  return { world, host, bridge, peers };
}

export function markedFrame(src: number, dst: number, mark = 0): Uint8Array {
  return ethernetBytes(0x88b5, [mark], dst, src);
}

/** The marks of what a machine got. */
export function marksOf(peer: Peer): number[] {
  return peer.gets().map((each) => each.bytes[14]!);
}

/** What each machine gets when one sends; the marks are the frames' own. */
export function reached(lab: BridgeLab, from: number, frame: Uint8Array): number[][] {
  lab.peers[from]!.gives(frame);
  return lab.peers.map(marksOf);
}
