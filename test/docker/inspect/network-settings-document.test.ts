import assert from 'node:assert/strict';
import { networkSettingsDocument } from '../../../src/docker/inspect/network-settings-document.ts';
import { Lab } from '../lab.ts';
import { recorded } from '../recordings.ts';
import { addUserNetwork } from '../user-network.ts';

/** Ids have their lengths only, and the recorded engine's folder was another. */
function withoutIds(text: string): string {
  return text
    .replaceAll(/\b[0-9a-f]{64}\b/g, 'ID')
    .replaceAll(/\b[0-9a-f]{12}\b/g, 'SHORT')
    .replace('"/run/docker', '"/var/run/docker');
}

describe('the network settings of docker inspect', () => {
  it('are as recorded, with two networks', function () {
    const lab = new Lab();
    for (const name of ['net1', 'net2']) addUserNetwork(lab.engine, name);
    for (const name of ['ca', 'cb']) lab.ok(`run -d --name ${name} --network net1 bb sleep 1000`);
    lab.ok('network connect --alias bee2 net2 cb');
    const command = 'docker inspect -f {{json .NetworkSettings}} cb';
    const wanted = recorded(this, 'single/03-networks-cli.txt', command).text;
    const text = lab.ok("inspect -f '{{json .NetworkSettings}}' cb");
    assert.equal(withoutIds(`${text}\n`), withoutIds(wanted));
  });

  it('keep the sandbox and what was asked for when the container has ended', () => {
    const lab = new Lab();
    addUserNetwork(lab.engine, 'net1');
    lab.ok('run -d --name ca --network net1 bb sleep 1000');
    lab.ok('stop -t 0 ca');
    const container = lab.engine.getContainer('ca');
    const document = networkSettingsDocument(container) as Record<string, unknown>;
    assert.equal(document['SandboxID'], container.sandbox!.id);
    const settings = (document['Networks'] as Record<string, Record<string, unknown>>)['net1']!;
    assert.deepEqual(
      [settings['NetworkID'], settings['EndpointID'], settings['IPAddress'], settings['Aliases']],
      [lab.engine.getNetwork('net1').id, '', '', [container.id.slice(0, 12)]],
    );
  });
});
