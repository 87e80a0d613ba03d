import assert from 'node:assert/strict';
import { containersByNamespace, networksByBridge } from '../../src/scenario/graph-docker.ts';
import { EngineLab } from '../docker/engine-lab.ts';

describe('scenario/graph-docker:', () => {
  it('names networks with their subnets by their bridges', () => {
    const { engine } = new EngineLab();
    assert.deepEqual([...networksByBridge(engine)], [['docker0', 'bridge: 172.17.0.0/16']]);
  });

  it('names the running containers of each namespace', () => {
    const lab = new EngineLab();
    lab.sh('docker run -d --name one --network host bb sleep 100');
    lab.sh('docker run -d --name two bb sleep 100');
    lab.sh('docker run -d --name three --network host bb sleep 100');
    lab.sh('docker run -d --name over bb true');
    const found = containersByNamespace(lab.engine);
    assert.deepEqual([...found.values()], [['one', 'three'], ['two']]);
    assert.deepEqual(found.get(lab.engine.host.rootNs), ['one', 'three']);
  });
});
