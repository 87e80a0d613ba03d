import assert from 'node:assert/strict';
import { formatCidr } from '../../../src/base/addr.ts';
import { PLAIN_NETWORK } from '../../../src/docker/network.ts';
import { EngineLab } from '../engine-lab.ts';

const WANTED = { scope: '', isIngress: false, config: { ...PLAIN_NETWORK, name: 'ov1', driver: 'overlay' } };

describe('docker/swarm/swarm-cluster', () => {
  it('is in no swarm at first, and knows nothing', () => {
    const { swarm, cluster } = new EngineLab().engine;
    assert.equal(cluster, swarm);
    assert.deepEqual(
      [swarm.localState, swarm.isManager, swarm.nodeId, swarm.advertiseAddress],
      ['inactive', false, '', ''],
    );
    assert.deepEqual(swarm.networks(), []);
    assert.throws(() => swarm.createNetwork(WANTED), /This node is not a swarm manager. Use "docker swarm init"/);
    assert.throws(() => swarm.attachNetwork('ov1', 'c1', null).get(), /invalid cluster node while attaching/);
  });

  it('makes networks of the swarm, and lets containers into them', () => {
    const lab = new EngineLab();
    lab.sh('docker swarm init');
    const { swarm } = lab.engine;
    assert.deepEqual([swarm.localState, swarm.isManager], ['active', true]);
    const id = swarm.createNetwork({ ...WANTED, config: { ...WANTED.config, isAttachable: true } }).get();
    assert.deepEqual(
      swarm.networks().map(({ request, subnets }) => `${request.config.name} ${subnets[0]!.vni}`),
      ['ingress 4096', 'ov1 4097'],
    );
    const answer = swarm.attachNetwork('ov1', 'c1', null);
    assert.equal(answer.isReady(), false);
    lab.wait(1);
    assert.equal(formatCidr(answer.get().address), '10.0.1.2/24');
    assert.equal(formatCidr(swarm.loadBalancerAddress(id)!), '10.0.1.3/24');
    assert.throws(() => swarm.removeNetwork(id).get(), /is in use by task/);
    swarm.detachNetwork(id, 'c1');
    swarm.removeNetwork(id).get();
    assert.equal(swarm.loadBalancerAddress(id), null);
  });

  it('says which network a container cannot have', () => {
    const lab = new EngineLab();
    lab.sh('docker swarm init');
    const ask = (name: string): unknown => lab.engine.swarm.attachNetwork(name, 'c1', null).get();
    assert.throws(() => ask('nosuch'), {
      message: 'Could not attach to network nosuch: rpc error: code = NotFound desc = network nosuch not found',
    });
    assert.throws(() => ask('ingress'), /code = PermissionDenied desc = network ingress not manually attachable/);
  });

  it('draws other ids in its second swarm than in its first', () => {
    const lab = new EngineLab();
    lab.sh('docker swarm init');
    const first = lab.engine.swarm.nodeId;
    lab.sh('docker swarm leave --force');
    assert.equal(lab.engine.swarm.localState, 'inactive');
    lab.sh('docker swarm init');
    assert.notEqual(lab.engine.swarm.nodeId, first);
  });
});
