import assert from 'node:assert/strict';
import { PLAIN_CONFIG, PLAIN_HOST_CONFIG } from '../../../src/docker/container.ts';
import type { HostConfig } from '../../../src/docker/container.ts';
import { createContainer } from '../../../src/docker/daemon/create.ts';
import { startContainer } from '../../../src/docker/daemon/start.ts';
import { parseReference } from '../../../src/docker/images.ts';
import type { ImageReference } from '../../../src/docker/images.ts';
import { Lab } from '../lab.ts';

/** Starts a container with these settings; what its namespace says of them, or why it could not be started. */
function started(lab: Lab, sysctls: Readonly<Record<string, string>>, hostConfig: Partial<HostConfig> = {}): string[] {
  const config = { ...PLAIN_CONFIG, image: 'busybox', command: ['sleep', '1000'] };
  const wishes = { ...PLAIN_HOST_CONFIG, sysctls: new Map(Object.entries(sysctls)), ...hostConfig };
  const reference = parseReference('busybox') as ImageReference;
  const container = createContainer(lab.engine, {
    name: '',
    reference,
    config,
    hostConfig: wishes,
    endpoints: new Map(),
  });
  try {
    startContainer(lab.engine, container, 'null');
  } catch (error) {
    return [(error as Error).message.replace(/^.*runc create failed: /, '')];
  }
  const netns = (container.joinedSandbox ?? container.sandbox)!.netnsName!;
  const keys = ['ip_forward', 'ip_unprivileged_port_start', 'ping_group_range'].map((key) => `net.ipv4.${key}`);
  return keys.map((key) => lab.typed(`ip netns exec ${netns} sysctl -n ${key}`).stdout.trim());
}

describe("the settings of a container's namespace", () => {
  it("are the engine's own, unless others are asked for", () => {
    const lab = new Lab();
    assert.deepEqual(started(lab, {}), ['0', '0', '0\t2147483647']);
    const own = { 'net.ipv4.ip_forward': '1', 'net.ipv4.ping_group_range': '1 2', 'kernel.shmmax': '1' };
    assert.deepEqual(started(lab, own), ['1', '0', '1\t2']);
  });

  it('are what was asked for and no more on the network of another container', () => {
    const lab = new Lab();
    started(lab, { 'net.ipv4.ip_unprivileged_port_start': '1024' });
    const networkMode = `container:${[...lab.engine.containers.keys()][0]!}`;
    assert.deepEqual(started(lab, { 'net.ipv4.ip_forward': '1' }, { networkMode }), ['1', '1024', '0\t2147483647']);
  });

  it("are refused in runc's words", () => {
    const lab = new Lab();
    const begin = 'unable to start container process: error during container init: ';
    assert.deepEqual(started(lab, { 'net.ipv4.nosuch': '1' }), [
      `${begin}open /proc/sys/net/ipv4/nosuch: no such file or directory: unknown`,
    ]);
    assert.deepEqual(started(lab, { 'net.ipv4.ip_forward': 'abc' }), [
      `${begin}write /proc/sys/net/ipv4/ip_forward: invalid argument: unknown`,
    ]);
    assert.deepEqual(started(lab, { 'net.ipv4.ip_forward': '1' }, { networkMode: 'host' }), [
      'sysctl "net.ipv4.ip_forward" not allowed in host network namespace: unknown',
    ]);
    assert.equal(lab.host.namespaces.size, 0);
  });
});
