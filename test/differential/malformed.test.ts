/**
 * Frames that are wrong in every way, and right ones that are for nobody: each dies on the emulated machine as it does
 * on a real kernel, with the same answer, the same reason and the same counters.
 */
import assert from 'node:assert/strict';
import { ip4, mac } from '../../src/base/addr.ts';
import { need } from '../machine.ts';
import { arpBytes, datagramBytes, echoBytes, ipBytes, payloadOf } from '../kernel/kit.ts';
import { ethernetBytes, icmpBytes, ipv4Bytes, udpBytes } from '../wire/frames.ts';
import type { WireScript, WireStep } from './wire-lab.ts';
import { assertAlike, GIVEN_ID, playEmulated, playReal } from './wire-lab.ts';

const HOST = ip4('10.0.0.1');
const PEER = ip4('10.0.0.2');
const id = GIVEN_ID;
const OTHER_MAC = mac('02:00:00:00:77:77');

/** A copy with bytes of its own at some places; the IP header's checksum is not mended. */
function patched(bytes: Uint8Array, changes: Readonly<Record<number, number>>): Uint8Array {
  const copy = Uint8Array.from(bytes);
  for (const [at, value] of Object.entries(changes)) copy[Number(at)] = value;
  return copy;
}

const echo = (fields = {}, data: readonly number[] = [1, 2, 3, 4]): Uint8Array => echoBytes({ id, ...fields }, data);
const allHosts = (fields = {}): Uint8Array => datagramBytes(4000, 9, [1], { id, dst: ip4('224.0.0.1'), ...fields });
const closed = (fields = {}): Uint8Array => datagramBytes(4000, 9, [1, 2, 3, 4], { id, ...fields });
/** An ICMP message with a good checksum. */
const message = (type: number, code: number, rest: number, data: readonly number[], fields = {}): Uint8Array =>
  ipBytes(icmpBytes(type, code, rest, data), { protocol: 1, id, ...fields });
const quoted = [...ipv4Bytes([...udpBytes(4000, 9, [])], { src: HOST, dst: PEER, id })];

/** Why, and the frame. The reason is Linux's. */
const CASES: readonly (readonly [string, string, Uint8Array])[] = [
  ['IP_INHDR', 'version 5', patched(echo(), { 14: 0x55 })],
  ['IP_INHDR', 'version 6', patched(echo(), { 14: 0x65 })],
  ['IP_INHDR', 'a header of 16 bytes', patched(echo(), { 14: 0x44 })],
  ['IP_INHDR', 'a header longer than the frame', patched(echo().subarray(0, 14 + 24), { 14: 0x4f })],
  ['IP_CSUM', 'a wrong checksum', patched(echo(), { 24: 0xde, 25: 0xad })],
  ['IP_CSUM', 'ECN marked, and a wrong checksum', patched(echo({ tos: 1 }), { 24: 0xde, 25: 0xad })],
  ['PKT_TOO_SMALL', 'a total length beyond the frame', echo({ totalLen: 1000 })],
  ['IP_INHDR', 'a total length of less than a header', echo({ totalLen: 19 })],
  ['IP_INHDR', 'less than a header in all', echo().subarray(0, 14 + 19)],
  ['IP_INHDR', 'nothing behind the Ethernet header', echo().subarray(0, 14)],
  ['OTHERHOST', 'for another MAC', echoBytes({ id }, [1], OTHER_MAC)],
  [
    'UNHANDLED_PROTO',
    'an EtherType that nobody handles',
    ethernetBytes(0x88b5, payloadOf50(), mac('02:00:00:00:01:01')),
  ],
  ['IP_INVALID_SOURCE', 'from a group', echo({ src: ip4('224.0.0.5') })],
  ['IP_INVALID_SOURCE', 'from all', echo({ src: -1 })],
  ['', 'from this network, which Linux answers if it can', echo({ src: ip4('0.0.0.5') })],
  ['IP_INVALID_SOURCE', 'from nobody', echo({ src: 0 })],
  ['IP_LOCALNET', 'from loopback', echo({ src: ip4('127.0.0.1') })],
  ['IP_LOCALNET', 'to loopback', echo({ dst: ip4('127.0.0.1') })],
  ['IP_INADDRERRORS', 'to this network', echo({ dst: ip4('0.0.0.7') })],
  ['IP_INVALID_DEST', 'to nobody', echo({ dst: 0 })],
  ['IP_LOCAL_SOURCE', 'from this host', echo({ src: HOST })],
  ['IP_INADDRERRORS', 'to a neighbour, and this is no router', echo({ dst: ip4('10.0.0.77') })],
  ['IP_INADDRERRORS', 'to somewhere far', echo({ dst: ip4('192.0.2.1') })],
  ['NOT_SPECIFIED', 'to a group that nobody is in', echo({ dst: ip4('239.1.2.3') })],
  ['NOT_SPECIFIED', 'to all hosts from somebody far away', allHosts({ src: ip4('192.0.2.1') })],
  ['NOT_SPECIFIED', 'to all hosts from nobody', allHosts({ src: 0 })],
  ['NOT_SPECIFIED', 'to a group of routers from nobody', echo({ dst: ip4('224.0.0.2'), src: 0 })],
  ['IP_INVALID_SOURCE', 'to all hosts from a group', allHosts({ src: ip4('224.0.0.9') })],
  ['IP_INVALID_SOURCE', 'to all hosts from all', allHosts({ src: -1 })],
  ['IP_LOCALNET', 'to all hosts from loopback', allHosts({ src: ip4('127.0.0.5') })],
  ['IP_LOCAL_SOURCE', 'to all hosts from this host', allHosts({ src: HOST })],
  [
    'NOT_SPECIFIED',
    'to a group that nobody is in from a group',
    echo({ dst: ip4('239.1.2.3'), src: ip4('224.0.0.9') }),
  ],
  ['INVALID_PROTO', 'an echo to all', echo({ dst: ip4('10.0.0.255') })],
  ['INVALID_PROTO', 'an echo to everybody', echo({ dst: -1 })],
  ['INVALID_PROTO', 'an echo to all hosts', echo({ dst: ip4('224.0.0.1') })],
  ['', 'a unicast in a broadcast frame', echoBytes({ id }, [1], mac('ff:ff:ff:ff:ff:ff'))],
  ['IP_NOPROTO', 'a protocol that nobody speaks', ipBytes([1, 2, 3, 4], { protocol: 200, id })],
  ['', 'an IGMP query', ipBytes([0x11, 0, 0xee, 0xff, 0, 0, 0, 0], { protocol: 2, id, dst: ip4('224.0.0.1') })],
  ['NOT_SPECIFIED', 'an IGMP query with a wrong checksum', ipBytes([0x11, 0, 0, 0, 0, 0, 0, 0], { protocol: 2, id })],
  ['NOT_SPECIFIED', 'an IGMP report to this host', ipBytes([0x16, 0, 0xe9, 0xff, 0, 0, 0, 0], { protocol: 2, id })],
  ['ICMP_CSUM', 'a wrong ICMP checksum', patched(echo(), { 36: 0xde, 37: 0xad })],
  ['NOT_SPECIFIED', 'half an ICMP header', ipBytes([8, 0, 0xf7, 0xff], { protocol: 1, id })],
  ['UNHANDLED_PROTO', 'an unknown ICMP type', message(33, 0, 0, [1])],
  ['', 'an obsolete ICMP type', message(15, 0, 0, [])],
  ['', 'an address mask request', message(17, 0, 0, [0, 0, 0, 0])],
  ['NO_SOCKET', 'an echo reply that nobody waits for', message(0, 0, 0x00070001, [1])],
  ['NOT_SPECIFIED', 'an error that quotes nothing', message(3, 1, 0, [])],
  ['IP_INHDR', 'an error that quotes a bad header', message(3, 1, 0, patchedList(quoted, 0, 0x41))],
  ['', 'an error that quotes too little', message(3, 1, 0, quoted.slice(0, 24))],
  ['', 'an error about what nobody sent', message(3, 3, 0, quoted)],
  ['', 'an unknown code', message(3, 77, 0, quoted)],
  ['PKT_TOO_SMALL', 'a redirect that quotes nothing', message(5, 1, 0x0a000003, [])],
  ['PKT_TOO_SMALL', 'a timestamp request without a time', message(13, 0, 0, [])],
  ['', 'an extended echo request', message(42, 0, 0, [])],
  ['NO_SOCKET', 'UDP for a closed port', closed()],
  ['UDP_CSUM', 'a wrong UDP checksum', patched(closed(), { 40: 0xde, 41: 0xad })],
  ['NO_SOCKET', 'UDP without a checksum', patched(closed(), { 40: 0, 41: 0 })],
  ['NOT_SPECIFIED', 'half a UDP header', ipBytes([15, 160, 0, 9], { protocol: 17, id })],
  ['PKT_TOO_SMALL', 'a UDP length of less than its header', patched(closed(), { 38: 0, 39: 7 })],
  ['PKT_TOO_SMALL', 'a UDP length beyond the datagram', patched(closed(), { 38: 1, 39: 0 })],
  ['NOT_SPECIFIED', 'UDP to all, and nobody listens', datagramBytes(4000, 9, [1], { id, dst: ip4('10.0.0.255') })],
  ['NO_SOCKET', 'UDP with TTL 0, which is nobody else’s concern', closed({ ttl: 0 })],
  ['PKT_TOO_SMALL', 'half an ARP packet', arpBytes().subarray(0, 14 + 20)],
  ['NOT_SPECIFIED', 'ARP for other link addresses', patched(arpBytes(), { 18: 8 })],
  ['NOT_SPECIFIED', 'ARP for other protocol addresses', patched(arpBytes(), { 19: 16 })],
  ['NOT_SPECIFIED', 'ARP about a group', arpBytes({ target: ip4('224.0.0.1') })],
  ['NOT_SPECIFIED', 'ARP that neither asks nor answers', arpBytes({ op: 9 })],
];

function payloadOf50(): number[] {
  return [...payloadOf(50)];
}

function patchedList(bytes: readonly number[], at: number, value: number): number[] {
  return bytes.map((byte, i) => (i === at ? value : byte));
}

function scriptOf(steps: readonly WireStep[], setUp: readonly string[] = []): WireScript {
  return {
    addresses: ['10.0.0.1/24'],
    setUp: [
      'sysctl -qw net.ipv4.icmp_ratelimit=0',
      'sysctl -qw net.ipv4.icmp_msgs_burst=10000',
      'sysctl -qw net.ipv4.icmp_msgs_per_sec=100000',
      'ip neigh replace 10.0.0.2 lladdr 02:00:00:00:00:99 nud permanent dev e0',
      ...setUp,
    ],
    steps,
  };
}

describe('differential: malformed frames', function () {
  this.timeout(60_000);
  const script = scriptOf(CASES.map(([, , give]) => ({ give })));

  it('die of the reason that Linux gives', () => {
    const { steps } = playEmulated(script);
    const found = CASES.map(([, what], i) => [steps[i]!.drops.join(' '), what]);
    assert.deepEqual(
      found,
      CASES.map(([reason, what]) => [reason, what]),
    );
  });

  it('have the answers, the reasons and the counters of a real kernel', function () {
    need(this, 'netns');
    assertAlike(script, playEmulated(script), playReal(script), /^(Ip|Icmp|Udp)/);
  });
});
