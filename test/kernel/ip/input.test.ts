import assert from 'node:assert/strict';
import { ip4, mac } from '../../../src/base/addr.ts';
import { UdpSocket } from '../../../src/kernel/socket/udp-socket.ts';
import type { Host } from '../../../src/kernel/host.ts';
import type { Ipv4Fields } from '../../wire/frames.ts';
import {
  datagramBytes,
  devOf,
  echoBytes,
  introduce,
  ipBytes,
  payloadOf,
  textOf,
  type,
  viewOf,
  withPeer,
} from '../kit.ts';

const ALL = 0xffff_ffff_ffff;

/** What becomes of one frame that the peer sends: the host's frames, and what died of what. */
function fate(bytes: Uint8Array): { lines: string[]; dropped: Record<string, number>; host: Host } {
  const { world, host, peer } = withPeer();
  introduce(peer);
  peer.gives(bytes);
  return { lines: peer.getsLines(), dropped: world.dropped(), host };
}

/** An echo request with one byte changed. */
function damaged(at: number, value: number): Uint8Array {
  const bytes = echoBytes();
  bytes[at] = value;
  return bytes;
}

/** The same with a right header checksum. */
function damagedButSummed(at: number, value: number): Uint8Array {
  const bytes = damaged(at, value);
  const v = viewOf(bytes);
  v.setUint16(24, 0);
  let sum = 0;
  for (let i = 14; i < 34; i += 2) sum += v.getUint16(i);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  v.setUint16(24, ~sum & 0xffff);
  return bytes;
}

describe('kernel: IP input', () => {
  it('takes what is whole and for this host', () => {
    const { lines, dropped, host } = fate(echoBytes());
    assert.deepEqual(lines, ['IP 10.0.0.1 > 10.0.0.2: ICMP echo reply, id 7, seq 1, length 11']);
    assert.deepEqual(dropped, {});
    assert.deepEqual([host.rootNs.mib.ipInReceives, host.rootNs.mib.ipInDelivers], [1, 1]);
  });

  it('drops a header whose checksum, version or length is wrong', () => {
    assert.deepEqual(fate(damaged(22, 63)).dropped, { IP_CSUM: 1 });
    assert.deepEqual(fate(damagedButSummed(14, 0x65)).dropped, { IP_INHDR: 1 }, 'version 6');
    assert.deepEqual(fate(damagedButSummed(14, 0x44)).dropped, { IP_INHDR: 1 }, 'a header of 16 bytes');
    assert.deepEqual(fate(damagedButSummed(17, 19)).dropped, { IP_INHDR: 1 }, 'a total of 19 bytes');
    assert.deepEqual(fate(echoBytes().subarray(0, 30)).dropped, { IP_INHDR: 1 }, 'cut within the header');
  });

  it('drops what is shorter than it says, but looks at the checksum first', () => {
    const cut = fate(echoBytes().subarray(0, 44));
    assert.deepEqual(cut.dropped, { PKT_TOO_SMALL: 1 });
    assert.deepEqual([cut.host.rootNs.mib.ipInTruncatedPkts, cut.host.rootNs.mib.ipInHdrErrors], [1, 0]);
    assert.deepEqual(fate(damaged(16, 0xff)).dropped, { IP_CSUM: 1 });
    assert.deepEqual(fate(damagedButSummed(16, 0xff)).dropped, { PKT_TOO_SMALL: 1 });
  });

  it('cuts off the padding of short Ethernet frames', () => {
    const { world, host, peer } = withPeer();
    introduce(peer);
    const padded = new Uint8Array(60);
    padded.set(echoBytes({}, [9]));
    peer.gives(padded);
    assert.deepEqual(
      peer.gets().map((each) => each.bytes.length),
      [14 + 20 + 8 + 1],
    );
    const socket = new UdpSocket(host.rootNs);
    socket.bind(0, 5000);
    const short = new Uint8Array(60).fill(0xee);
    short.set(datagramBytes(9, 5000, [1, 2]));
    peer.gives(short);
    peer.gets();
    assert.deepEqual(socket.receive()?.payload, Uint8Array.of(1, 2));
    assert.deepEqual(world.dropped(), {});
  });

  it('drops what is for another MAC, without counting it as received', () => {
    const { dropped, host } = fate(echoBytes({}, [], mac('02:00:00:00:00:55')));
    assert.deepEqual(dropped, { OTHERHOST: 1 });
    assert.equal(host.rootNs.mib.ipInReceives, 0);
  });

  it('drops martians', () => {
    const cases: [Ipv4Fields, string][] = [
      [{ src: ip4('10.0.0.1') }, 'IP_LOCAL_SOURCE'],
      [{ src: ip4('127.0.0.1') }, 'IP_LOCALNET'],
      [{ src: ip4('224.0.0.1') }, 'IP_INVALID_SOURCE'],
      [{ src: -1 }, 'IP_INVALID_SOURCE'],
      [{ src: 0 }, 'IP_INVALID_SOURCE'],
      [{ dst: ip4('127.0.0.1') }, 'IP_LOCALNET'],
      [{ dst: 0 }, 'IP_INVALID_DEST'],
    ];
    for (const [fields, reason] of cases) {
      const { lines, dropped } = fate(echoBytes(fields));
      assert.deepEqual([lines, dropped], [[], { [reason]: 1 }], reason);
    }
  });

  it('drops a martian also behind a good datagram, and the good one behind a martian not', () => {
    const { world, peer } = withPeer();
    introduce(peer);
    for (let i = 0; i < 2; i++) {
      peer.gives(echoBytes());
      peer.gives(echoBytes({ src: ip4('10.0.0.1') }));
    }
    assert.equal(peer.gets().length, 2);
    assert.deepEqual(world.dropped(), { IP_LOCAL_SOURCE: 2 });
  });

  it('hears somebody without an address call all', () => {
    const { world, host, peer } = withPeer();
    const socket = new UdpSocket(host.rootNs);
    socket.bind(0, 67);
    const bytes = datagramBytes(68, 67, [1], { src: 0, dst: -1 });
    bytes.fill(0xff, 0, 6);
    peer.gives(bytes);
    peer.gets();
    assert.deepEqual([socket.receive()?.from, world.dropped()], [0, {}]);
  });

  it('does not forward unless told to, and says nothing about it', () => {
    const { lines, dropped, host } = fate(echoBytes({ dst: ip4('10.9.9.9') }));
    assert.deepEqual([lines, dropped], [[], { IP_INADDRERRORS: 1 }]);
    assert.equal(host.rootNs.mib.ipInAddrErrors, 1);
  });

  it('drops an IP unicast for others that came as a link-layer broadcast', () => {
    const { world, host, peer } = withPeer();
    type(host, 'sysctl -w net.ipv4.ip_forward=1');
    peer.gives(echoBytes({ dst: ip4('10.0.0.77') }, [], ALL));
    peer.gets();
    assert.deepEqual(world.dropped(), { NOT_SPECIFIED: 1 });
    type(host, 'sysctl -w net.ipv4.conf.all.drop_unicast_in_l2_multicast=1');
    peer.gives(echoBytes({}, [], ALL));
    peer.gets();
    assert.deepEqual(world.dropped(), { NOT_SPECIFIED: 1, UNICAST_IN_L2_MULTICAST: 1 });
  });

  it('takes its own unicast address also from a link-layer broadcast', () => {
    assert.equal(fate(echoBytes({}, [], ALL)).lines.length, 1);
  });

  it('listens to the group of all hosts and to no other', () => {
    const { world, host, peer } = withPeer();
    const socket = new UdpSocket(host.rootNs);
    socket.bind(0, 5000);
    peer.gives(datagramBytes(9, 5000, [1], { dst: ip4('224.0.0.1') }));
    peer.gives(datagramBytes(9, 5000, [2], { dst: ip4('224.0.0.251') }));
    peer.gets();
    assert.deepEqual([socket.receive()?.payload[0], socket.receive()], [1, null]);
    assert.deepEqual(world.dropped(), { NOT_SPECIFIED: 1 });
  });

  it('answers an unknown protocol with protocol unreachable', () => {
    const { lines, dropped, host } = fate(ipBytes([1, 2, 3, 4], { protocol: 99 }));
    assert.deepEqual(lines, ['IP 10.0.0.1 > 10.0.0.2: ICMP 10.0.0.1 protocol 99 unreachable, length 32']);
    assert.deepEqual(dropped, { IP_NOPROTO: 1 });
    assert.equal(host.rootNs.mib.ipInUnknownProtos, 1);
  });

  it('hears its own broadcasts, but not those of another that uses its address', () => {
    const { world, host, peer } = withPeer();
    const [sender, listener] = [new UdpSocket(host.rootNs), new UdpSocket(host.rootNs)];
    listener.bind(0, 5000);
    sender.broadcast = true;
    assert.equal(sender.sendTo(ip4('10.0.0.255'), 5000, payloadOf(3)), '');
    assert.equal(peer.gets().length, 1);
    assert.equal(listener.receive()?.from, ip4('10.0.0.1'));
    assert.deepEqual(world.ladder('h/eth0').length, 1, 'captures see it once');
    const foreign = datagramBytes(9, 5000, [1], { src: ip4('10.0.0.1'), dst: ip4('10.0.0.255') });
    foreign.fill(0xff, 0, 6);
    peer.gives(foreign);
    peer.gets();
    assert.equal(listener.receive(), null);
    assert.deepEqual(world.dropped(), { IP_LOCAL_SOURCE: 1 });
  });

  it('believes everything that lo brings', () => {
    const { host, peer } = withPeer();
    const [sender, listener] = [new UdpSocket(host.rootNs), new UdpSocket(host.rootNs)];
    listener.bind(0, 5000);
    assert.equal(sender.sendTo(ip4('10.0.0.1'), 5000, payloadOf(3)), '');
    assert.deepEqual(peer.gets(), []);
    assert.equal(listener.receive()?.from, ip4('10.0.0.1'));
  });

  it('drops EtherTypes that nobody handles', () => {
    const unknown = echoBytes();
    viewOf(unknown).setUint16(12, 0x88b5);
    const { dropped, host } = fate(unknown);
    assert.deepEqual(dropped, { UNHANDLED_PROTO: 1 });
    assert.equal(devOf(host, 'eth0').rxDropped, 1);
  });

  it('never answers from a header with options by reading them as data', () => {
    const { world, peer } = withPeer();
    introduce(peer);
    peer.gives(echoBytes({ options: [1, 1, 1, 0] }, [5, 6]));
    const [reply] = peer.gets();
    assert.equal(textOf(reply!.bytes), 'IP 10.0.0.1 > 10.0.0.2: ICMP echo reply, id 7, seq 1, length 10');
    assert.deepEqual([...reply!.bytes.subarray(42)], [5, 6]);
    assert.deepEqual(world.dropped(), {});
  });
});
