import assert from 'node:assert/strict';
import { NAT_MODES, NatRun } from '../../bench/nat-run.ts';

const FLOWS = 20;
const DATAGRAMS = 100;

describe('workload N1', () => {
  for (const mode of NAT_MODES) {
    it(`lets all arrive: ${mode}`, () => {
      const flows = mode === 'new' ? DATAGRAMS : FLOWS;
      const run = new NatRun({ mode, flows, datagrams: DATAGRAMS });
      run.settle();
      const tracks = mode === 'dnat' || mode === 'masquerade';
      assert.equal(run.entries(), tracks ? FLOWS : 0, 'the flows are settled');
      run.runCold();
      assert.ok(run.received() < DATAGRAMS);
      run.runWarm();
      assert.equal(run.received(), DATAGRAMS);
      assert.equal(run.entries(), mode === 'new' ? DATAGRAMS : tracks ? FLOWS : 0, 'no connection more than flows');
      assert.equal(run.lab.slab.inUse, 0);
    });
  }

  it('translates addresses as the engine’s rules say', () => {
    const run = new NatRun({ mode: 'dnat', flows: 1, datagrams: 10 });
    run.settle();
    run.runWarm();
    const { admin, rootNs } = run.router;
    const { stdout } = admin.run(rootNs, ['iptables-save', '-c', '-t', 'nat']);
    assert.match(stdout, /^\[1:92\] -A DOCKER ! -i docker0 -p udp -m udp --dport 9 -j DNAT/m);
    const filter = admin.run(rootNs, ['iptables', '-S', 'DOCKER-CT', '-v']).stdout;
    assert.match(filter, /RELATED,ESTABLISHED -c 8 736 -j ACCEPT/, 'all that come behind the answer');
  });
});
