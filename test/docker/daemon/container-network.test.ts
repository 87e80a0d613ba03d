import assert from 'node:assert/strict';
import type { Container, HostConfig } from '../../../src/docker/container.ts';
import { PLAIN_CONFIG, PLAIN_HOST_CONFIG } from '../../../src/docker/container.ts';
import { namespaceOf } from '../../../src/docker/daemon/container-network.ts';
import { createContainer } from '../../../src/docker/daemon/create.ts';
import { startContainer } from '../../../src/docker/daemon/start.ts';
import { DaemonError } from '../../../src/docker/errors.ts';
import type { ImageReference } from '../../../src/docker/images.ts';
import { parseReference } from '../../../src/docker/images.ts';
import { Lab } from '../lab.ts';
import { addUserNetwork } from '../user-network.ts';

function create(lab: Lab, name: string, hostConfig: Partial<HostConfig>, macAddress = ''): Container {
  return createContainer(lab.engine, {
    name,
    reference: parseReference('bb') as ImageReference,
    config: { ...PLAIN_CONFIG, image: 'bb', command: ['sleep', '1000'], macAddress },
    hostConfig: { ...PLAIN_HOST_CONFIG, ...hostConfig },
    endpoints: new Map(),
  });
}

function run(lab: Lab, name: string, networkMode: string, macAddress = ''): Container {
  const container = create(lab, name, { networkMode }, macAddress);
  startContainer(lab.engine, container, 'null');
  return container;
}

function interfaces(lab: Lab, container: Container): string[] {
  return namespaceOf(lab.engine, container)
    .listDevices()
    .map((dev) => dev.name);
}

function refusal(action: () => unknown): string {
  try {
    action();
    return '';
  } catch (error) {
    assert.ok(error instanceof DaemonError);
    return error.message;
  }
}

describe("a container on another's network", () => {
  it('shares its namespace, host name and files, as they change', () => {
    const lab = new Lab();
    for (const name of ['net1', 'net2']) addUserNetwork(lab.engine, name);
    const owner = run(lab, 'ca', 'net1');
    const guest = run(lab, 'k1', 'container:ca');
    const second = run(lab, 'k2', 'container:k1');
    assert.equal(guest.hostConfig.networkMode, `container:${owner.id}`);
    assert.equal(second.config.hostname, owner.config.hostname);
    lab.ok('network connect net2 ca');
    assert.deepEqual(interfaces(lab, second), ['lo', 'eth0', 'eth1']);
    assert.match(second.files.read('/etc/hosts')!, /\n172\.19\.0\.2\t/);
    second.files.append('/etc/hosts', '9.9.9.9 nine\n');
    assert.match(owner.files.read('/etc/hosts')!, /\n9\.9\.9\.9 nine\n$/);
    const settings = JSON.parse(lab.ok("inspect -f '{{json .NetworkSettings}}' k1")) as Record<string, unknown>;
    assert.deepEqual([settings['SandboxID'], settings['SandboxKey'], settings['Networks']], ['', '', {}]);
    assert.equal(lab.ok("inspect -f '{{.HostsPath}}' k2"), `/var/lib/docker/containers/${owner.id}/hosts`);
  });

  it('keeps a namespace with lo when the other one ends, until it ends itself', () => {
    const lab = new Lab();
    const owner = run(lab, 'ca', 'default');
    const guest = run(lab, 'k1', 'container:ca');
    lab.ok('stop -t 0 ca');
    assert.deepEqual(interfaces(lab, guest), ['lo']);
    assert.equal(
      refusal(() => run(lab, 'k2', 'container:ca')),
      `cannot join network of a non running container: ${owner.id}`,
    );
    lab.ok('start ca');
    assert.deepEqual([interfaces(lab, guest), interfaces(lab, owner)], [['lo'], ['lo', 'eth0']]);
    lab.ok('stop -t 0 k1');
    assert.equal(lab.host.namespaces.size, 1);
    lab.ok('start k1');
    assert.deepEqual(interfaces(lab, guest), ['lo', 'eth0']);
    lab.ok('rm -f k1 ca k2');
    assert.equal(lab.host.namespaces.size, 0);
  });

  it('is refused when the other one is itself, or nobody, and joins no network', () => {
    const lab = new Lab();
    const self = create(lab, 'self', { networkMode: 'container:self' });
    assert.equal(self.hostConfig.networkMode, 'container:self');
    assert.equal(
      refusal(() => startContainer(lab.engine, self, 'null')),
      'cannot join own network',
    );
    assert.equal(
      refusal(() => run(lab, 'k1', 'container:nosuch')),
      'No such container: nosuch',
    );
    run(lab, 'ca', 'default');
    run(lab, 'k2', 'container:ca');
    addUserNetwork(lab.engine, 'net1');
    const shared =
      'container sharing network namespace with another container or host cannot be connected to any other';
    assert.match(lab.docker('network connect net1 k2').stderr, new RegExp(shared));
  });
});

describe('a container on the network of one that is being restarted', () => {
  it('is refused', () => {
    const lab = new Lab();
    const id = lab.ok('run -d --name rs --restart always busybox echo hello');
    assert.equal(lab.engine.getContainer('rs').status, 'restarting');
    const text = `Container ${id} is restarting, wait until the container is running`;
    assert.equal(
      refusal(() => run(lab, 'k1', 'container:rs')),
      text,
    );
  });
});

describe('a container on its networks', () => {
  it('has its own MAC on the network of --network, by the name that was typed', () => {
    const lab = new Lab();
    const net1 = addUserNetwork(lab.engine, 'net1');
    const typed = '02:11:22:33:44:55';
    const mac = (name: string): string => lab.ok(`inspect -f '{{.NetworkSettings.Networks.net1.MacAddress}}' ${name}`);
    run(lab, 'm1', 'net1', typed);
    run(lab, 'm2', net1.id, typed);
    run(lab, 'm3', 'default', typed);
    lab.ok('network connect net1 m3');
    assert.deepEqual(['m1', 'm2', 'm3'].map(mac), [typed, '02:42:ac:12:00:03', '02:42:ac:12:00:04']);
    assert.equal(lab.ok("inspect -f '{{.NetworkSettings.MacAddress}}' m3"), typed);
    lab.ok('network disconnect bridge m3');
    lab.ok('network connect bridge m3');
    assert.equal(lab.ok("inspect -f '{{.NetworkSettings.MacAddress}}' m3"), typed);
  });

  it('does not start when one of them has gone since, whatever has its name now', () => {
    const lab = new Lab();
    const net1 = addUserNetwork(lab.engine, 'net1');
    run(lab, 'g1', 'net1');
    lab.ok('stop -t 0 g1');
    lab.engine.networks.delete(net1.id);
    assert.equal(
      lab.docker('start g1').stderr.split('\n')[0],
      `Error response from daemon: network ${net1.id} not found`,
    );
    addUserNetwork(lab.engine, 'net1');
    assert.equal(lab.docker('start g1').exit, 1);
    lab.ok('network disconnect net1 g1');
    lab.ok('start g1');
    assert.deepEqual(interfaces(lab, lab.engine.getContainer('g1')), ['lo']);
  });

  it('tells of each that it comes to and leaves', () => {
    const lab = new Lab();
    for (const name of ['net1', 'net2']) addUserNetwork(lab.engine, name);
    const { id } = run(lab, 'e1', 'net1');
    lab.ok('network connect net2 e1');
    lab.ok('network disconnect net2 e1');
    lab.ok('stop -t 0 e1');
    lab.ok('network connect net2 e1');
    lab.ok('network disconnect net2 e1');
    const events = lab.engine.events.past.filter((event) => event.type === 'network' && event.action !== 'create');
    assert.deepEqual(
      events.map(({ action, attributes }) => `${action} ${attributes['name'] ?? ''}`),
      // The daemon tells twice that a running container was disconnected.
      ['connect net1', 'connect net2', 'disconnect net2', 'disconnect net2', 'disconnect net1', 'disconnect net2'],
    );
    assert.deepEqual(events[0]!.attributes, { container: id, name: 'net1', type: 'bridge' });
  });

  it('has lines for other hosts', () => {
    const lab = new Lab();
    const container = create(lab, 'c1', { extraHosts: ['foo:1.2.3.4', 'gw:host-gateway', 'six:::1'] });
    startContainer(lab.engine, container, 'null');
    const lines = container.files.read('/etc/hosts')!.split('\n').slice(6, 9);
    assert.deepEqual(lines, ['1.2.3.4\tfoo', '172.17.0.1\tgw', '::1\tsix']);
  });
});
