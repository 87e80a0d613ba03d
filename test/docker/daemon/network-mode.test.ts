import assert from 'node:assert/strict';
import { PLAIN_CONFIG, PLAIN_HOST_CONFIG } from '../../../src/docker/container.ts';
import type { ContainerConfig, HostConfig } from '../../../src/docker/container.ts';
import {
  connectedContainer,
  isContainerMode,
  isUserDefined,
  networkOfMode,
  validateNetworkMode,
} from '../../../src/docker/daemon/network-mode.ts';

const CONTAINER: Partial<HostConfig> = { networkMode: 'container:ca' };

function conflict(config: Partial<ContainerConfig>, hostConfig: Partial<HostConfig>): string {
  try {
    validateNetworkMode({ ...PLAIN_CONFIG, ...config }, { ...PLAIN_HOST_CONFIG, ...hostConfig });
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('a network mode', () => {
  it('is read', () => {
    assert.deepEqual(['container:ca', 'container', 'containers', 'net1'].map(isContainerMode), [
      true,
      true,
      false,
      false,
    ]);
    assert.equal(connectedContainer('container:a:b'), 'a:b');
    const modes = ['default', 'bridge', 'host', 'none', 'container:ca', 'net1'];
    assert.deepEqual(modes.filter(isUserDefined), ['net1']);
    assert.deepEqual(['default', 'net1'].map(networkOfMode), ['bridge', 'net1']);
  });

  it('that is another container goes together with little', () => {
    assert.equal(conflict({}, CONTAINER), '');
    assert.equal(conflict({ domainname: 'x' }, { ...CONTAINER, dnsSearch: ['x'], dnsOptions: ['y'] }), '');
    const format = 'Invalid network mode: invalid container format container:<name|id>';
    assert.equal(conflict({ hostname: 'x' }, { networkMode: 'container:' }), format);
    assert.equal(conflict({}, { networkMode: 'container' }), format);
    assert.equal(conflict({ hostname: 'x' }, CONTAINER), 'conflicting options: hostname and the network mode');
    assert.match(
      conflict({}, { ...CONTAINER, links: ['a:b'] }),
      /^conflicting options: container type network can't be/,
    );
    assert.equal(conflict({}, { ...CONTAINER, dns: ['1.1.1.1'] }), 'conflicting options: dns and the network mode');
    const hosts = 'conflicting options: custom host-to-IP mapping and the network mode';
    assert.equal(conflict({}, { ...CONTAINER, extraHosts: ['a:1.2.3.4'] }), hosts);
    const mac = 'conflicting options: mac-address and the network mode';
    assert.equal(conflict({ macAddress: '02:11:22:33:44:55' }, CONTAINER), mac);
    const ports = 'conflicting options: port publishing and the container type network mode';
    assert.equal(conflict({}, { ...CONTAINER, isPublishAll: true }), ports);
    const exposed = 'conflicting options: port exposing and the container type network mode';
    assert.equal(conflict({ exposedPorts: ['80/tcp'] }, CONTAINER), exposed);
  });

  it("that is the host's goes together with all but a MAC and links", () => {
    const host = { networkMode: 'host' };
    assert.equal(conflict({ hostname: 'x' }, { ...host, dns: ['1.1.1.1'], extraHosts: ['a:1.2.3.4'] }), '');
    const mac = 'conflicting options: mac-address and the network mode';
    assert.equal(conflict({ macAddress: '02:11:22:33:44:55' }, host), mac);
    assert.match(conflict({}, { ...host, links: ['a:b'] }), /^conflicting options: host type networking can't be used/);
  });
});
