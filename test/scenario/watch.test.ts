import assert from 'node:assert/strict';
import { readCapture } from '../../src/pcap-writer/index.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import type { RunResult } from '../../src/scenario/result.ts';
import type { RunOptions } from '../../src/scenario/run.ts';
import { Run } from '../../src/scenario/run.ts';
import { MemoryStore } from './memory-store.ts';

const BRIDGE = `epoch: 2023-11-14T22:13:20Z
hosts:
  node1: { address: 192.168.50.11/24 }
steps:
  - { on: node1, run: docker run -itd --name c1 busybox }
  - { on: node1, run: docker run -itd --name c2 busybox }
  - { on: node1, run: docker exec c1 ping -c 2 172.17.0.3 }
`;

function capture(text: string, options: Partial<RunOptions> = {}): { result: RunResult; store: MemoryStore } {
  const store = new MemoryStore();
  const plan = loadScenario('x.yaml', new TextEncoder().encode(text));
  const run = new Run(plan, { queue: 'heap', captures: 'both', store, hash: true, keepGoing: false, ...options });
  while (run.advance(1000));
  return { result: run.result(), store };
}

describe('captures', () => {
  it('give the same frame the same packet id wherever it is seen, and others other ids', () => {
    const { store } = capture(BRIDGE);
    const read = readCapture(store.bytes('capture.pcapng'));
    const byId = new Map<bigint, { names: string[]; bytes: Set<string> }>();
    for (const packet of read.packets) {
      assert.ok(packet.packetId !== undefined);
      const name = read.interfaces[packet.interfaceId]!.name;
      const seen = byId.get(packet.packetId) ?? { names: [], bytes: new Set() };
      seen.names.push(`${packet.direction!} ${name.replace(/veth\w+/, 'veth')}`);
      seen.bytes.add(Buffer.from(packet.data).toString('hex'));
      byId.set(packet.packetId, seen);
    }
    for (const { bytes } of byId.values()) assert.equal(bytes.size, 1);
    const request = [...byId.values()].find(({ bytes }) => [...bytes][0]!.slice(68, 70) === '08')!;
    assert.deepEqual(request.names, [
      'out node1/c1/eth0',
      'in node1/veth',
      'in node1/docker0',
      'out node1/veth',
      'in node1/c2/eth0',
    ]);
  });

  it('stamp frames in nanoseconds from the epoch of the scenario, in order', () => {
    const { store } = capture(BRIDGE);
    const { packets } = readCapture(store.bytes('capture.pcapng'));
    let last = 0n;
    for (const { timeNs } of packets) {
      assert.ok(timeNs >= last);
      last = timeNs;
    }
    assert.equal(packets[0]!.timeNs, 1_700_000_000_000_000_000n);
  });

  it('name, address and count each interface, and the hosts', () => {
    const { store, result } = capture(BRIDGE);
    const read = readCapture(store.bytes('capture.pcapng'));
    const names = read.interfaces.map(({ name }) => name.replace(/veth\w+/, 'veth'));
    assert.deepEqual(names, [
      'node1/eth0',
      'node1/docker0',
      'node1/veth',
      'node1/c1/eth0',
      'node1/veth',
      'node1/c2/eth0',
    ]);
    assert.equal(read.statistics.length, names.length);
    assert.ok(read.names.some(({ names: list }) => list.includes('node1')));
    assert.deepEqual(
      result.captures.map(({ interface: name }) => name.replace(/veth\w+/, 'veth')),
      names,
    );
  });

  it('follow the globs: a slash stays a slash, lo only by name', () => {
    const files = (...globs: string[]): string[] =>
      capture(BRIDGE, { captureGlobs: globs, captures: 'pcap' }).store.names();
    assert.deepEqual(files('node1/docker0'), ['node1.docker0.pcap']);
    assert.deepEqual(files('node1/*/eth0'), ['node1.c1.eth0.pcap', 'node1.c2.eth0.pcap']);
    assert.deepEqual(files('**/lo'), ['node1.lo.pcap', 'node1.c1.lo.pcap', 'node1.c2.lo.pcap']);
    assert.equal(files('nothing').length, 0);
  });

  it('a container that comes back under its name goes on in the same file and hash', () => {
    const again = `${BRIDGE}  - { on: node1, run: docker rm -f c1 }
  - { on: node1, run: docker run -itd --name c1 busybox }
  - { on: node1, run: docker exec c1 ping -c 1 172.17.0.3 }
`;
    const { store, result } = capture(again);
    assert.equal(store.names().filter((name) => name === 'node1.c1.eth0.pcap').length, 1);
    const echoes = readCapture(store.bytes('node1.c1.eth0.pcap')).packets.filter(({ data }) => data[23] === 1);
    assert.equal(echoes.length, 6);
    assert.equal(result.exit, 0);
  });
});

describe('the trace hash', () => {
  it('changes with a bit, a time or a name, and not with what is captured', () => {
    const hash = (text: string, options: Partial<RunOptions> = {}): string | null =>
      capture(text, options).result.traceHash;
    const plain = hash(BRIDGE);
    assert.equal(hash(BRIDGE, { captures: 'none', store: null }), plain);
    assert.equal(hash(BRIDGE, { captureGlobs: ['node1/eth0'] }), plain);
    assert.notEqual(hash(BRIDGE.replace('-c 2', '-c 2 -s 57')), plain);
    assert.notEqual(hash(BRIDGE.replace('hosts:', 'softirq: 3us\nhosts:')), plain);
    assert.notEqual(hash(BRIDGE.replaceAll('c2', 'cx')), plain);
    assert.equal(hash(BRIDGE, { hash: false }), null);
  });
});
