import assert from 'node:assert/strict';
import { ip4 } from '../../src/base/addr.ts';
import { Mib, mibCounters } from '../../src/kernel/mib.ts';
import { UdpSocket } from '../../src/kernel/socket/udp-socket.ts';
import { datagramBytes, echoBytes, introduce, payloadOf, PEER_IP, type, withPeer } from './kit.ts';

/** The counters that are not 0. */
function counted(mib: Mib): Record<string, number> {
  return Object.fromEntries([...mibCounters(mib)].filter(([, value]) => value !== 0));
}

describe('kernel: counters of a namespace', () => {
  it('begin at 0', () => {
    assert.deepEqual(counted(new Mib()), {});
  });

  it('count what happened, under the names of /proc/net/snmp', () => {
    const { host, peer } = withPeer();
    introduce(peer);
    const socket = new UdpSocket(host.rootNs);
    socket.bind(0, 5000);
    peer.gives(echoBytes());
    peer.gives(datagramBytes(4000, 5000, [1]));
    peer.gives(datagramBytes(4000, 9, [1]));
    peer.gives(echoBytes({ dst: ip4('10.9.9.9') }));
    socket.sendTo(PEER_IP, 9, payloadOf(3000));
    peer.gets();
    assert.deepEqual(counted(host.rootNs.mib), {
      IpInReceives: 4,
      IpInAddrErrors: 1,
      IpInDelivers: 3,
      IpOutRequests: 3,
      IpFragOKs: 1,
      IpFragCreates: 3,
      IpOutTransmits: 5,
      IcmpInMsgs: 1,
      IcmpInEchos: 1,
      IcmpOutMsgs: 2,
      IcmpOutDestUnreachs: 1,
      IcmpOutEchoReps: 1,
      IcmpMsgInType8: 1,
      IcmpMsgOutType0: 1,
      IcmpMsgOutType3: 1,
      UdpInDatagrams: 1,
      UdpNoPorts: 1,
      UdpOutDatagrams: 1,
      IpExtInOctets: 120,
      IpExtOutOctets: 3156,
      IpExtInNoECTPkts: 4,
    });
  });

  it('count routes that are missing on a router', () => {
    const { host, peer } = withPeer();
    introduce(peer);
    type(host, 'sysctl -w net.ipv4.ip_forward=1');
    peer.gives(echoBytes({ dst: ip4('10.9.9.9') }));
    peer.gives(echoBytes({ dst: ip4('10.0.0.3'), ttl: 1 }));
    peer.gets();
    const { ipInNoRoutes, ipInHdrErrors, icmpOutMsgs } = host.rootNs.mib;
    assert.deepEqual([ipInNoRoutes, ipInHdrErrors, icmpOutMsgs], [1, 1, 2]);
  });
});
