/** What the driver programs on an emulated host, printed by its tools, beside what a real swarm's nodes printed. */
import { deepEqual, equal } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ip4, parseIp4 } from '../../../../src/base/addr.ts';
import { OverlayEncryption } from '../../../../src/docker/drivers/overlay/encryption.ts';
import { stalePoliciesOf } from '../../../../src/docker/drivers/overlay/stale-policies.ts';
import { VxlanRules } from '../../../../src/docker/drivers/overlay/vxlan-rules.ts';
import { ipXfrm } from '../../../../src/kernel/admin/ip-xfrm.ts';
import type { Host } from '../../../../src/kernel/host.ts';
import { PLAIN } from '../../../../src/kernel/show/options.ts';
import { World } from '../../../kernel/kit.ts';
import { need, SHARED } from '../../../machine.ts';

const FOLDER = join(SHARED, 'truth', 'stock-kernel', '3-encrypted');

function recorded(file: string): string {
  return readFileSync(join(FOLDER, file), 'utf8');
}

function key(digits: string, tag: number): { value: Uint8Array; tag: number } {
  return { value: Uint8Array.from(digits.match(/../g)!, (byte) => parseInt(byte, 16)), tag };
}

/** As the real daemon had them, the primary one first. */
const KEYS = [
  key('f41206a2c113dfe124b8c3009bd2eff6', 0x7dd1),
  key('ba5f67cf2b0f3f1d5569830c57ac0693', 0x7dd0),
  key('8e2b8b04ce56f0781b1e645af41289be', 0x7dd2),
];
const NODES = ['h1', 'h2', 'h3'] as const;

/** A node's driver, and the peers that the real one knew, in its order. */
function node(name: (typeof NODES)[number]): { host: Host; encryption: OverlayEncryption; peers: number[] } {
  const host = new World().host(name);
  const address = ip4(`192.168.50.1${name.slice(1)}`);
  const encryption = new OverlayEncryption(host.admin, stalePoliciesOf(host.rootNs));
  encryption.nodeJoin(address, address);
  encryption.setKeys(KEYS);
  const destinations = recorded(`03-${name}.xfrm-policy`).match(/(?<=\ttmpl src \S+ dst )\S+/g) ?? [];
  return { host, encryption, peers: destinations.map((text) => parseIp4(text)!).reverse() };
}

function shown(host: Host, words: string, statistics = 0): string {
  return ipXfrm(host.rootNs, words.split(' '), { ...PLAIN, statistics }).stdout;
}

describe('docker/drivers/overlay/encryption beside a real swarm', () => {
  beforeEach(function () {
    need(this, 'shared');
  });

  for (const name of NODES) {
    it(`leaves the states and policies of ${name}`, () => {
      const { host, encryption, peers } = node(name);
      equal(peers.length, 2);
      for (const peer of peers)
        encryption.checkEncryption({ remoteNodes: () => [], endpointCount: () => 1 }, peer, true);
      equal(shown(host, 'state'), recorded(`03-${name}.xfrm-state`));
      equal(shown(host, 'policy'), recorded(`03-${name}.xfrm-policy`));
    });

    it(`prints those of ${name} with statistics`, () => {
      const { host, encryption, peers } = node(name);
      for (const peer of peers) encryption.setupEncryption(peer);
      const answers = recorded(`03-xfrm-${name}.txt`).split(/^h\d# .*\n|^\[rc=0\]\n\n?/m);
      const timeless = (text: string): string => text.replaceAll(/ add \d{4}-\S+ \S+/g, ' add THEN');
      deepEqual(
        [shown(host, 'state', 1), shown(host, 'policy'), shown(host, 'policy', 1)].map(timeless),
        answers.filter((text) => text !== '').map(timeless),
      );
    });

    it(`leaves the rules of ${name}`, () => {
      const { host } = node(name);
      new VxlanRules(host.admin, 4789).program(4098, true);
      const rules = (text: string): string[] =>
        text
          .split('\n')
          .map((line) => line.replace(/^\[\d+:\d+\] /, ''))
          .filter((line) => /^-A (?:INPUT|OUTPUT)\b.*4789/.test(line));
      const { stdout } = host.admin.run(host.rootNs, ['iptables-save']);
      deepEqual(rules(stdout), rules(recorded(`03-${name}.iptables`)));
      equal(rules(stdout).length, 3);
    });
  }

  it('removes all of it, and leaves what others have', () => {
    const { host, encryption, peers } = node('h1');
    for (const peer of peers) encryption.setupEncryption(peer);
    for (const line of [
      'ip xfrm policy add src 1.1.1.1 dir out mark 5',
      'ip xfrm state add src 1.1.1.1 dst 2.2.2.2 proto esp spi 1 aead rfc4106\\(gcm\\(aes\\)\\) 0x' +
        '00'.repeat(20) +
        ' 64',
    ]) {
      equal(host.admin.type(line).exit, 0);
    }
    encryption.setKeys(KEYS);
    equal(shown(host, 'policy').split('\n')[0], 'src 1.1.1.1/32 dst 0.0.0.0/0 ');
    equal(shown(host, 'state').split('\n')[0], 'src 1.1.1.1 dst 2.2.2.2');
    equal(shown(host, 'policy count') + shown(host, 'state count'), '\t SPD IN  0 OUT 1 FWD 0\n\t SAD count 1\n');
  });
});
