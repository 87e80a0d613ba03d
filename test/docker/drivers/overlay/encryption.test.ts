import { deepEqual, equal, throws } from 'node:assert/strict';
import type { Ip4 } from '../../../../src/base/addr.ts';
import { ip4 } from '../../../../src/base/addr.ts';
import type { EncryptedNetwork, EncryptionKey } from '../../../../src/docker/drivers/overlay/encryption.ts';
import { encryptedMtu, encryptionKeys, OverlayEncryption } from '../../../../src/docker/drivers/overlay/encryption.ts';
import type { KernelDoor } from '../../../../src/docker/kernel-door.ts';

/** A kernel that knows which states and policies there are, and nothing else. */
class XfrmDoor implements KernelDoor {
  readonly present = new Set<string>();
  readonly changes: string[] = [];

  type(line: string): { exit: number; stderr: string } {
    const [, kind = '', verb = '', id = ''] = /^ip xfrm (\w+) (\w+) (.*?)(?: reqid.*| tmpl.*)?$/.exec(line) ?? [];
    const name = `${kind} ${id}`;
    if (verb === 'get') return { exit: this.present.has(name) ? 0 : 2, stderr: '' };
    this.changes.push(line);
    if (verb === 'add') this.present.add(name);
    if (verb === 'delete') this.present.delete(name);
    return { exit: 0, stderr: '' };
  }

  labelNamespace(): void {
    throw new Error('nobody labels here');
  }

  take(): string[] {
    return this.changes.splice(0);
  }
}

const H1 = ip4('192.168.50.11');
const H2 = ip4('192.168.50.12');

function key(digits: string, tag: number): EncryptionKey {
  return { value: Uint8Array.from(digits.match(/../g)!, (byte) => parseInt(byte, 16)), tag };
}

/** The recorded ones, as the log of the real daemon names them. */
const PRIMARY = key('f41206a2c113dfe124b8c3009bd2eff6', 0x7dd1);
const OLDEST = key('ba5f67cf2b0f3f1d5569830c57ac0693', 0x7dd0);
const NEWEST = key('8e2b8b04ce56f0781b1e645af41289be', 0x7dd2);

function joined(): { door: XfrmDoor; encryption: OverlayEncryption } {
  const door = new XfrmDoor();
  const encryption = new OverlayEncryption(door, () => []);
  encryption.nodeJoin(H1, H1);
  encryption.setKeys([PRIMARY, OLDEST, NEWEST]);
  door.take();
  return { door, encryption };
}

function network(remotes: readonly Ip4[], endpoints: number): EncryptedNetwork {
  return { remoteNodes: () => remotes, endpointCount: () => endpoints };
}

const AEAD = 'reqid 13681891 mode transport aead rfc4106\\(gcm\\(aes\\)\\)';
const IN = 'src 192.168.50.12 dst 192.168.50.11 proto esp spi';
const OUT = 'src 192.168.50.11 dst 192.168.50.12 proto esp spi';
const POLICY = 'src 192.168.50.11/32 dst 192.168.50.12/32 proto udp dport 4789 dir out mark 13681891';

describe('docker/drivers/overlay/encryption', () => {
  it('programs what a real engine did for a peer, in its order, and once', () => {
    const { door, encryption } = joined();
    encryption.checkEncryption(network([], 1), H2, true);
    deepEqual(door.take(), [
      `ip xfrm state add ${IN} 0x83204d1e ${AEAD} 0xf41206a2c113dfe124b8c3009bd2eff683204d1e 64`,
      `ip xfrm state add ${OUT} 0x5ae0424e ${AEAD} 0xf41206a2c113dfe124b8c3009bd2eff65ae0424e 64`,
      `ip xfrm policy add ${POLICY} tmpl ${OUT} 0x5ae0424e reqid 13681891 mode transport`,
      `ip xfrm state add ${IN} 0x00705b5d ${AEAD} 0xba5f67cf2b0f3f1d5569830c57ac069300705b5d 64`,
      `ip xfrm state add ${IN} 0x93cd9d1b ${AEAD} 0x8e2b8b04ce56f0781b1e645af41289be93cd9d1b 64`,
    ]);
    encryption.checkEncryption(network([H2], 2), null, true);
    deepEqual(door.take(), []);
  });

  it('keeps what a peer needs while this node has endpoints, and removes it with the last one', () => {
    const { door, encryption } = joined();
    encryption.setupEncryption(H2);
    door.take();
    encryption.checkEncryption(network([], 1), H2, false);
    encryption.checkEncryption(network([], 0), null, false);
    deepEqual(door.take(), []);
    encryption.checkEncryption(network([], 0), H2, false);
    deepEqual(door.take(), [
      `ip xfrm state delete ${IN} 0x83204d1e`,
      `ip xfrm state delete ${OUT} 0x5ae0424e`,
      `ip xfrm policy delete ${POLICY}`,
      `ip xfrm state delete ${IN} 0x00705b5d`,
      `ip xfrm state delete ${IN} 0x93cd9d1b`,
    ]);
    equal(door.present.size, 0);
  });

  it('asks for nobody else when a network has no endpoint here, and without keys says so', () => {
    const { door, encryption } = joined();
    encryption.checkEncryption(network([H2], 0), H2, true);
    deepEqual(door.take(), []);
    const keyless = new OverlayEncryption(door, () => []);
    equal(keyless.hasKeys, false);
    throws(() => {
      keyless.checkEncryption(network([], 1), H2, true);
    }, /^Error: encryption key is not present$|encryption key is not present/);
  });

  it('turns the ring of keys so that no datagram is lost', () => {
    const { door, encryption } = joined();
    encryption.setupEncryption(H2);
    door.take();
    const next = key('000102030405060708090a0b0c0d0e0f', 0x7dd3);
    encryption.updateKeys({ added: next, primary: NEWEST, pruned: OLDEST });
    const [removed, added, outbound, policy, last, ...more] = door.take();
    equal(removed, `ip xfrm state delete ${IN} 0x00705b5d`);
    equal(added?.startsWith(`ip xfrm state add ${IN} 0x`), true);
    equal(added.includes('0x000102030405060708090a0b0c0d0e0f'), true);
    equal(outbound, `ip xfrm state add ${OUT} 0x443fc27b ${AEAD} 0x8e2b8b04ce56f0781b1e645af41289be443fc27b 64`);
    equal(policy, `ip xfrm policy update ${POLICY} tmpl ${OUT} 0x443fc27b reqid 13681891 mode transport`);
    equal(last, `ip xfrm state delete ${OUT} 0x5ae0424e`);
    deepEqual(more, []);
    // Three ways in, one way out and a policy, as before.
    equal(door.present.size, 5);
  });

  it('refuses an update that does not fit the ring', () => {
    const { encryption } = joined();
    const stranger = key('000102030405060708090a0b0c0d0e0f', 99);
    throws(() => {
      encryption.updateKeys({ added: null, primary: stranger, pruned: null });
    }, /cannot find proper key indices while processing key update:\(newIdx,priIdx,delIdx\):\(-1, -1, -1\)/);
    throws(() => {
      encryption.updateKeys({ added: null, primary: OLDEST, pruned: OLDEST });
    }, /attempting to both make a key \(index 1\) primary and delete it/);
  });

  it('removes what an earlier daemon left, and nothing of others', () => {
    const door = new XfrmDoor();
    new OverlayEncryption(door, () => [POLICY]).setKeys([PRIMARY]);
    deepEqual(door.take(), [`ip xfrm policy delete ${POLICY}`, 'ip xfrm state deleteall reqid 13681891']);
  });

  it('takes the second oldest key of its subsystem for the primary one', () => {
    const bytes = (value: number): Uint8Array => new Uint8Array(16).fill(value);
    const keys = encryptionKeys([
      { subsystem: 'networking:ipsec', key: bytes(3), lamportTime: 3 },
      { subsystem: 'networking:gossip', key: bytes(9), lamportTime: 2 },
      { subsystem: 'networking:ipsec', key: bytes(1), lamportTime: 1 },
      { subsystem: 'networking:ipsec', key: bytes(2), lamportTime: 2 },
    ]);
    deepEqual(
      keys.map(({ tag, value }) => [tag, value[0]]),
      [
        [2, 2],
        [1, 1],
        [3, 3],
      ],
    );
  });

  it('leaves an encrypted network 1,424 bytes of 1,450, and always a multiple of four', () => {
    equal(encryptedMtu(1450), 1424);
    for (let mtu = 1000; mtu < 1010; mtu++) equal(encryptedMtu(mtu) % 4, 0);
  });
});
