import assert from 'node:assert/strict';
import { PLAIN_CONFIG, PLAIN_HOST_CONFIG } from '../../../src/docker/container.ts';
import type { Container } from '../../../src/docker/container.ts';
import { connectivityOf, publishedPorts } from '../../../src/docker/daemon/connectivity.ts';
import { createContainer } from '../../../src/docker/daemon/create.ts';
import { startContainer } from '../../../src/docker/daemon/start.ts';
import { DaemonError } from '../../../src/docker/errors.ts';
import type { ImageReference } from '../../../src/docker/images.ts';
import { parseReference } from '../../../src/docker/images.ts';
import { readPorts } from '../../../src/docker/ports/port-spec.ts';
import { shortId } from '../../../src/docker/ids.ts';
import { Lab } from '../lab.ts';
import { RecordingFirewall } from '../recording-firewall.ts';
import { addUserNetwork } from '../user-network.ts';

function labWith(firewall: RecordingFirewall): Lab {
  const lab = new Lab({ firewall: () => firewall });
  firewall.take();
  return lab;
}

/** A container with the ports of `-p`, and a server in it that never ends. */
function create(lab: Lab, name: string, networkMode: string, ...publish: readonly string[]): Container {
  const ports = readPorts(publish, []);
  assert.ok(typeof ports !== 'string');
  return createContainer(lab.engine, {
    name,
    reference: parseReference('bb') as ImageReference,
    config: { ...PLAIN_CONFIG, image: 'bb', command: ['sleep', '100000'], exposedPorts: [...ports.exposed] },
    hostConfig: { ...PLAIN_HOST_CONFIG, networkMode, portBindings: ports.bindings },
    endpoints: new Map(),
  });
}

function shown(container: Container): string[] {
  return [...publishedPorts(container)].map(
    ([port, bindings]) => `${port} ${bindings.map(({ hostIp, hostPort }) => `${hostIp}:${hostPort}`).join(' ')}`,
  );
}

describe('what a container publishes', () => {
  it('is programmed when its endpoint joins, and taken back when the container ends', () => {
    const firewall = new RecordingFirewall();
    const lab = labWith(firewall);
    const web = create(lab, 'web', 'default', '8585:80', '53/udp');
    assert.deepEqual(shown(web), []);
    const server = startContainer(lab.engine, web, 'null')!;
    const rules = ['docker0 0.0.0.0:8585->172.17.0.2:80/tcp', 'docker0 0.0.0.0:32768->172.17.0.2:53/udp'];
    assert.deepEqual(
      firewall.take(),
      rules.map((rule) => `publishPort ${rule}`),
    );
    assert.deepEqual(shown(web), ['80/tcp 0.0.0.0:8585 :::8585', '53/udp 0.0.0.0:32768 :::32768']);
    server.kill('SIGKILL');
    lab.wait(1);
    assert.deepEqual(firewall.take(), [
      ...rules.map((rule) => `unpublishPort ${rule}`),
      'forgetConnections 172.17.0.2',
    ]);
    assert.deepEqual(shown(web), []);
  });

  it('is in nobody’s way on the host network, on none, and without a firewall', () => {
    const firewall = new RecordingFirewall();
    const lab = labWith(firewall);
    for (const mode of ['host', 'none']) {
      const container = create(lab, `c-${mode}`, mode, '8585:80');
      startContainer(lab.engine, container, 'null')!;
      assert.deepEqual([shown(container), firewall.take()], [[], []], mode);
    }
    const plain = new Lab();
    startContainer(plain.engine, create(plain, 'c1', 'default'), 'null');
  });

  it('stops the start when a port is taken, and leaves nothing behind', () => {
    const firewall = new RecordingFirewall();
    const lab = labWith(firewall);
    startContainer(lab.engine, create(lab, 'web', 'default', '8585:80'), 'null');
    firewall.take();
    const second = create(lab, 'p2', 'default', '8586:81', '8585:80');
    let message = '';
    try {
      startContainer(lab.engine, second, 'null');
    } catch (error) {
      assert.ok(error instanceof DaemonError);
      message = error.message;
    }
    const failed = /^driver failed programming external connectivity on endpoint p2 \([0-9a-f]{64}\): (.*)$/.exec(
      message,
    );
    assert.equal(failed?.[1], 'Bind for 0.0.0.0:8585 failed: port is already allocated');
    assert.deepEqual(
      firewall.take().map((call) => call.split(' ')[0]),
      ['publishPort', 'unpublishPort'],
    );
    assert.equal(second.status, 'created');
    const third = create(lab, 'p3', 'default', '8586:81');
    startContainer(lab.engine, third, 'null');
    assert.deepEqual(shown(third), ['81/tcp 0.0.0.0:8586 :::8586']);
  });

  it('is what the container was created with', () => {
    const lab = new Lab();
    const wanted = connectivityOf(create(lab, 'c1', 'default', '8585:80'));
    assert.deepEqual(wanted.exposed, [{ port: 80, protocol: 'tcp' }]);
    assert.equal(wanted.published.length, 1);
  });
});

describe('the way to what a container publishes', () => {
  it('moves to the network that gives the gateway, as in the recorded rules of 04-web-*.iptables', () => {
    const firewall = new RecordingFirewall();
    const lab = new Lab({ firewall: () => firewall });
    const net1 = `br-${shortId(addUserNetwork(lab.engine, 'net1').id)}`;
    lab.ok('run -d --name web -p 8585:80 bb httpd');
    firewall.take();
    const [published, moved] = ['80/tcp 0.0.0.0:8585 :::8585', `${net1} 0.0.0.0:8585->172.18.0.2:80/tcp`];
    const web = lab.engine.getContainer('web');
    lab.ok('network connect net1 web');
    assert.deepEqual([firewall.take(), shown(web)], [[], [published]]);
    lab.ok('network disconnect bridge web');
    const away = ['unpublishPort docker0 0.0.0.0:8585->172.17.0.2:80/tcp', 'forgetConnections 172.17.0.2'];
    assert.deepEqual([firewall.take(), shown(web)], [[...away, `publishPort ${moved}`], [published]]);
    lab.ok('network connect bridge web');
    const back = [`unpublishPort ${moved}`, 'forgetConnections 172.18.0.2'];
    const again = 'publishPort docker0 0.0.0.0:8585->172.17.0.2:80/tcp';
    assert.deepEqual([firewall.take(), shown(web)], [[...back, again], [published]]);
    lab.ok('network disconnect net1 web');
    assert.deepEqual(firewall.take(), []);
  });

  it('leads into no internal network, unless another one has been the way before, as on a real engine', () => {
    const firewall = new RecordingFirewall();
    const lab = new Lab({ firewall: () => firewall });
    addUserNetwork(lab.engine, 'nint', { isInternal: true });
    firewall.take();
    lab.ok('run -d --name oz --network nint -p 7796:80 bb httpd');
    const oz = lab.engine.getContainer('oz');
    assert.deepEqual([firewall.take(), shown(oz)], [[], []]);
    lab.ok('network connect bridge oz');
    const published = ['80/tcp 0.0.0.0:7796 :::7796'];
    assert.deepEqual(firewall.take().at(-1), 'publishPort docker0 0.0.0.0:7796->172.17.0.2:80/tcp');
    assert.deepEqual(shown(oz), published);
    lab.ok('network disconnect bridge oz');
    // No rule leads there, only the proxy.
    assert.doesNotMatch(firewall.take().join('\n'), /^publishPort/m);
    assert.deepEqual(shown(oz), published);
  });

  it('stays the old one when the new one cannot have the ports, as on a real engine', () => {
    const lab = new Lab({ firewall: () => new RecordingFirewall() });
    lab.ok('network create -o com.docker.network.bridge.host_binding_ipv4=127.0.0.1 net1');
    lab.ok('run -d --name web --network net1 -p 8585:80 bb httpd');
    lab.ok('run -d --name holder -p 192.168.50.11:8585:80 bb httpd');
    const { exit, stderr } = lab.docker('network connect bridge web');
    const cause = 'Error starting userland proxy: listen tcp4 0.0.0.0:8585: bind: address already in use';
    const failed = 'Error response from daemon: driver failed programming external connectivity on endpoint web (ID)';
    assert.deepEqual([exit, stderr.replace(/[0-9a-f]{64}/, 'ID')], [1, `${failed}: ${cause}\n`]);
    assert.equal(lab.ok('port web'), '80/tcp -> 127.0.0.1:8585');
  });
});
