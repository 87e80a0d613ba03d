import assert from 'node:assert/strict';
import { ip4, mac } from '../../../src/base/addr.ts';
import { compileOptions, makeIpOptions } from '../../../src/kernel/ip/ip-options.ts';
import type { WireScript } from '../../differential/wire-lab.ts';
import { assertAlike, GIVEN_ID, playEmulated, playReal } from '../../differential/wire-lab.ts';
import { need } from '../../machine.ts';
import { icmpBytes, udpBytes } from '../../wire/frames.ts';
import { ipBytes, MILLISECOND, PEER_IP, viewOf, World } from '../kit.ts';

const HOST = ip4('10.0.0.1');
const NEAR = ip4('10.0.0.2');
const FAR = ip4('10.9.0.2');

/** An IPv4 address as four bytes. */
function bytesOf(address: number): number[] {
  return [address >>> 24, (address >>> 16) & 255, (address >>> 8) & 255, address & 255];
}

const record = (slots: number, pointer = 4): number[] => [
  7,
  3 + 4 * slots,
  pointer,
  ...new Array<number>(4 * slots).fill(0),
];
/** A timestamp option of so many 4-byte places. */
const stamp = (kind: number, places: number, pointer = 5, overflow = 0): number[] => [
  68,
  4 + 4 * places,
  pointer,
  (overflow << 4) | kind,
  ...new Array<number>(4 * places).fill(0),
];
const route = (kind: number, addresses: readonly number[], pointer = 4): number[] => [
  kind,
  3 + 4 * addresses.length,
  pointer,
  ...addresses.flatMap(bytesOf),
];
/** Prespecified addresses with room for their times. */
const prespec = (addresses: readonly number[]): number[] => [
  68,
  4 + 8 * addresses.length,
  5,
  3,
  ...addresses.flatMap((address) => [...bytesOf(address), 0, 0, 0, 0]),
];

function padded(options: readonly number[]): number[] {
  return [...options, ...new Array<number>((4 - (options.length & 3)) & 3).fill(0)];
}

/** What each datagram has in its header; the names say what is wrong or asked for. */
const OPTIONS: readonly (readonly [string, readonly number[]])[] = [
  ['one place for a route', record(1)],
  ['nine places for a route', record(9)],
  ['a route that is full', record(1, 8)],
  ['no place for a route', record(0)],
  ['a route with half a place', [7, 6, 4, 0, 0, 0]],
  ['a pointer before the first place', record(2, 3)],
  ['a pointer within a place', [7, 7, 5, 0, 0, 0, 0]],
  ['two routes', [...record(1), 1, ...record(1)]],
  ['a record route of two bytes', [7, 2, 1, 1]],
  ['times only', stamp(0, 3)],
  ['times with addresses', stamp(1, 4)],
  ['times of this host and another', prespec([HOST, NEAR])],
  ['times of another host', prespec([FAR])],
  ['times of a broadcast', prespec([ip4('10.0.0.255')])],
  ['times that overflow', stamp(0, 1, 9)],
  ['times that overflow for the last time', stamp(0, 1, 9, 14)],
  ['times that overflow once too often', stamp(0, 1, 9, 15)],
  ['a full list of given addresses', [68, 12, 13, 3, ...bytesOf(HOST), 0, 0, 0, 0]],
  ['times with addresses and half a place', stamp(1, 1)],
  ['a timestamp pointer too low', stamp(0, 1, 4)],
  ['a timestamp of three bytes', [68, 3, 5, 1]],
  ['an unknown kind of timestamp', stamp(7, 2)],
  ['two timestamps', [...stamp(0, 1), ...stamp(0, 1)]],
  ['a router alert', [148, 4, 0, 0]],
  ['a short router alert', [148, 3, 0, 0]],
  ['a router alert of another value', [148, 4, 0, 1]],
  ['bytes behind the end', [1, 0, 5, 6]],
  ['an option cut to its type', [1, 1, 1, 7]],
  ['a length of 1', [200, 1, 0, 0]],
  ['a length beyond the header', [200, 9, 0, 0]],
  ['an unknown option', [200, 4, 1, 2]],
  ['security', [130, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
  ['a stream id', [136, 4, 0, 7]],
  ['a commercial security option', [134, 10, 0, 0, 0, 1, 1, 4, 0, 1, 0, 0]],
  ['a commercial security option without a domain', [134, 10, 0, 0, 0, 0, 1, 4, 0, 1, 0, 0]],
  ['a loose route that is done', route(131, [NEAR], 8)],
  ['a loose route by this host', route(131, [FAR])],
  ['a strict route by this host', route(137, [FAR])],
  ['a loose route to this host again', route(131, [HOST, FAR])],
  ['a loose route to nowhere', route(131, [ip4('192.0.2.1')])],
  ['a strict route over a gateway', route(137, [ip4('172.16.0.9')])],
  ['a loose route with half a place', [131, 6, 4, 10, 0, 0]],
  ['a source route of two bytes', [131, 2, 1, 1]],
  ['a source route pointer too low', route(131, [FAR], 3)],
  ['two source routes', [...route(131, [FAR]), ...route(131, [FAR])]],
  ['a route and times', [...record(2), 1, ...stamp(0, 2)]],
];

const DESTINATIONS: readonly (readonly [string, number, number])[] = [
  ['an echo to this host', HOST, 1],
  ['a closed port', HOST, 17],
  ['another host', FAR, 17],
];

function frameOf(options: readonly number[], dst: number, protocol: number): Uint8Array {
  const payload = protocol === 1 ? icmpBytes(8, 0, 0x70001, [1, 2]) : udpBytes(4000, 9, [1, 2], PEER_IP, dst);
  return ipBytes(payload, { options: padded(options), dst, protocol, id: GIVEN_ID });
}

/** Times of day are what the machine's clock says: blanked in every frame that has a timestamp option. */
function scriptOf(setUp: readonly string[]): WireScript {
  return {
    addresses: ['10.0.0.1/24', '10.9.0.1/24'],
    setUp: [
      'sysctl -qw net.ipv4.ip_forward=1',
      'sysctl -qw net.ipv4.icmp_ratelimit=0',
      'sysctl -qw net.ipv4.icmp_msgs_burst=10000',
      'sysctl -qw net.ipv4.icmp_msgs_per_sec=100000',
      'ip neigh replace 10.0.0.2 lladdr 02:00:00:00:00:99 nud permanent dev e0',
      'ip neigh replace 10.9.0.2 lladdr 02:00:00:00:00:9a nud permanent dev e1',
      'ip route add 172.16.0.0/16 via 10.9.0.2',
      ...setUp,
    ],
    steps: DESTINATIONS.flatMap(([, dst, protocol]) =>
      OPTIONS.map(([, options]) => ({ give: frameOf(options, dst, protocol) })),
    ),
  };
}

describe('kernel: IP options', function () {
  this.timeout(60_000);

  for (const accepts of [0, 1]) {
    it(`are read, filled in, forwarded and answered as on a real kernel, accept_source_route ${accepts}`, function () {
      need(this, 'netns');
      const script = scriptOf([`sysctl -qw net.ipv4.conf.all.accept_source_route=${accepts}`]);
      assertAlike(script, playEmulated(script), playReal(script), /^(Ip|Icmp|Udp)/);
    });
  }

  it('point at the byte that is wrong', () => {
    const ns = new World().host('h', { eth0: '10.0.0.1/24' }).rootNs;
    const flawOf = (options: readonly number[]): number => {
      const v = viewOf(frameOf(options, HOST, 17).subarray(14));
      return compileOptions(ns, v, 0, makeIpOptions(padded(options).length), HOST);
    };
    assert.deepEqual(
      [[1, 0, 5, 6], [200, 9, 0, 0], record(2, 3), [7, 2, 1, 1], stamp(0, 1, 9, 15), [...record(1), ...record(1)]].map(
        flawOf,
      ),
      [0, 20, 22, 21, 23, 27],
    );
  });

  it('record the time of day', () => {
    const world = new World();
    const host = world.host('h', { eth0: '10.0.0.1/24' });
    world.runTo(3_723_004 * MILLISECOND);
    const bytes = frameOf(stamp(0, 1), HOST, 17).subarray(14);
    compileOptions(host.rootNs, viewOf(bytes), 0, makeIpOptions(8), HOST);
    assert.deepEqual([...bytes.subarray(20, 28)], [68, 8, 9, 0, 0, 0x38, 0xce, 0xfc]);
  });

  it('are for whom the frame is: not read on the way of a frame for another MAC', () => {
    const script = scriptOf([]);
    const other = ipBytes([], { options: [7, 2, 1, 1], id: GIVEN_ID }, mac('02:00:00:00:77:77'));
    const { steps } = playEmulated({ ...script, steps: [{ give: other }] });
    assert.deepEqual([steps[0]!.frames, steps[0]!.drops], [[], ['OTHERHOST']]);
  });
});
