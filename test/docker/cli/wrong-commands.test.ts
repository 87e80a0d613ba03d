import assert from 'node:assert/strict';
import { Rng } from '../../../src/sim/rng.ts';
import { dockerCommands } from '../../differential/docker-generator.ts';
import { EngineLab } from '../engine-lab.ts';

const EFFORT = Number(process.env['DOCKWIRE_EFFORT'] ?? 1);
const WRONG_COMMANDS = 200 * EFFORT;
/** What is put where something else should be. */
const JUNK = ['', '-', '--', '---x', '--format', '{{', '\u{1F433}', '999999999999', '0.0.0.0/0', '=', 'a b', '-p', '%'];

/** A command with something left out, doubled, exchanged or put in. */
function spoiled(command: string, rng: Rng): string {
  const words = command.split(' ');
  for (let i = rng.below(3); i >= 0; i--) {
    const at = 1 + rng.below(words.length);
    const junk = `'${JUNK[rng.below(JUNK.length)]!}'`;
    const other = words[rng.below(words.length)]!;
    const changes = [[], [junk], [other, words[at] ?? junk], [words[at] ?? junk, junk], [`${words[at] ?? ''}${other}`]];
    words.splice(at, 1, ...changes[rng.below(changes.length)]!);
  }
  return words.join(' ');
}

/** What a failed command must leave as it was: networks, links, addresses, namespaces, and what runs. */
function standing(lab: EngineLab): string {
  const { engine } = lab;
  const pools = [...engine.networks.values()].map((each) => `${each.name} ${each.id} ${each.endpoints.size}`);
  const running = [...engine.containers.values()].filter((each) => each.isRunning).map((each) => each.name);
  return [...pools, ...running, lab.host('ip -o addr').stdout, lab.host('ip netns list').stdout].join('\n');
}

describe('wrong commands', () => {
  it('are answered with an exit code and a reason, and leave nothing half made', function () {
    this.timeout(60_000 * EFFORT);
    const lab = new EngineLab();
    const rng = Rng.fromSeed(7);
    let failures = 0;
    for (const command of dockerCommands(7, 4 * WRONG_COMMANDS)) {
      // Every third as it is, so that there is something to be wrong about.
      const line = rng.below(3) === 0 ? command : spoiled(command, rng);
      const before = standing(lab);
      const { exit, stderr } = lab.sh(line);
      if (exit === 0) continue;
      failures++;
      assert.ok(exit > 0 && exit < 256, line);
      assert.notEqual(stderr.trim(), '', line);
      const isChange = / (?:restart|start|stop|kill|rm|prune|run|disconnect) /.test(` ${line} `);
      if (!isChange) assert.equal(standing(lab), before, line);
    }
    assert.ok(failures >= WRONG_COMMANDS, `${failures} of them were wrong`);
  });
});
