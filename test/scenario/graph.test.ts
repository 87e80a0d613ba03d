import assert from 'node:assert/strict';
import type { Graph } from '../../src/scenario/graph.ts';
import { graphOf, interfaceLines } from '../../src/scenario/graph.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { Run } from '../../src/scenario/run.ts';

/** The topology that a scenario's steps leave behind. */
export function graphAfter(text: string): Graph {
  const plan = loadScenario('t.yaml', new TextEncoder().encode(text));
  const graphs: Graph[] = [];
  const run = new Run(plan, {
    ...{ queue: 'heap', captures: 'none', store: null, hash: false, keepGoing: false, isInteractive: true },
    onEnding: (lab, setups) => graphs.push(graphOf(plan, lab, setups)),
  });
  while (run.advance(100_000));
  run.leave();
  assert.equal(run.result().exit, 0, JSON.stringify(run.result().steps));
  return graphs[0]!;
}

export const LAB = `name: lab
title: 'Two "LANs" & a <cable>'
hosts:
  a: { docker: false }
  b: { docker: false }
  c: { docker: false }
lans:
  one: { hosts: [a, b], uplink: { to: two, rate: 1Gbit, delay: 1us } }
  two: { hosts: [b] }
  wire: { hosts: [a, c], switch: false }
steps:
  - on: a
    script: |
      ip link add br0 type bridge
      ip netns add ns1
      ip link add va type veth peer name eth0 netns ns1
      ip link set va master br0
      ip link set va up
      ip link set br0 up
      ip -n ns1 addr add 10.1.0.2/24 dev eth0
      ip -n ns1 link set eth0 up
      ip link add x type veth peer name y
`;

/** Containers on bridges, one of them on two; on the host's network, on none, on another's; and a plain namespace. */
export const DOCKER_LAB = `hosts:
  node1: {}
steps:
  - on: node1
    script: |
      docker network create front
      docker network create --internal --subnet 10.9.0.0/24 back
      docker run -itd --name c1 busybox
      docker run -itd --name web --network front busybox
      docker network connect back web
      docker run -itd --name db --network back busybox
      docker run -itd --name sidecar --network container:db busybox
      docker run -itd --name onhost --network host busybox
      docker run -itd --name alone --network none busybox
      docker run -itd --name gone busybox
      docker rm -f gone
      ip netns add ns1
`;

/** Each interface by its full name, with what is beside it. */
function edgesOf(graph: Graph): string[] {
  const names = new Map(graph.switches.map(({ id, lan }) => [id, `switch ${lan}`]));
  for (const host of graph.hosts) {
    for (const namespace of [host.root, ...host.namespaces]) {
      const prefix = namespace.name === '' ? host.name : `${host.name}/${namespace.name}`;
      for (const { id, name } of namespace.interfaces) names.set(id, `${prefix}/${name}`);
    }
  }
  return graph.edges.map(({ from, to, kind, label }) =>
    `${kind} ${names.get(from)!} ${names.get(to)!} ${label}`.trim(),
  );
}

describe('scenario/graph:', () => {
  it('has LANs, hosts, namespaces, bridges and their ports, veth pairs, in a fixed order', () => {
    const graph = graphAfter(LAB);
    assert.deepEqual(edgesOf(graph), [
      'cable a/eth0 switch one',
      'cable b/eth0 switch one',
      'cable switch one switch two uplink',
      'cable b/eth1 switch two',
      'cable a/eth1 c/eth0 wire',
      'port a/va a/br0',
      'veth a/va a/ns1/eth0',
      'veth a/y a/x',
    ]);
    const [host] = graph.hosts;
    assert.deepEqual(
      host!.root.interfaces.map(({ name, isBridge, isUp, addresses }) => [name, isBridge, isUp, ...addresses]),
      [
        ['eth0', false, true, '192.168.50.11/24'],
        ['eth1', false, true, '192.168.52.11/24'],
        ['br0', true, true],
        ['va', false, true],
        ['y', false, false],
        ['x', false, false],
      ],
    );
    assert.deepEqual(
      host!.namespaces.map(({ name, interfaces }) => [name, interfaces[0]!.name, ...interfaces[0]!.addresses]),
      [['ns1', 'eth0', '10.1.0.2/24']],
    );
    assert.deepEqual(graphAfter(LAB), graph);
  });

  it('has containers under their names, where they live, before the end of the run stops them', () => {
    const graph = graphAfter(DOCKER_LAB);
    const { root, namespaces } = graph.hosts[0]!;
    assert.deepEqual(
      namespaces.map(({ name, interfaces, notes }) => [
        name,
        ...interfaces.map((each) => each.name),
        ...notes.map(({ text }) => text),
      ]),
      [
        ['c1', 'eth0'],
        ['web', 'eth0', 'eth1'],
        ['db, sidecar', 'eth0'],
        ['alone', 'only lo'],
        ['ns1', 'only lo'],
      ],
    );
    assert.deepEqual(
      root.notes.map(({ text }) => text),
      ['onhost (network host)'],
    );
    assert.ok(edgesOf(graph).some((edge) => /^port node1\/veth\w+ node1\/docker0$/.test(edge)));
    assert.ok(edgesOf(graph).some((edge) => /^veth node1\/veth\w+ node1\/c1\/eth0$/.test(edge)));
  });

  it('says of each bridge which network it is, and leads from it to the containers', () => {
    const graph = graphAfter(DOCKER_LAB);
    const bridges = graph.hosts[0]!.root.interfaces.filter(({ isBridge }) => isBridge);
    const labels = bridges.map((bridge) => interfaceLines(bridge).map((line) => line.replace(/^br-\w{12}$/, 'br-ID')));
    assert.deepEqual(labels, [
      ['bridge: 172.17.0.0/16', 'docker0', '172.17.0.1/16'],
      ['front: 172.18.0.0/16', 'br-ID', '172.18.0.1/16'],
      ['back: 10.9.0.0/24, internal', 'br-ID', '10.9.0.1/24'],
    ]);
    const networkOf = new Map(bridges.map(({ name, network }) => [`node1/${name}`, network.split(':')[0]!]));
    const edges = edgesOf(graph);
    const ports = new Map(
      edges.map((edge) => /^port (\S+) (\S+)$/.exec(edge)).map((found) => [found?.[1], found?.[2]]),
    );
    const pairs = edges.flatMap((edge) => {
      const [, port, inner] = /^veth (\S+) (.+)$/.exec(edge) ?? [];
      return port === undefined ? [] : [`${inner!} ${ports.get(port) ?? ''}`];
    });
    assert.deepEqual(
      pairs.map((pair) => pair.replace(/\S+$/, (bridge) => networkOf.get(bridge) ?? 'nothing')),
      ['node1/c1/eth0 bridge', 'node1/web/eth0 front', 'node1/web/eth1 back', 'node1/db, sidecar/eth0 back'],
    );
  });
});
