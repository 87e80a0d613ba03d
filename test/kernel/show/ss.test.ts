import assert from 'node:assert/strict';
import { listSockets, showSockets, showSocketSummary } from '../../../src/kernel/show/ss.ts';
import { RawSocket } from '../../../src/kernel/socket/raw-socket.ts';
import { UdpSocket } from '../../../src/kernel/socket/udp-socket.ts';
import { datagramBytes, HOST_IP, introduce, PEER_IP, withPeer } from '../kit.ts';

const ALL = {
  kinds: ['raw', 'udp'] as const,
  states: new Set(['ESTAB', 'UNCONN'] as const),
  showsState: true,
  isNumeric: false,
  showsProcess: true,
  showsTimer: false,
  showsInfo: false,
  showsMemory: false,
  hasHeader: true,
  isOneLine: false,
  filter: (): boolean => true,
};

describe('kernel: sockets as ss shows them', () => {
  it('are raw ones, then UDP ones by port, with what waits in them', () => {
    const { host, peer } = withPeer();
    introduce(peer);
    const ns = host.rootNs;
    const [bound, connected] = [new UdpSocket(ns), new UdpSocket(ns)];
    bound.bind(HOST_IP, 53);
    bound.owner = { name: 'server', pid: 1234 };
    connected.bind(0, 52);
    connected.connect(PEER_IP, 4400);
    new RawSocket(ns, 253).bindToDevice('eth0');
    peer.gives(datagramBytes(5, 53, [1, 2, 3]));
    peer.gets();
    assert.deepEqual(
      listSockets(ns, ['raw', 'udp']).map(({ kind, state, localPort }) => `${kind} ${state} ${localPort}`),
      ['raw UNCONN 253', 'udp ESTAB 52', 'udp UNCONN 53'],
    );
    assert.deepEqual(showSockets(ns, ALL).split('\n'), [
      'Netid State  Recv-Q Send-Q Local Address:Port        Peer Address:PortProcess                          ',
      'raw   UNCONN 0      0       0.0.0.0%eth0:ipproto-253      0.0.0.0:*                                    ',
      'udp   ESTAB  0      0           10.0.0.1:52              10.0.0.2:4400                                 ',
      'udp   UNCONN 768    0           10.0.0.1:domain           0.0.0.0:*    users:(("server",pid=1234,fd=3))',
      '',
    ]);
    assert.match(showSocketSummary(ns), /^Total: 3\n/);
  });
});
