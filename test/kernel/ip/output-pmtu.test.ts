import assert from 'node:assert/strict';
import { updatePmtu } from '../../../src/kernel/ip/fnhe.ts';
import {
  PMTUDISC_DO,
  PMTUDISC_DONT,
  PMTUDISC_INTERFACE,
  PMTUDISC_OMIT,
  PMTUDISC_PROBE,
  PMTUDISC_WANT,
} from '../../../src/kernel/ip/output.ts';
import { ipRouteOutput } from '../../../src/kernel/ip/route.ts';
import { UdpSocket } from '../../../src/kernel/socket/udp-socket.ts';
import { need } from '../../machine.ts';
import { address, introduce, payloadOf, type, withPeer } from '../kit.ts';
import { realAnswers } from './real-pmtu.ts';

const POLICIES = [PMTUDISC_DONT, PMTUDISC_WANT, PMTUDISC_DO, PMTUDISC_PROBE, PMTUDISC_INTERFACE, PMTUDISC_OMIT];
/** Payload bytes: within the path's 1,400 bytes, within the interface's 1,500, and more. */
const SIZES = [1000, 1400, 1472, 1473, 3000];

/** `DF 1028`, or a list of fragments, or the error: what a socket of each policy does with each size. */
function emulatedAnswers(pmtu: number): string[] {
  const lines: string[] = [];
  for (const policy of POLICIES) {
    const { host, peer } = withPeer();
    introduce(peer);
    type(host, 'ip route add 10.9.0.0/16 via 10.0.0.2');
    const ns = host.rootNs;
    const far = address('10.9.0.5');
    if (pmtu !== 1500) updatePmtu(ns, ipRouteOutput(ns, far), pmtu);
    const socket = new UdpSocket(ns);
    socket.pmtuDiscovery = policy;
    for (const size of SIZES) {
      const errno = socket.sendTo(far, 9, payloadOf(size));
      const sent = peer.gets().map(({ bytes }) => {
        const df = (bytes[20]! & 0x40) !== 0;
        return `${df ? 'DF ' : ''}${bytes.length - 14}${bytes[18] === 0 && bytes[19] === 0 ? ' id 0' : ''}`;
      });
      lines.push(`${policy} ${size} ${errno === '' ? sent.join(' + ') : errno}`);
    }
  }
  return lines;
}

describe('kernel/ip/output-pmtu', () => {
  it('every IP_MTU_DISCOVER does with every size what it does on a real kernel', function () {
    need(this, 'netns');
    this.timeout(20_000);
    for (const pmtu of [1500, 1400, 300]) assert.deepEqual(emulatedAnswers(pmtu), realAnswers(pmtu, POLICIES, SIZES));
  });

  it('DF is set where the policy says so and the datagram fits the path', () => {
    assert.deepEqual(emulatedAnswers(1400).slice(5, 10), [
      '1 1000 DF 1028',
      '1 1400 1396 + 52',
      '1 1472 1396 + 124',
      '1 1473 1396 + 125',
      '1 3000 1396 + 1396 + 276',
    ]);
  });
});
