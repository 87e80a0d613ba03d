import assert from 'node:assert/strict';
import type { Container, ContainerConfig, HostConfig } from '../../../src/docker/container.ts';
import { PLAIN_CONFIG, PLAIN_HOST_CONFIG } from '../../../src/docker/container.ts';
import { createContainer } from '../../../src/docker/daemon/create.ts';
import { linkedEnvironment, linksDocument } from '../../../src/docker/daemon/links.ts';
import { startContainer } from '../../../src/docker/daemon/start.ts';
import type { ImageReference } from '../../../src/docker/images.ts';
import { parseReference } from '../../../src/docker/images.ts';
import { Lab } from '../lab.ts';
import { addUserNetwork } from '../user-network.ts';

function run(
  lab: Lab,
  name: string,
  hostConfig: Partial<HostConfig>,
  config: Partial<ContainerConfig> = {},
): Container {
  const container = createContainer(lab.engine, {
    name,
    reference: parseReference('bb') as ImageReference,
    config: { ...PLAIN_CONFIG, image: 'bb', command: ['sleep', '1000'], ...config },
    hostConfig: { ...PLAIN_HOST_CONFIG, ...hostConfig },
    endpoints: new Map(),
  });
  startContainer(lab.engine, container, 'null');
  return container;
}

function ownHosts(container: Container): string[] {
  return container.files.read('/etc/hosts')!.split('\n').slice(6, -1);
}

function database(lab: Lab): Container {
  const exposedPorts = ['53/udp', '5432/tcp'];
  return run(lab, 'db', {}, { hostname: 'dbhost', env: ['FOO=bar', 'PATH=/bin'], exposedPorts });
}

describe('a link on the default bridge', () => {
  it('names the other container in hosts and in variables, as a real engine does', () => {
    const lab = new Lab();
    database(lab);
    const lk = run(lab, 'lk', { links: ['db:data', 'db'] });
    const own = `172.17.0.3\t${lk.id.slice(0, 12)}`;
    assert.deepEqual(ownHosts(lk), ['172.17.0.2\tdata dbhost db', '172.17.0.2\tdb dbhost', own]);
    assert.deepEqual(linksDocument(lk), ['/db:/lk/data', '/db:/lk/db']);
    assert.deepEqual(linkedEnvironment(lk).slice(0, 11), [
      'DATA_PORT=udp://172.17.0.2:53',
      'DATA_PORT_53_UDP=udp://172.17.0.2:53',
      'DATA_PORT_53_UDP_ADDR=172.17.0.2',
      'DATA_PORT_53_UDP_PORT=53',
      'DATA_PORT_53_UDP_PROTO=udp',
      'DATA_PORT_5432_TCP=tcp://172.17.0.2:5432',
      'DATA_PORT_5432_TCP_ADDR=172.17.0.2',
      'DATA_PORT_5432_TCP_PORT=5432',
      'DATA_PORT_5432_TCP_PROTO=tcp',
      'DATA_NAME=/lk/data',
      'DATA_ENV_FOO=bar',
    ]);
  });

  it('has variables of their own for ports in a row', () => {
    const lab = new Lab();
    run(lab, 'my-db', {}, { exposedPorts: ['81/tcp', '80/tcp', '82/tcp', '80/udp'] });
    const variables = linkedEnvironment(run(lab, 'lk', { links: ['my-db'] }));
    assert.equal(variables[0], 'MY_DB_PORT=tcp://172.17.0.2:80');
    assert.deepEqual(
      variables.filter((entry) => /_(?:START|END)=/.test(entry)),
      [
        'MY_DB_PORT_80_TCP_START=tcp://172.17.0.2:80',
        'MY_DB_PORT_80_TCP_PORT_START=80',
        'MY_DB_PORT_80_TCP_END=tcp://172.17.0.2:82',
        'MY_DB_PORT_80_TCP_PORT_END=82',
      ],
    );
  });

  it('follows the other container to its next address, and wants it running', () => {
    const lab = new Lab();
    const db = database(lab);
    const lk = run(lab, 'lk', { links: ['db:data'] });
    lab.ok('stop -t 0 db');
    assert.throws(
      () => linkedEnvironment(lk),
      /^DaemonError: Cannot link to a non running container: \/db AS \/lk\/data$/,
    );
    const refused = lab.docker('exec lk echo hello');
    const text = 'Error response from daemon: Cannot link to a non running container: /db AS /lk/data\n';
    assert.deepEqual(refused, { exit: 1, stdout: '', stderr: text });
    lab.ok('run -d --name other bb sleep 1000');
    startContainer(lab.engine, db, 'null');
    assert.equal(ownHosts(lk)[0], '172.17.0.4\tdata dbhost db');
  });

  it('is refused without another container on the default bridge', () => {
    const lab = new Lab();
    addUserNetwork(lab.engine, 'net1');
    run(lab, 'u1', { networkMode: 'net1' });
    run(lab, 'hh', { networkMode: 'host' });
    const refused = (links: string): void => {
      run(lab, '', { links: [links] });
    };
    assert.throws(() => {
      refused('nosuch:x');
    }, /^DaemonError: could not get container for nosuch: No such container: nosuch$/);
    assert.throws(() => {
      refused(':x');
    }, /^DaemonError: could not get container for : invalid name or ID supplied: ""$/);
    assert.throws(() => {
      refused('u1:u');
    }, /^DaemonError: Cannot link to \/u1, as it does not belong to the default network$/);
    assert.throws(() => {
      refused('hh:u');
    }, /^DaemonError: conflicting options: host type networking can't be used with links/);
  });
});
