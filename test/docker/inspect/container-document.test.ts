import assert from 'node:assert/strict';
import type { Json, JsonObject } from '../../../src/docker/inspect/json.ts';
import { Lab, SECOND } from '../lab.ts';
import { recorded } from '../recordings.ts';

function documentOf(lab: Lab, name: string): JsonObject {
  return (JSON.parse(lab.ok(`inspect ${name}`)) as [JsonObject])[0];
}

/** Every value with the keys that lead to it, in order. */
function leaves(value: Json, path = ''): [path: string, value: Json][] {
  if (typeof value !== 'object' || value === null) return [[path, value]];
  const entries = Object.entries<Json>(value);
  if (entries.length === 0) return [[path, Array.isArray(value) ? '[]' : '{}']];
  return entries.flatMap(([key, inner]) => leaves(inner, `${path}.${key}`));
}

/** Ids, times, folders and the process number differ from engine to engine. */
function comparable(document: JsonObject): string[] {
  return leaves(document)
    .filter(([path]) => !/Ports|PortBindings/.test(path))
    .map(([path, value]) => {
      const text = JSON.stringify(value)
        .replaceAll(/[0-9a-f]{64}/g, 'ID')
        .replaceAll(/"[0-9a-f]{12}"/g, '"SHORT"')
        .replaceAll(/20\d\d-\d\d-\d\dT[\d:.]+Z/g, 'TIME');
      const folderless = text.replaceAll(/"(\.\/gt-docker|\/var\/lib\/docker|\/var\/run|\/run)\/[^"]*"/g, '"PATH"');
      return `${path} = ${path === '.State.Pid' ? 'PID' : folderless}`;
    });
}

describe('docker inspect of a container', () => {
  it('has every key of the recording in its order, and its values', function () {
    const { text } = recorded(this, 'single/02-publish-cli.txt', 'docker inspect web');
    const [real] = JSON.parse(text) as [JsonObject];
    const lab = new Lab();
    // As in the recording but for the program, the published port and what follows from it.
    lab.ok('run -d --name web bb server -f -h /www');
    const own = documentOf(lab, 'web');
    const wanted = comparable(real).map((line) => line.replace('"httpd"', '"server"'));
    assert.deepEqual(comparable(own), wanted);
  });

  it('has the recorded network settings on one line', function () {
    const command = 'docker inspect -f {{json .NetworkSettings}} ca';
    const { text } = recorded(this, 'single/03-networks-cli.txt', command);
    const own = (JSON.parse(text) as JsonObject)['Networks'] as JsonObject;
    const lab = new Lab();
    lab.ok('run -itd --name ca bb');
    const printed = lab.ok("inspect -f '{{json .NetworkSettings}}' ca");
    assert.deepEqual(Object.keys(JSON.parse(printed) as JsonObject), Object.keys(JSON.parse(text) as JsonObject));
    const networks = (JSON.parse(printed) as JsonObject)['Networks'] as JsonObject;
    assert.deepEqual(Object.keys(networks['bridge'] as JsonObject), Object.keys(own['net1'] as JsonObject));
  });

  it('follows the state: created, running, exited', () => {
    const lab = new Lab();
    const state = (): JsonObject => documentOf(lab, 'c1')['State'] as JsonObject;
    lab.docker('run --name c1 busybox nosuch');
    const failure = 'failed to create shim task: OCI runtime create failed: runc create failed: unable to start';
    const never = '0001-01-01T00:00:00Z';
    const created = state();
    assert.deepEqual([created['Status'], created['Running'], created['Pid']], ['created', false, 0]);
    assert.deepEqual([created['ExitCode'], created['StartedAt'], created['FinishedAt']], [127, never, never]);
    assert.ok(typeof created['Error'] === 'string' && created['Error'].startsWith(failure));
    lab.ok('rm c1');
    lab.ok('run -d --name c1 busybox sleep 2');
    const running = state();
    const process = lab.engine.getContainer('c1').process!;
    assert.deepEqual([running['Status'], running['Running'], running['Pid']], ['running', true, process.pid]);
    lab.wait(3 * SECOND);
    const exited = state();
    assert.deepEqual([exited['Status'], exited['Pid'], exited['FinishedAt']], ['exited', 0, '2025-01-01T00:00:02Z']);
  });

  it('keeps the names of network and sandbox when the container has ended, and empties the addresses', () => {
    const lab = new Lab();
    lab.ok('run -d --name c1 busybox');
    const settings = documentOf(lab, 'c1')['NetworkSettings'] as JsonObject;
    assert.match(JSON.stringify(settings['SandboxKey']), /^"\/var\/run\/docker\/netns\/[0-9a-f]{12}"$/);
    assert.deepEqual([settings['IPAddress'], settings['IPPrefixLen'], settings['EndpointID']], ['', 0, '']);
    const bridge = (settings['Networks'] as JsonObject)['bridge'] as JsonObject;
    assert.equal(bridge['NetworkID'], lab.engine.getNetwork('bridge').id);
    assert.equal(bridge['MacAddress'], '');
  });

  it('knows what was asked for', () => {
    const lab = new Lab();
    const client = lab.start('run -it --name c1 -h web --network none --rm alpine sleep 9');
    const document = documentOf(lab, 'c1');
    const config = document['Config'] as JsonObject;
    const host = document['HostConfig'] as JsonObject;
    const attached = ['AttachStdin', 'AttachStdout', 'AttachStderr', 'Tty', 'OpenStdin', 'StdinOnce'];
    assert.deepEqual(
      attached.map((key) => config[key]),
      [true, true, true, true, true, true],
    );
    assert.deepEqual([config['Hostname'], config['Image'], config['Cmd']], ['web', 'alpine', ['sleep', '9']]);
    assert.deepEqual([host['NetworkMode'], host['AutoRemove']], ['none', true]);
    lab.wait(10 * SECOND);
    assert.equal(client.proc.exitCode, 0);
  });

  it('has the files of the container whose network it shares, and a log of its own', () => {
    const lab = new Lab();
    const owner = lab.ok('run -itd --name c1 busybox');
    const guest = lab.ok('run -itd --name c2 --network container:c1 busybox');
    const paths = lab.ok("inspect -f '{{.HostsPath}} {{.LogPath}}' c2");
    const folder = '/var/lib/docker/containers';
    assert.equal(paths, `${folder}/${owner}/hosts ${folder}/${guest}/${guest}-json.log`);
  });
});
