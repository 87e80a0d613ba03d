import assert from 'node:assert/strict';
import { EngineLab } from './engine-lab.ts';
import { transcript } from './recordings.ts';

const SETUP = [
  'docker network create net1',
  'docker network create net2',
  'docker network create --internal int1',
  'docker network create --subnet 10.99.0.0/24 --gateway 10.99.0.254 --ip-range 10.99.0.128/25 net3',
  'docker run -d --name ca --network net1 bb sleep 100000',
  'docker run -d --name cb --network net1 bb sleep 100000',
  'docker run -d --name r2 --network net3 --ip 10.99.0.7 bb sleep 10000',
];
/** What of the recording is about containers on networks. */
const REPLAYED = [
  /^docker network (?:dis)?connect /,
  /^docker rm -f (?:hh|nn)$/,
  /^docker run -d --name (?:hh|nn) /,
  /^docker run .*--(?:ip|link|mac-address|network container:|network-alias) /,
  /^docker run .*--network net\d --network /,
  /^docker run .*--network container:/,
];
/** The client of the recording waits for a container that is gone by then, or not, as the scheduler has it. */
const CLIENT_LOG = /^time=.*\n/m;

function withoutIds(text: string): string {
  return text
    .replace(CLIENT_LOG, '')
    .replaceAll(/[0-9a-f]{64}/g, 'ID')
    .replace(/^\d+: eth0@if\d+/, 'N: eth0@ifN');
}

describe('what the engine refuses to containers on networks', () => {
  it('it refuses as recorded, command by command', function () {
    const lab = new EngineLab();
    for (const line of SETUP) assert.equal(lab.sh(line).exit, 0, line);
    const lines = transcript(this, 'single/05-errors.txt').filter(({ command }) =>
      REPLAYED.some((each) => each.test(command)),
    );
    assert.ok(lines.length > 30, `${lines.length} commands`);
    for (const { command, text, exit } of lines) {
      const answer = lab.sh(command);
      const own = withoutIds(answer.stdout + answer.stderr);
      assert.deepEqual([answer.exit, own], [exit, withoutIds(text)], command);
    }
  });
});
