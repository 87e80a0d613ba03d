import assert from 'node:assert/strict';
import { ip4, parseCidr } from '../../../src/base/addr.ts';
import { NO_FIREWALL } from '../../../src/docker/firewall/no-firewall.ts';

describe('docker/firewall/no-firewall', () => {
  it('takes every call and says that it publishes nothing', () => {
    const network = {
      bridge: 'docker0',
      subnet: parseCidr('172.17.0.0/16')!,
      isIccEnabled: true,
      isInternal: false,
      isMasqueraded: true,
      gatewayMode: 'nat',
      hostIp: null,
      trustedHostInterfaces: [],
    } as const;
    const [hostIp, containerIp] = [ip4('0.0.0.0'), ip4('172.17.0.2')];
    const port = {
      bridge: 'docker0',
      gatewayMode: 'nat',
      protocol: 'tcp',
      hostIp,
      hostPort: 8585,
      containerIp,
      containerPort: 80,
    } as const;
    const link = { bridge: 'docker0', parentIp: containerIp, childIp: containerIp, ports: [] };
    NO_FIREWALL.setUp({ hasUserlandProxy: true });
    NO_FIREWALL.dropForwarded();
    for (const call of ['addNetwork', 'isolateNetwork', 'unisolateNetwork', 'removeNetwork'] as const) {
      NO_FIREWALL[call](network);
    }
    NO_FIREWALL.arrangeUserRules();
    NO_FIREWALL.addEndpoint(network, containerIp);
    NO_FIREWALL.removeEndpoint(network, containerIp);
    NO_FIREWALL.publishPort(port);
    NO_FIREWALL.unpublishPort(port);
    NO_FIREWALL.linkContainers(link);
    NO_FIREWALL.unlinkContainers(link);
    NO_FIREWALL.forgetConnections(containerIp);
    assert.equal(NO_FIREWALL.canPublish, false);
  });
});
