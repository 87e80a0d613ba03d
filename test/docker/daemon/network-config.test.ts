import assert from 'node:assert/strict';
import {
  configurationNetwork,
  configuredBy,
  validateConfiguration,
} from '../../../src/docker/daemon/network-config.ts';
import type { NetworkConfig } from '../../../src/docker/network.ts';
import { PLAIN_NETWORK } from '../../../src/docker/network.ts';
import { Lab } from '../lab.ts';

const PLAIN: NetworkConfig = { ...PLAIN_NETWORK, name: 'n', driver: '', ipamDriver: '' };

describe('networks that keep a configuration', () => {
  it('have nothing but what another network could take', () => {
    const validate = (config: Partial<NetworkConfig>, scope = '', isIngress = false): void => {
      validateConfiguration({ config: { ...PLAIN, ...config }, scope, isIngress });
    };
    const refused: readonly (() => void)[] = [
      () => {
        validate({ isConfigOnly: true, isInternal: true });
      },
      () => {
        validate({ isConfigOnly: true, isAttachable: true });
      },
      () => {
        validate({ isConfigOnly: true }, 'local');
      },
      () => {
        validate({ isConfigOnly: true }, '', true);
      },
    ];
    for (const each of refused) assert.throws(each, /^DaemonError: configuration network can only contain/);
    assert.throws(() => {
      validate({ isConfigOnly: true, configFrom: 'co' });
    }, /cannot depend on another/);
    assert.throws(() => {
      validate({ configFrom: 'co', labels: new Map([['a', 'b']]) });
    }, /^DaemonError: user specified/);
    assert.throws(() => {
      validate({ configFrom: 'co', options: new Map([['a', 'b']]) });
    }, /^DaemonError: network driver/);
    validate({ configFrom: 'co', ipamDriver: 'default', isInternal: true }, 'local');
    validate({ isConfigOnly: true, labels: new Map([['a', 'b']]), isIpv6Enabled: true });
  });

  it('give it to others, and know to whom', () => {
    const lab = new Lab();
    lab.ok('network create --config-only --subnet 10.7.0.0/24 --label a=b -o x=y co');
    const taken = configurationNetwork(lab.engine, { ...PLAIN, configFrom: 'co', isInternal: true });
    assert.deepEqual([taken.labels.get('a'), taken.options.get('x'), taken.isInternal], ['b', 'y', true]);
    assert.equal(taken.ipamConfigs[0]?.subnet, '10.7.0.0/24');
    assert.equal(configurationNetwork(lab.engine, PLAIN), PLAIN);
    const id = lab.ok('network create --config-from co n');
    const source = lab.engine.getNetwork('co');
    assert.deepEqual(
      configuredBy(lab.engine, source).map((network) => network.id),
      [id],
    );
    const nobody = { ...PLAIN, configFrom: 'bridge' };
    assert.throws(() => configurationNetwork(lab.engine, nobody), /configuration network "bridge" does not exist$/);
  });
});
