/** What the kernel says of masquerading without an address; which address it takes is compared in hooks.test.ts. */
import assert from 'node:assert/strict';
import { ip4 } from '../../../../src/base/addr.ts';
import { ipv4Bytes, udpBytes } from '../../../wire/frames.ts';
import { EmulatedNatRouter } from './nat-lab.ts';

describe('kernel/nf/nat/local-address', () => {
  it('says so and drops when no address is left to masquerade with', () => {
    const router = new EmulatedNatRouter([
      'ip route add 10.0.0.0/8 dev eth1',
      'ip neigh add 10.0.1.1 lladdr 02:00:00:00:09:02 dev eth1',
      'iptables -t nat -A POSTROUTING -o eth1 -j MASQUERADE',
    ]);
    const [src, dst] = [ip4('10.0.0.1'), ip4('10.0.1.1')];
    const datagram = ipv4Bytes(udpBytes(5000, 53, [1], src, dst), { src, dst, flags: 0 });
    const outcome = router.do({ kind: 'frame', side: 0, datagram });
    assert.deepEqual(outcome, { out: [[], []], lines: [], error: '' });
    assert.deepEqual(
      router.host.log.lines.map(({ text }) => text),
      ['eth1 ate my IP address'],
    );
    assert.equal(router.world.dropped()['NETFILTER_DROP'], 1);
  });
});
