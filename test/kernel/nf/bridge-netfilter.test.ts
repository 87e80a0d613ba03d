import assert from 'node:assert/strict';
import { mac } from '../../../src/base/addr.ts';
import type { NfVerdict } from '../../../src/kernel/nf/hooks.ts';
import {
  NF_ACCEPT,
  NF_DROP,
  NF_INET_FORWARD,
  NF_INET_POST_ROUTING,
  NF_INET_PRE_ROUTING,
  NF_STOLEN,
} from '../../../src/kernel/nf/hooks.ts';
import * as ipv4 from '../../../src/wire/ipv4.ts';
import { need, needTools } from '../../machine.ts';
import { address, devOf, netnsOf, payloadOf, pingSocket, SECOND } from '../kit.ts';
import { icmpBytes, ipv4Bytes, ethernetBytes } from '../../wire/frames.ts';
import { buildBridge } from '../dev/bridge-kit.ts';
import type { HookLabPlan, Ping } from './hook-lab.ts';
import { comparePings, EmulatedHookLab, Recorder } from './hook-lab.ts';

/** A machine `r` with a bridge between two others, and a third one behind a cable of its own. */
const BRIDGED: HookLabPlan = {
  namespaces: ['a', 'r', 'b', 'c'],
  setUp: [
    'ip link add eth0 netns a type veth peer name pa netns r',
    'ip link add eth0 netns b type veth peer name pb netns r',
    'ip link add eth0 netns c type veth peer name rc netns r',
    'ip -n r link add br0 type bridge mcast_snooping 0',
    'ip -n r link set lo up',
    'ip -n r link set br0 up',
    'ip -n r link set pa master br0',
    'ip -n r link set pb master br0',
    ...['pa', 'pb', 'rc'].map((dev) => `ip -n r link set ${dev} up`),
    ...['a', 'b', 'c'].flatMap((netns) => [`ip -n ${netns} link set lo up`, `ip -n ${netns} link set eth0 up`]),
    'ip -n a addr add 10.1.0.2/24 brd + dev eth0',
    'ip -n b addr add 10.1.0.3/24 brd + dev eth0',
    'ip -n r addr add 10.1.0.1/24 brd + dev br0',
    'ip -n r addr add 10.2.0.1/24 brd + dev rc',
    'ip -n c addr add 10.2.0.2/24 brd + dev eth0',
    ...['a', 'b'].map((netns) => `ip -n ${netns} route add default via 10.1.0.1`),
    'ip -n c route add default via 10.2.0.1',
    'ip netns exec r sysctl -w net.ipv4.ip_forward=1',
    ...['a', 'r', 'b'].map((netns) => `ip netns exec ${netns} sysctl -w net.ipv4.icmp_echo_ignore_broadcasts=0`),
  ],
  watched: 'r',
  interfaces: ['lo', 'br0', 'pa', 'pb', 'rc'],
};

const PINGS: readonly Ping[] = [
  { from: 'a', to: '10.1.0.3' },
  { from: 'a', to: '10.1.0.1' },
  { from: 'r', to: '10.1.0.2' },
  { from: 'a', to: '10.2.0.2' },
  { from: 'c', to: '10.1.0.3' },
  { from: 'a', to: '10.1.0.3', size: 3000 },
  { from: 'a', to: '10.1.0.255' },
  { from: 'r', to: '10.1.0.255' },
  { from: 'a', to: '224.0.0.1' },
  { from: 'a', to: '10.2.0.2', ttl: 1 },
];

/** A table nat of one rule: what is for `from` goes to `to`, and the answers come from there. */
function translate(from: string, to: string): Recorder {
  return new Recorder((frame, { hook }): NfVerdict => {
    const { slab, l3 } = frame;
    if (hook === NF_INET_PRE_ROUTING && ipv4.dst(slab.view, l3) === address(from)) {
      ipv4.setDst(slab.view, l3, address(to));
    } else if (hook === NF_INET_POST_ROUTING && ipv4.src(slab.view, l3) === address(to)) {
      ipv4.setSrc(slab.view, l3, address(from));
    }
    ipv4.updateHeaderChecksum(slab, l3);
    return NF_ACCEPT;
  });
}

describe('kernel: the IP hooks of what a bridge carries', () => {
  it('see what they see on a real kernel', function () {
    need(this, 'netns');
    needTools(this, ['iptables', 'ping']);
    comparePings(BRIDGED, 'b', PINGS);
  });

  it('see less of it where the setting is off, and all where the bridge’s own is on', function () {
    need(this, 'netns');
    needTools(this, ['iptables', 'ping']);
    const off = 'ip netns exec r sysctl -w net.bridge.bridge-nf-call-iptables=0';
    comparePings(BRIDGED, 'o', PINGS, [off]);
    comparePings(BRIDGED, 'n', PINGS, [off, 'ip -n r link set br0 type bridge nf_call_iptables 1']);
  });

  it('know the ports', () => {
    const seen: string[] = [];
    const lab = new EmulatedHookLab(
      BRIDGED,
      new Recorder((frame, { hook }) => {
        seen.push(`${hook} ${frame.physIn?.fullName ?? '-'} ${hook === 0 ? '-' : (frame.physOut?.fullName ?? '-')}`);
        return NF_ACCEPT;
      }),
    );
    seen.length = 0;
    lab.ping({ from: 'a', to: '10.1.0.3' });
    assert.deepEqual(seen.slice(0, 3), ['0 h/r/pa -', '2 h/r/pa h/r/pb', '4 h/r/pa h/r/pb']);
    seen.length = 0;
    lab.ping({ from: 'a', to: '10.2.0.2' });
    assert.deepEqual(seen.slice(0, 6), ['0 h/r/pa -', '2 h/r/pa -', '4 h/r/pa -', '0 - -', '2 - -', '4 - -']);
  });

  it('drop, and the books stay right', () => {
    for (const point of [NF_INET_PRE_ROUTING, NF_INET_FORWARD, NF_INET_POST_ROUTING]) {
      const lab = new EmulatedHookLab(BRIDGED, new Recorder((_, { hook }) => (hook === point ? NF_DROP : NF_ACCEPT)));
      lab.ping({ from: 'a', to: '10.1.0.3' });
      assert.equal(lab.world.dropped()['NETFILTER_DROP'], 1);
      assert.equal(lab.world.slab.inUse, 0);
    }
  });

  it('put fragments together, which leave as they came', () => {
    const lab = new EmulatedHookLab(
      BRIDGED,
      new Recorder((frame, state): NfVerdict => {
        if (state.hook !== NF_INET_PRE_ROUTING || !ipv4.isFragment(frame.slab.view, frame.l3)) return NF_ACCEPT;
        state.replacement = state.ns.frags.defrag(state.ns, state.inDev!, frame);
        return state.replacement === null ? NF_STOLEN : NF_ACCEPT;
      }),
    );
    const lines = lab.ping({ from: 'a', to: '10.1.0.3', size: 3000 });
    assert.ok(lines.includes('FORWARD in=br0 out=br0 2 packets 6056 bytes'), lines.join('\n'));
    const lengths = (name: string): number[] => lab.world.seenAt(name).map(({ bytes }) => bytes.length);
    assert.deepEqual(lengths('h/b/eth0').slice(-6), lengths('h/a/eth0').slice(-6));
    assert.equal(netnsOf(lab.host, 'r').mib.ipReasmOks, 2);
    assert.equal(lab.world.slab.inUse, 0);
  });

  it('may send a frame to another host of the bridge, which gets it from its sender', () => {
    const lab = new EmulatedHookLab(BRIDGED, translate('10.1.0.1', '10.1.0.3'));
    for (let seq = 1; seq <= 2; seq++) {
      const socket = pingSocket(netnsOf(lab.host, 'a'), seq);
      socket.sendEcho(address('10.1.0.1'), seq, payloadOf(8));
      lab.world.run(SECOND);
      assert.equal(
        socket.receive()?.from,
        address('10.1.0.1'),
        'asked for its MAC address first, known the second time',
      );
    }
    const requests = lab.world.seenAt('h/b/eth0').filter(({ bytes, isReceived }) => isReceived && bytes[13] === 0);
    const sender = Buffer.from(requests[0]!.bytes.subarray(6, 12)).readUIntBE(0, 6);
    assert.deepEqual([requests.length, sender], [2, devOf(lab.host, 'eth0', 'a').mac]);
  });

  it('may send it elsewhere, or nowhere', () => {
    const lab = new EmulatedHookLab(BRIDGED, translate('10.1.0.3', '10.2.0.2'));
    const ping = (): boolean => {
      const socket = pingSocket(netnsOf(lab.host, 'a'), 9);
      socket.sendEcho(address('10.1.0.3'), 1, payloadOf(8));
      lab.world.run(SECOND);
      socket.close();
      return socket.receive() !== null;
    };
    assert.equal(ping(), true);
    lab.type('ip netns exec r sysctl -w net.ipv4.ip_forward=0');
    assert.equal(ping(), false);
    assert.equal(lab.world.dropped()['IP_INADDRERRORS'], 1);
  });

  it('get whole datagrams only, without what follows them', () => {
    const lab = buildBridge(2);
    const recorder = new Recorder();
    recorder.register(lab.host.rootNs);
    const datagram = ipv4Bytes(icmpBytes(8, 0, 0, [1, 2, 3, 4]), { protocol: 1 });
    const give = (bytes: readonly number[]): number[] => {
      lab.peers[0]!.gives(ethernetBytes(0x0800, bytes, mac('02:00:00:00:00:0b'), mac('02:00:00:00:00:0a')));
      return lab.peers[1]!.gets().map((each) => each.bytes.length);
    };
    assert.deepEqual(give([...datagram, 1, 2, 3]), [14 + datagram.length]);
    assert.deepEqual(give(datagram.slice(0, -1)), []);
    assert.deepEqual(give(datagram.with(10, datagram[10]! ^ 1)), []);
    assert.deepEqual(give(datagram.with(0, 0x55)), []);
    const { ipInTruncatedPkts, ipInHdrErrors, ipInCsumErrors } = lab.host.rootNs.mib;
    assert.deepEqual([ipInTruncatedPkts, ipInHdrErrors, ipInCsumErrors], [1, 2, 1]);
    assert.equal(lab.world.dropped()['IP_INHDR'], 3);
  });
});
