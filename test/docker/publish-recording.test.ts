/** The recorded session about published ports, typed again: `single/02-publish-cli.txt`. */
import assert from 'node:assert/strict';
import { Lab } from './lab.ts';
import type { Recorded } from './recordings.ts';
import { recorded } from './recordings.ts';

const FILE = 'single/02-publish-cli.txt';

/** A table with its columns but those that tell ids and times. */
function columns(table: string): string[][] {
  const [header, ...rows] = table.trimEnd().split('\n');
  const starts = ['IMAGE', 'COMMAND', 'CREATED', 'PORTS', 'NAMES'].map((name) => header!.indexOf(name));
  return rows.map((row) => {
    const cells = starts.map((start, i) => row.slice(start, starts[i + 1] ?? row.length).trim());
    return [cells[0]!, cells[1]!, cells[3]!, cells[4]!];
  });
}

/** Every key of a document with the way to it, in its order. */
function keys(document: unknown, path = ''): string[] {
  if (typeof document !== 'object' || document === null) return [];
  const entries = Object.entries(document).map(([key, value]): [string, unknown] => [
    key.replace(/^[0-9a-f]{64}$/, 'id'),
    value,
  ]);
  return entries.flatMap(([key, value]) => [`${path}.${key}`, ...keys(value, `${path}.${key}`)]);
}

interface PortDocuments {
  readonly HostConfig: { readonly PortBindings: unknown };
  readonly Config: { readonly ExposedPorts: unknown };
  readonly NetworkSettings: { readonly Ports: unknown };
}

describe('the recorded session about published ports', () => {
  let lab: Lab;

  before(() => {
    lab = new Lab();
  });

  const answered = (command: Recorded): string => {
    const answer = lab.docker(command.command.replace(/^docker /, ''));
    assert.deepEqual([answer.exit, answer.stderr], [command.exit, '']);
    return answer.stdout;
  };

  it('with one container', function () {
    lab.ok('run -d --name web -p 8585:80 bb httpd -f -h /www');
    const [ps, port] = [recorded(this, FILE, 'docker ps'), recorded(this, FILE, 'docker port web')];
    assert.deepEqual(columns(answered(ps)), columns(ps.text));
    assert.equal(answered(port), port.text);
  });

  it('and its documents', function () {
    for (const words of ['docker inspect web', 'docker network inspect bridge']) {
      const real = recorded(this, FILE, words);
      const [own, theirs] = [JSON.parse(answered(real)) as unknown[], JSON.parse(real.text) as unknown[]];
      assert.deepEqual(keys(own), keys(theirs));
    }
    const real = recorded(this, FILE, 'docker inspect web');
    const [own, theirs] = [answered(real), real.text].map((text) => (JSON.parse(text) as PortDocuments[])[0]!);
    assert.deepEqual(own!.HostConfig.PortBindings, theirs!.HostConfig.PortBindings);
    assert.deepEqual(own!.Config.ExposedPorts, theirs!.Config.ExposedPorts);
    assert.deepEqual(own!.NetworkSettings.Ports, theirs!.NetworkSettings.Ports);
  });

  it('with three containers and all kinds of ports', function () {
    lab.ok('run -d --name dns -p 5353:53/udp bb sleep 100000');
    const options = '-p 127.0.0.1:9000:9000 -p 7000-7002:7000-7002 -P --expose 1234';
    lab.ok(`run -d --name many ${options} bb sleep 100000`);
    const [ps, port] = [recorded(this, FILE, 'docker ps', 1), recorded(this, FILE, 'docker port many')];
    assert.deepEqual(columns(answered(ps)), columns(ps.text));
    assert.equal(answered(port), port.text);
  });
});
