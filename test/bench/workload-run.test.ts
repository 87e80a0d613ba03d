import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { withScratchFolder } from '../../bench/scratch.ts';
import { WorkloadRun } from '../../bench/workload-run.ts';
import { WORKLOADS, workloadNamed } from '../../bench/workloads.ts';
import { FileStore } from '../../src/cli/file-store.ts';
import { readCapture } from '../../src/pcap-writer/index.ts';

/** Devices that receive a datagram on its way; in the trees that depends on where sender and receiver hang. */
const HOPS: Readonly<Record<string, readonly [number, number]>> = {
  W1: [2, 2],
  W2: [2, 2],
  W3: [9, 9],
  'W5-256': [2, 4],
  // The switch, the card, and the device in the tunnel.
  W6: [3, 3],
};

const PLAIN = { queue: 'heap', store: null } as const;

describe('the workloads', () => {
  for (const [name, [least, most]] of Object.entries(HOPS)) {
    it(`${name} sends what it says, all of which arrives`, () => {
      const asked = 512;
      const run = new WorkloadRun(workloadNamed(name).plan(asked), { ...PLAIN, setup: workloadNamed(name).setup });
      run.warmUp();
      assert.equal(run.sentDatagrams(), 0);
      const before = run.counts();
      run.runCold();
      const cold = run.sentDatagrams();
      assert.ok(cold > 0 && cold < asked);
      run.runWarm();
      const after = run.counts();
      assert.equal(run.sentDatagrams(), asked);
      assert.equal(run.receivedDatagrams(), asked);
      assert.equal(after.dropped, before.dropped);
      assert.equal(run.lab.slab.inUse, 0, 'the run ends with the last delivery');
      const hops = after.hops - before.hops;
      assert.ok(hops >= least * asked && hops <= most * asked, `${hops} hops`);
    });
  }

  it('have the same counts with either queue', () => {
    const countsWith = (queue: 'heap' | 'calendar' | 'reference'): unknown => {
      const run = new WorkloadRun(workloadNamed('W2').plan(320), { queue, store: null });
      run.warmUp();
      run.runWarm();
      return run.counts();
    };
    assert.deepEqual(countsWith('calendar'), countsWith('heap'));
    assert.deepEqual(countsWith('reference'), countsWith('heap'));
  });

  it('write one pcap per interface of a host', () => {
    withScratchFolder(1, (folder) => {
      const store = new FileStore(folder);
      const run = new WorkloadRun(workloadNamed('W1').plan(50), { queue: 'heap', store });
      run.warmUp();
      run.runWarm();
      store.close();
      for (const host of ['h0', 'h1']) {
        const capture = readCapture(readFileSync(path.join(folder, `${host}.eth0.pcap`)));
        const datagrams = capture.packets.filter(({ data }) => data[12] === 8 && data[13] === 0);
        assert.equal(datagrams.length, 51, 'fifty, and one to warm up');
      }
    });
  });

  it('tell the prototype to do the same', () => {
    assert.deepEqual(workloadNamed('W2').prototypeArgs(3200), ['2', 'n=100']);
    assert.deepEqual(workloadNamed('W5-1024').prototypeArgs(2048), ['5', 'n=2048', 'leaves=32', 'hpl=32']);
    assert.equal(workloadNamed('W5-1024').plan(2048).hosts.length, 1024);
    assert.throws(() => workloadNamed('W9'), /no workload W9; expected one of W1, W2/);
    assert.equal(new Set(WORKLOADS.map((workload) => workload.name)).size, WORKLOADS.length);
  });
});
