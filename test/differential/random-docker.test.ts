import assert from 'node:assert/strict';
import { EngineLab } from '../docker/engine-lab.ts';
import type { RealAnswer, RealEngine } from '../docker/real-engine.ts';
import { startRealEngine } from '../docker/real-engine.ts';
import { IdPairs } from './docker-compare.ts';
import { dockerCommands } from './docker-generator.ts';

const EFFORT = Number(process.env['DOCKWIRE_EFFORT'] ?? 1);
const STORIES = Math.min(40, 1 + EFFORT);
const COMMANDS = 25;
/** Repeats one story and prints it. */
const ONLY_SEED = process.env['DOCKWIRE_STORY_SEED'];
/** What a container shows of its network from the inside. */
const LOOKS = ['ip addr', 'ip route', 'cat /etc/hosts', 'cat /etc/resolv.conf', 'cat /etc/hostname'] as const;

/** An engine's host, real or emulated. */
interface Side {
  sh(line: string): RealAnswer;
  host(line: string): RealAnswer;
}

function byText(left: string, right: string): number {
  return left < right ? -1 : 1;
}

describe('random stories of docker commands', () => {
  // A fresh engine for each: the cursor of the address pools is part of the story.
  let real: RealEngine | null = null;

  beforeEach(function () {
    this.timeout(60_000);
    real = startRealEngine(this);
  });

  afterEach(() => {
    real?.stop();
    real = null;
  });

  const seeds = ONLY_SEED === undefined ? Array.from({ length: STORIES }, (_, i) => 1000 + i) : [Number(ONLY_SEED)];
  for (const seed of seeds) {
    it(`are answered as by a real engine, and leave the same behind (seed ${seed})`, function () {
      this.timeout(120_000);
      compareStory(real!, new EngineLab(seed), dockerCommands(seed, COMMANDS));
    });
  }
});

/** Types the commands on both sides; afterwards looks into every container that runs, and at the host. */
function compareStory(real: RealEngine, emulated: EngineLab, commands: readonly string[]): void {
  const pairs = new IdPairs();
  const same = (line: string, ask: (side: Side, line: string) => RealAnswer): void => {
    const [own, other] = [ask(emulated, line), ask(real, line)];
    const text = (answer: RealAnswer): string => withoutNumbers(`${answer.stdout}${answer.stderr}[rc=${answer.exit}]`);
    pairs.assertSame(text(own), text(other), line);
  };
  for (const line of commands) {
    if (ONLY_SEED !== undefined) console.log(line);
    same(line, (side, typed) => side.sh(typed));
  }
  const running = real
    .sh("docker ps --format '{{.Names}}'")
    .stdout.split('\n')
    .filter((name) => name !== '')
    .sort(byText);
  for (const name of running) {
    const mode = real.docker('inspect', '-f', '{{.HostConfig.NetworkMode}}', name).stdout.trim();
    // What the host shows is compared below.
    for (const look of mode === 'host' ? [] : LOOKS) same(`docker exec ${name} ${look}`, (side, line) => side.sh(line));
    same(`docker inspect ${name}`, (side, line) => side.sh(line));
  }
  // A real kernel takes up to a second to tell of a lost carrier.
  real.host('sleep 1.1');
  for (const line of ['ip -4 -br addr', 'ip route']) {
    assert.deepEqual(onHost(emulated, line), onHost(real, line), line);
  }
}

/** What the host shows of its own network, whatever the names of bridges are. */
function onHost(side: Side, line: string): string[] {
  const lines = side
    .host(line)
    .stdout.split('\n')
    .filter((each) => !each.startsWith('veth'));
  return lines
    .map((each) =>
      each
        .replace(/@if\d+/, '')
        .replace(/br-[0-9a-f]{12}/, 'br')
        .replaceAll(/ +/g, ' '),
    )
    .sort(byText);
}

/** Without numbers of interfaces: a real host has one more, and a failed command may use some up. */
function withoutNumbers(text: string): string {
  return text.replaceAll(/^\d+: /gm, 'N: ').replaceAll(/@if\d+/g, '@ifN');
}
