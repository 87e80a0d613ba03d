import assert from 'node:assert/strict';
import { ConnectionsRun } from '../../bench/connections-run.ts';

describe('connections of TCP', () => {
  it('are made, asked, answered and ended', () => {
    const run = new ConnectionsRun();
    run.serve(120);
    const { mib } = run.lab.host('server').rootNs;
    assert.deepEqual([mib.tcpPassiveOpens, mib.tcpEstabResets, mib.tcpRetransSegs], [120, 0, 0]);
    assert.equal(run.lab.host('client').rootNs.mib.tcpActiveOpens, 120);
  });

  it('stay when nobody ends them', () => {
    const run = new ConnectionsRun();
    run.keep(130);
    assert.equal(run.lab.host('server').rootNs.mib.tcpCurrEstab, 130);
    assert.equal(run.lab.host('client').rootNs.mib.tcpCurrEstab, 130);
  });
});
