import assert from 'node:assert/strict';
import * as icmp from '../../../src/wire/icmp.ts';
import * as ipv4 from '../../../src/wire/ipv4.ts';
import { icmpSend } from '../../../src/kernel/ip/icmp-send.ts';
import { groupsOf } from '../../../src/kernel/ip/igmp.ts';
import type { NfHookPoint, NfVerdict } from '../../../src/kernel/nf/hooks.ts';
import {
  NF_ACCEPT,
  NF_DROP,
  NF_INET_LOCAL_IN,
  NF_INET_LOCAL_OUT,
  NF_INET_PRE_ROUTING,
  NF_IP_PRI_CONNTRACK,
  NF_IP_PRI_FILTER,
  NF_IP_PRI_MANGLE,
  NF_IP_PRI_RAW,
  NF_STOLEN,
  nfRegisterNetHook,
  nfUnregisterNetHook,
} from '../../../src/kernel/nf/hooks.ts';
import { RawSocket } from '../../../src/kernel/socket/raw-socket.ts';
import { UdpSocket } from '../../../src/kernel/socket/udp-socket.ts';
import { need, needTools } from '../../machine.ts';
import { address, devOf, netnsOf, pair, payloadOf, pingSocket, SECOND } from '../kit.ts';
import type { HookLabPlan, Ping } from './hook-lab.ts';
import { comparePings, EmulatedHookLab, POINTS, Recorder } from './hook-lab.ts';

const ROUTED = [
  'ip link add eth0 netns a type veth peer name ra netns r',
  'ip link add eth0 netns b type veth peer name rb netns r',
  'ip -n a link set lo up',
  'ip -n r link set lo up',
  'ip -n a link set eth0 up',
  'ip -n r link set ra up',
  'ip -n r link set rb up',
  'ip -n b link set eth0 up',
  'ip -n a addr add 10.1.0.2/24 brd + dev eth0',
  'ip -n r addr add 10.1.0.1/24 brd + dev ra',
  'ip -n r addr add 10.2.0.1/24 brd + dev rb',
  'ip -n b addr add 10.2.0.2/24 brd + dev eth0',
  'ip -n a route add default via 10.1.0.1',
  'ip -n b route add default via 10.2.0.1',
  'ip netns exec r sysctl -w net.ipv4.ip_forward=1',
  'ip netns exec r sysctl -w net.ipv4.icmp_echo_ignore_broadcasts=0',
  'ip netns exec a sysctl -w net.ipv4.icmp_echo_ignore_broadcasts=0',
];
/** A machine `r` between two others, looked at from each side. */
const ROUTER: HookLabPlan = {
  namespaces: ['a', 'r', 'b'],
  setUp: ROUTED,
  watched: 'r',
  interfaces: ['lo', 'ra', 'rb'],
};
const SENDER: HookLabPlan = { ...ROUTER, watched: 'a', interfaces: ['lo', 'eth0'] };

const PINGS: readonly Ping[] = [
  { from: 'a', to: '10.2.0.2' },
  { from: 'a', to: '10.1.0.1' },
  { from: 'r', to: '10.1.0.1' },
  { from: 'a', to: '127.0.0.1' },
  { from: 'a', to: '10.2.0.2', size: 3000 },
  { from: 'a', to: '10.1.0.1', size: 3000 },
  { from: 'r', to: '10.1.0.2', size: 3000 },
  { from: 'a', to: '10.2.0.2', ttl: 1 },
  { from: 'a', to: '10.9.0.9' },
  { from: 'a', to: '10.1.0.255' },
  { from: 'r', to: '10.1.0.255' },
  { from: 'a', to: '224.0.0.1' },
];

describe('kernel: netfilter’s hook points', () => {
  it('are passed by the same datagrams as those of a real router', function () {
    need(this, 'netns');
    needTools(this, ['iptables', 'ping']);
    comparePings(ROUTER, 'r', PINGS);
  });

  it('are passed by the same datagrams as those of a real sender', function () {
    need(this, 'netns');
    needTools(this, ['iptables', 'ping']);
    comparePings(SENDER, 's', PINGS);
  });

  it('ask in the order of the priorities, the newest first among equals', () => {
    const { a } = pair();
    const asked: string[] = [];
    const named = (name: string, priority: number): Recorder =>
      new Recorder(() => (asked.push(name), NF_ACCEPT), priority);
    for (const [name, priority] of [
      ['filter', NF_IP_PRI_FILTER],
      ['raw', NF_IP_PRI_RAW],
      ['mangle', NF_IP_PRI_MANGLE],
      ['conntrack', NF_IP_PRI_CONNTRACK],
      ['newer filter', NF_IP_PRI_FILTER],
    ] as const) {
      nfRegisterNetHook(a.rootNs, NF_INET_LOCAL_OUT, named(name, priority));
    }
    pingSocket(a.rootNs).sendEcho(address('10.0.0.2'), 1, payloadOf(4));
    assert.deepEqual(asked, ['raw', 'conntrack', 'mangle', 'newer filter', 'filter']);
  });

  it('are gone with the last hook', () => {
    const { a } = pair();
    const recorder = new Recorder();
    assert.equal(a.rootNs.netfilter, null);
    nfRegisterNetHook(a.rootNs, NF_INET_LOCAL_OUT, recorder);
    nfRegisterNetHook(a.rootNs, NF_INET_PRE_ROUTING, recorder);
    nfUnregisterNetHook(a.rootNs, NF_INET_LOCAL_OUT, recorder);
    assert.notEqual(a.rootNs.netfilter, null);
    nfUnregisterNetHook(a.rootNs, NF_INET_PRE_ROUTING, recorder);
    assert.equal(a.rootNs.netfilter, null);
  });

  it('drop by NETFILTER_DROP at each point, and the books stay right', () => {
    POINTS.forEach((point, index) => {
      const lab = new EmulatedHookLab(ROUTER, new Recorder((_, { hook }) => (hook === index ? NF_DROP : NF_ACCEPT)));
      const to = point === 'INPUT' || point === 'OUTPUT' ? '10.1.0.1' : '10.2.0.2';
      const seen = lab.ping({ from: 'a', to });
      assert.equal(lab.world.dropped()['NETFILTER_DROP'], 1, point);
      assert.ok(seen.at(0) !== undefined && seen.some((line) => line.startsWith(`${point} `)), point);
      assert.equal(lab.world.slab.inUse, 0);
    });
  });

  it('leave a stolen frame to the thief', () => {
    const { world, a } = pair();
    let isFirst = true;
    const thief = new Recorder((frame, { ns }): NfVerdict => {
      if (!isFirst) return NF_ACCEPT;
      isFirst = false;
      ns.machine.stats.deliver(frame);
      return NF_STOLEN;
    });
    nfRegisterNetHook(a.rootNs, NF_INET_LOCAL_OUT, thief);
    const socket = pingSocket(a.rootNs);
    assert.equal(socket.sendEcho(address('10.0.0.2'), 1, payloadOf(4)), '');
    world.run(SECOND);
    assert.equal(socket.receive(), null);
    assert.equal(socket.sendEcho(address('10.0.0.2'), 2, payloadOf(4)), '');
    world.run(SECOND);
    assert.equal(socket.receive()?.seq, 2);
  });

  it('tell the sender of a drop at OUTPUT and POSTROUTING, which count as discards', () => {
    for (const point of [3, 4]) {
      const { world, a } = pair();
      nfRegisterNetHook(a.rootNs, point as NfHookPoint, new Recorder(() => NF_DROP));
      const to = address('10.0.0.2');
      assert.equal(pingSocket(a.rootNs).sendEcho(to, 1, payloadOf(4)), 'EPERM');
      const udp = new UdpSocket(a.rootNs);
      assert.equal(udp.sendTo(to, 9, payloadOf(4)), 'EPERM');
      const raw = new RawSocket(a.rootNs, 200);
      assert.equal(raw.sendTo(to, payloadOf(4)), 'EPERM');
      const { ipOutRequests, ipOutDiscards, udpOutDatagrams } = a.rootNs.mib;
      assert.deepEqual([ipOutRequests, ipOutDiscards, udpOutDatagrams], [3, 3, 0]);
      assert.equal(world.dropped()['NETFILTER_DROP'], 3);
    }
  });

  it('may send themselves, which passes the points within', () => {
    const { world, a, b } = pair();
    const seen: string[] = [];
    new Recorder((frame, state) => {
      seen.push(`${POINTS[state.hook]} ${state.inDev?.name ?? '-'} ${state.outDev?.name ?? '-'}`);
      if (state.hook !== NF_INET_LOCAL_IN) return NF_ACCEPT;
      icmpSend(state.ns, frame, icmp.DEST_UNREACH, icmp.PORT_UNREACH, 0);
      seen.push(`${POINTS[state.hook]} ${state.inDev?.name ?? '-'} ${state.outDev?.name ?? '-'}`);
      return NF_DROP;
    }).register(b.rootNs);
    const socket = pingSocket(a.rootNs);
    socket.sendEcho(address('10.0.0.2'), 1, payloadOf(4));
    world.run(SECOND);
    assert.equal(socket.receiveError()?.code, icmp.PORT_UNREACH);
    assert.deepEqual(seen, [
      'PREROUTING eth0 -',
      'INPUT eth0 -',
      'OUTPUT - eth0',
      'POSTROUTING - eth0',
      'INPUT eth0 -',
    ]);
  });

  it('see reports of groups, whose drops are no discards', () => {
    for (const verdict of [NF_ACCEPT, NF_DROP] as const) {
      const { world, a } = pair();
      const recorder = new Recorder(({ slab, l3 }) => (ipv4.protocol(slab.view, l3) === 2 ? verdict : NF_ACCEPT));
      recorder.register(a.rootNs);
      groupsOf(devOf(a, 'eth0')).join(address('239.1.2.3'));
      world.run(2 * SECOND);
      const passes = verdict === NF_ACCEPT;
      const lines = ['OUTPUT out=eth0 2 packets 80 bytes', 'POSTROUTING out=eth0 2 packets 80 bytes'];
      assert.deepEqual(recorder.take(), passes ? lines : lines.slice(0, 1));
      const { ipOutRequests, ipOutDiscards, ipOutMcastPkts } = a.rootNs.mib;
      assert.deepEqual([ipOutRequests, ipOutDiscards, ipOutMcastPkts], [2, 0, passes ? 2 : 0]);
    }
  });

  it('send on what replaces the frame, and nothing of the one replaced', () => {
    const { world, a } = pair();
    const swap = new Recorder((frame, state) => {
      const { stats } = state.ns.machine;
      state.replacement = stats.clone(frame);
      stats.deliver(frame);
      return NF_ACCEPT;
    });
    swap.register(a.rootNs);
    const socket = pingSocket(a.rootNs);
    socket.sendEcho(address('10.0.0.2'), 1, payloadOf(40));
    world.run(SECOND);
    assert.equal(socket.receive()?.payload.length, 40);
    assert.equal(world.slab.inUse, 0);
  });
});

describe('kernel: what is changed at OUTPUT', () => {
  const TWO_WAYS = [...ROUTED, 'ip -n a link add eth1 type veth peer name rc netns r'];
  const plan: HookLabPlan = {
    ...SENDER,
    setUp: [
      ...TWO_WAYS,
      'ip -n a link set eth1 up',
      'ip -n r link set rc up',
      'ip -n a addr add 10.3.0.2/24 dev eth1',
      'ip -n r addr add 10.3.0.1/24 dev rc',
      'ip -n a route add default via 10.3.0.1 table 7',
      'ip -n a rule add fwmark 7 lookup 7',
    ],
  };

  /** The interface by which a ping to 10.2.0.2 leaves when a hook at OUTPUT has done `change`. */
  function leavesBy(reroute: Recorder['reroute'], change: (v: DataView, l3: number) => number): string[] {
    const judge: ConstructorParameters<typeof Recorder>[0] = (frame, { hook }) => {
      if (hook !== NF_INET_LOCAL_OUT) return NF_ACCEPT;
      const mark = change(frame.slab.view, frame.l3);
      if (mark !== 0) frame.mark = mark;
      ipv4.updateHeaderChecksum(frame.slab, frame.l3);
      return NF_ACCEPT;
    };
    const lab = new EmulatedHookLab(plan, new Recorder(judge, NF_IP_PRI_MANGLE, reroute));
    return lab.ping({ from: 'a', to: '10.2.0.2' }).filter((line) => line.includes('out='));
  }

  it('is routed again where the table is one that does so', () => {
    const marked = (): number => 7;
    assert.deepEqual(leavesBy('never', marked), [
      'OUTPUT out=eth0 1 packets 84 bytes',
      'POSTROUTING out=eth0 1 packets 84 bytes',
    ]);
    assert.deepEqual(leavesBy('destination', marked), leavesBy('never', marked));
    assert.deepEqual(leavesBy('any', marked), [
      'OUTPUT out=eth0 1 packets 84 bytes',
      'POSTROUTING out=eth1 1 packets 84 bytes',
    ]);
    const elsewhere = (v: DataView, l3: number): number => (ipv4.setDst(v, l3, address('10.3.0.1')), 0);
    assert.match(leavesBy('destination', elsewhere)[1]!, /^POSTROUTING out=eth1 /);
    const home = (v: DataView, l3: number): number => (ipv4.setDst(v, l3, address('10.3.0.2')), 0);
    assert.ok(leavesBy('destination', home).some((line) => line.startsWith('POSTROUTING out=lo ')));
  });

  it('and has no way then is an error of the routes', () => {
    const lab = new EmulatedHookLab(
      plan,
      new Recorder(
        (frame, { hook }) => {
          if (hook === NF_INET_LOCAL_OUT) frame.mark = 8;
          return NF_ACCEPT;
        },
        NF_IP_PRI_MANGLE,
        'any',
      ),
    );
    lab.type('ip -n a rule add fwmark 8 prohibit');
    const socket = pingSocket(netnsOf(lab.host, 'a'));
    assert.equal(socket.sendEcho(address('10.2.0.2'), 1, payloadOf(4)), 'EACCES');
    assert.equal(lab.world.dropped()['NETFILTER_DROP'], 1);
  });
});
