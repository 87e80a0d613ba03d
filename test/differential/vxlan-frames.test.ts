/**
 * Datagrams to a tunnel, right ones and ones with something wrong in them: each has to die or to be taken as on a real
 * kernel, for the same reason and with the same counters, and both have learned the same. `DOCKWIRE_TUNNEL_SEED=n`
 * repeats a run.
 */
import assert from 'node:assert/strict';
import { ip4, mac } from '../../src/base/addr.ts';
import { Rng } from '../../src/sim/rng.ts';
import { datagramBytes, EFFORT, ipBytes, type } from '../kernel/kit.ts';
import { need } from '../machine.ts';
import { ethernetBytes, icmpBytes, ipv4Bytes, ramp, udpBytes, vxlanBytes } from '../wire/frames.ts';
import { runTyped } from './typed.ts';
import type { WireScript, WireStep } from './wire-lab.ts';
import { assertAlike, GIVEN_ID, playEmulated, playReal } from './wire-lab.ts';

const SEED = process.env['DOCKWIRE_TUNNEL_SEED'];
const SEEDS = SEED === undefined ? Array.from({ length: Math.ceil(2 * EFFORT) }, (_, i) => i + 1) : [Number(SEED)];
const FRAMES = 60;
const OWN_MAC = mac('02:00:00:00:2a:01');
const GROUP_MAC = mac('01:00:5e:01:02:03');
const MACS = [mac('02:00:00:00:2a:02'), mac('02:00:00:00:2a:03'), OWN_MAC, GROUP_MAC, 0];
const ENDPOINTS = ['10.0.0.2', '10.0.0.3', '10.0.0.77'].map(ip4);

/** An echo reply that nobody waits for: the host says nothing to it. */
function innerDatagram(rng: Rng): number[] {
  const data = ramp(rng.below(40));
  const fields = { src: ip4('10.1.0.2'), dst: ip4('10.1.0.1'), protocol: 1, id: GIVEN_ID, tos: rng.below(4) };
  return ipv4Bytes(icmpBytes(0, 0, 0x0007_0001, data), fields);
}

function innerFrame(rng: Rng): Uint8Array {
  const dst = [OWN_MAC, OWN_MAC, OWN_MAC, GROUP_MAC, mac('02:00:00:00:77:77')][rng.below(5)]!;
  const src = MACS[rng.below(8)] ?? MACS[0]!;
  if (rng.below(6) === 0) return ethernetBytes(0x88b5, ramp(rng.below(30)), OWN_MAC, src);
  const bytes = ethernetBytes(0x0800, innerDatagram(rng), dst, src);
  return rng.below(8) === 0 ? bytes.subarray(0, rng.below(bytes.length)) : bytes;
}

/** What comes in on the cable. */
function datagram(rng: Rng): Uint8Array {
  const payload = vxlanBytes(rng.below(12) === 0 ? rng.below(2 ** 24) : 42, innerFrame(rng));
  // A bit of the header that should not be there, or one that should.
  if (rng.below(5) === 0) payload[rng.below(8)]! ^= 1 << rng.below(8);
  const cut = rng.below(8) === 0 ? payload.slice(0, rng.below(payload.length)) : payload;
  const src = ENDPOINTS[rng.below(ENDPOINTS.length)]!;
  const fields = { src, id: GIVEN_ID, tos: rng.below(3) === 0 ? rng.below(4) : 0 };
  const whole = datagramBytes(40_000 + rng.below(9), 4789, cut, fields);
  if (rng.below(10) !== 0) return whole;
  const udp = udpBytes(40_000, 4789, cut, src, ip4('10.0.0.1'));
  // Without a checksum, and with a wrong one.
  udp[6] = 0;
  udp[7] = rng.below(2);
  return ipBytes(udp, { protocol: 17, ...fields });
}

function scriptOf(seed: number): WireScript {
  const rng = Rng.fromSeed(seed).fork('tunnel');
  const learning = rng.below(4) === 0 ? ' nolearning' : '';
  const steps: WireStep[] = Array.from({ length: FRAMES }, () => ({ give: datagram(rng) }));
  return {
    addresses: ['10.0.0.1/24'],
    setUp: [
      `ip link add vx0 type vxlan id 42 dstport 4789 maxaddress 3${learning}`,
      'ip link set vx0 address 02:00:00:00:2a:01 up',
      'ip addr add 10.1.0.1/24 dev vx0',
      'bridge fdb add 02:00:00:00:2a:03 dev vx0 dst 10.0.0.3 static',
    ],
    steps: [...steps, { run: 'ip -j -s -s link show vx0' }, { run: 'bridge fdb show dev vx0' }, { run: 'ss -lun' }],
  };
}

describe('differential: datagrams to a tunnel', () => {
  before(function () {
    need(this, 'netns');
  });

  for (const seed of SEEDS) {
    it(`seed ${seed}: ${FRAMES} of them fare as on a real kernel`, () => {
      const script = scriptOf(seed);
      const emulated = playEmulated(script, (world, host, line) =>
        /show|^ss/.test(line) ? runTyped(world, host, '', line).stdout : type(host, line),
      );
      const real = playReal(script);
      assertAlike(script, emulated, real, /^(Ip(In|Ext)|Icmp|Udp)/);
      assert.ok(emulated.steps.some(({ drops }) => drops.some((reason) => reason.startsWith('VXLAN'))));
      // Dockwire does not count what is for others beside.
      const said = (steps: readonly { readonly text: string }[]): string[] =>
        steps.slice(-3).map(({ text }) =>
          text
            .replace(/"ifindex":\d+/, '')
            .replace(/,"otherhost":\d+/, '')
            .trimEnd(),
        );
      assert.deepEqual(said(emulated.steps), said(real.steps));
    });
  }
});
