import assert from 'node:assert/strict';
import { formatIp4 } from '../../../src/base/addr.ts';
import { endpointNames, resolveName, resolveReverse } from '../../../src/docker/dns/names.ts';
import type { EngineVersionName } from '../../../src/docker/engine-version.ts';
import { EngineLab } from '../engine-lab.ts';

function lab(version: EngineVersionName, ...lines: readonly string[]): EngineLab {
  const made = new EngineLab(1, { version });
  for (const line of ['docker network create net1', 'docker network create net2', ...lines]) {
    assert.equal(made.sh(line).exit, 0, line);
  }
  return made;
}

function ask(made: EngineLab, container: string, name: string): string {
  const { endpoints } = made.engine.getContainer(container).sandbox!;
  return resolveName({ endpoints, remoteNames: made.engine.remoteNames }, name).map(formatIp4).join(' ');
}

const RUN = 'docker run -d --name';

describe('names on networks', () => {
  it('are those of the container, its aliases, its short id and its host name, in any case', () => {
    const made = lab('20.10', `${RUN} ca --network net1 --network-alias alpha -h Host bb sleep 1000`);
    const shortId = made.engine.getContainer('ca').id.slice(0, 12);
    for (const name of ['ca', 'CA', 'alpha', 'Alpha', shortId, 'host', 'ca.net1', 'host.net1']) {
      assert.equal(ask(made, 'ca', name), '172.18.0.2', name);
    }
    for (const name of ['c', 'ca.NET1', 'ca.net2', 'net1', '', '.net1', 'ca.net1.net1']) {
      assert.equal(ask(made, 'ca', name), '', name);
    }
  });

  it('are known where the asking container is, the first network in its order first', () => {
    const made = lab('20.10', `${RUN} ca --network net1 bb sleep 1000`, `${RUN} cb --network net2 bb sleep 1000`);
    assert.equal(ask(made, 'ca', 'cb'), '');
    made.sh('docker network connect --alias cb net1 cb');
    assert.deepEqual(
      [ask(made, 'ca', 'cb'), ask(made, 'cb', 'cb'), ask(made, 'cb', 'cb.net2')],
      ['172.18.0.3', '172.18.0.3', '172.19.0.2'],
    );
    made.sh('docker network disconnect net1 cb');
    assert.deepEqual([ask(made, 'ca', 'cb'), ask(made, 'cb', 'cb')], ['', '172.19.0.2']);
  });

  it('come and go with renaming and stopping, not with pausing', () => {
    const made = lab('20.10', `${RUN} ca --network net1 bb sleep 1000`, `${RUN} cb --network net1 bb sleep 1000`);
    made.sh('docker rename cb cc');
    assert.deepEqual([ask(made, 'ca', 'cb'), ask(made, 'ca', 'cc')], ['', '172.18.0.3']);
    made.sh('docker pause cc');
    assert.equal(ask(made, 'ca', 'cc'), '172.18.0.3');
    made.sh('docker unpause cc; docker kill cc');
    assert.equal(ask(made, 'ca', 'cc'), '');
  });

  it('of links are the container’s own, as they are spelled, and take the place of others', () => {
    const made = lab(
      '20.10',
      `${RUN} ca --network net1 bb sleep 1000`,
      `${RUN} cb --network net1 bb sleep 1000`,
      `${RUN} cl --network net1 --link cb:Data --link cb:ca bb sleep 1000`,
    );
    assert.deepEqual(
      ['Data', 'data', 'Data.net1', 'ca', 'cb'].map((name) => ask(made, 'cl', name)),
      ['172.18.0.3', '', '172.18.0.3', '172.18.0.3', '172.18.0.3'],
    );
    assert.equal(ask(made, 'ca', 'Data'), '');
    made.sh('docker rename cb cc');
    // It means a name, not a container.
    assert.equal(ask(made, 'cl', 'Data'), '');
  });

  it('that an engine has drawn are known to newer ones only', () => {
    for (const version of ['20.10', '29'] as const) {
      const made = lab(version, 'docker run -d --network net1 bb sleep 1000');
      const drawn = [...made.engine.containers.values()][0]!;
      assert.equal(ask(made, drawn.name, drawn.name), version === '29' ? '172.18.0.2' : '', version);
      assert.equal(ask(made, drawn.name, drawn.id.slice(0, 12)), '172.18.0.2', version);
    }
  });

  it('of a container that got another one are known on the default network, too, before 25', () => {
    for (const version of ['20.10', '29'] as const) {
      const made = lab(version, `${RUN} ca bb sleep 1000`, 'docker rename ca cb');
      assert.equal(ask(made, 'cb', 'cb'), version === '29' ? '' : '172.17.0.2', version);
    }
  });

  it('are the first one where an address is asked for', () => {
    const made = lab(
      '20.10',
      `${RUN} ca --network net1 --network-alias alpha bb sleep 1000`,
      'docker run -d --network net1 --network-alias zeta --network-alias beta bb sleep 1000',
    );
    const { endpoints } = made.engine.getContainer('ca').sandbox!;
    const known = { endpoints, remoteNames: made.engine.remoteNames };
    assert.equal(resolveReverse(known, '2.0.18.172'), 'ca.net1');
    assert.equal(resolveReverse(known, '3.0.18.172'), 'zeta.net1');
    for (const stranger of ['1.0.18.172', '172.18.0.2', '', 'ca']) {
      assert.equal(resolveReverse(known, stranger), undefined);
    }
    assert.equal(endpointNames(endpoints[0]!)[1], 'alpha');
  });
});
