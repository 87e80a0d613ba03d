import assert from 'node:assert/strict';
import { EngineLab } from './engine-lab.ts';
import type { Recorded } from './recordings.ts';
import { transcript } from './recordings.ts';
import { Names } from './side-by-side.ts';

/** Lines that were typed with quotes, which the recordings do not show. */
const QUOTED = new Map([
  ['docker network create bad name', 'docker network create "bad name"'],
  ['docker network create ', 'docker network create ""'],
]);
const ABOUT_NETWORKS = /^docker (?:network (?:create|rm|inspect|ls)|run -d --name t[12] |rm -f t1 t2)/;
/** Drivers of other kinds and what hangs on them. */
const OTHERS = /vlan|\bmv|\bipv1|nomasq/;

function typedAbout(all: readonly Recorded[]): { readonly line: string; readonly wanted: Recorded }[] {
  const mine = all.filter(({ command }) => ABOUT_NETWORKS.test(command) && !OTHERS.test(command));
  return mine.map((wanted) => ({ line: quoted(QUOTED.get(wanted.command) ?? wanted.command), wanted }));
}

/** Templates were typed in quotes. */
function quoted(line: string): string {
  return line.replaceAll(/\{\{.*\}\}/g, (template) => `'${template}'`);
}

function assertAsRecorded(lab: EngineLab, all: readonly Recorded[], skipFrom: RegExp): number {
  const [names, recordedNames] = [new Names(), new Names()];
  const end = all.findIndex(({ command }) => skipFrom.test(command));
  const typed = typedAbout(all.slice(0, end < 0 ? all.length : end));
  for (const { line, wanted } of typed) {
    const { stdout, stderr, exit } = lab.sh(line);
    // The recordings have both streams as they came; a list of errors follows what was printed.
    const got = `${line}\n${names.plainly(stdout + stderr)}${exit}`;
    assert.equal(got, `${line}\n${recordedNames.plainly(wanted.text)}${wanted.exit}`);
  }
  return typed.length;
}

describe('networks as recorded', () => {
  it('are made and shown', function () {
    const all = transcript(this, 'single/03-networks-cli.txt');
    assert.ok(assertAsRecorded(new EngineLab(), all, / nomasq$/) >= 9);
  });

  it('are refused', function () {
    const all = transcript(this, 'single/05-errors.txt');
    const lab = new EngineLab();
    for (const name of ['net1', 'net2']) lab.sh(`docker network create ${name}`);
    lab.sh('docker network create --subnet 10.99.0.0/24 --gateway 10.99.0.254 --ip-range 10.99.0.128/25 net3');
    lab.sh('docker run -d --name ca --network net1 bb sleep 100000');
    assert.ok(assertAsRecorded(lab, all, /^docker network connect/) >= 35);
  });
});
