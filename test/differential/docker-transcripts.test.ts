import assert from 'node:assert/strict';
import { need, needTools } from '../machine.ts';
import { EngineLab } from '../docker/engine-lab.ts';
import { IdPairs, plainState } from './docker-compare.ts';
import type { RecordedAnswer, StoryCommand } from './docker-story.ts';
import { dockerStory, recordedAnswers, shellWord } from './docker-story.ts';

/** What of the recordings is left to later issues, and why; these are not typed. */
const LEFT: readonly { readonly pattern: RegExp; readonly why: string; readonly about?: RegExp }[] = [
  { pattern: /^docker network create -d (?:macvlan|ipvlan) /, why: 'drivers macvlan and ipvlan' },
  { pattern: /^docker network (?:inspect (?:-f '.*' )?|rm )(?:mv|ipv)\w+$/, why: 'networks of these drivers' },
  { pattern: /^docker run --rm --network ipv1 /, why: 'a network of these drivers' },
  { pattern: /^ip -d link show type dummy$/, why: 'what macvlan leaves behind' },
  { pattern: /^conntrack -L$/, why: 'what bridges tell the group of all snoopers (224.0.0.106)' },
  { pattern: /^ss -lntup$/, why: 'sockets of docker-proxy and of the embedded DNS' },
  { pattern: /^ps -ww -C docker-proxy -o args$/, why: 'docker-proxy' },
  { pattern: /^ls -la \/run\/docker\/netns$/, why: 'files of a real host' },
];

/** What stood on the recorded host before the wrong commands. */
const BEFORE_ERRORS = [
  'docker run -d --name web -p 8585:80 bb httpd -f -h /www',
  'docker run -d --name dns -p 5353:53/udp bb sleep 100000',
  'docker network create net1',
  'docker network create net2',
  'docker network create --internal int1',
  'docker network create --subnet 10.99.0.0/24 --gateway 10.99.0.254 --ip-range 10.99.0.128/25 net3',
  'docker run -d --name ca --network net1 bb sleep 100000',
  'docker run -d --name cb --network net1 bb sleep 100000',
  'docker run -d --name r2 --network net3 --ip 10.99.0.7 bb sleep 10000',
];

/** What was typed on the recorded host without a userland proxy before it was looked at (11-noproxy.sh). */
const WITHOUT_PROXY = [
  'docker run -d --name web -p 8585:80 bb httpd -f -h /www',
  'docker run -d --name c2 bb sleep 10000',
  'docker network create net1',
  'docker run -d --name c3 --network net1 bb sleep 10000',
];

/** Types a recorded story into an emulated host and compares every answer that was recorded. */
class Replay {
  readonly compared: string[] = [];
  readonly left: string[] = [];
  private readonly lab: EngineLab;
  private readonly folder: string;
  private readonly pairs = new IdPairs();
  /** By file, those that have not come yet. */
  private readonly answers = new Map<string, RecordedAnswer[]>();

  constructor(lab: EngineLab, folder: string) {
    this.lab = lab;
    this.folder = folder;
  }

  play(story: readonly StoryCommand[]): void {
    for (const command of story) {
      if (command.kind === 'hoststate' || command.kind === 'contstate') this.look(command);
      else this.type(command);
    }
    for (const [file, rest] of this.answers) assert.deepEqual(rest, [], `${file}: answers to nothing`);
  }

  private type(command: StoryCommand): void {
    const words = command.kind === 'container' ? command.words.slice(1) : command.words;
    const line = `${command.kind === 'docker' ? 'docker ' : ''}${words.map(shellWord).join(' ')}`;
    const answer = command.file === null ? undefined : this.nextAnswer(command.file);
    if (this.isLeft(line, answer)) return;
    const typed = `${line} 2>&1`;
    const own = command.kind === 'container' ? this.lab.inContainer(command.words[0]!, typed) : this.lab.sh(typed);
    if (answer === undefined) return;
    const texts = [textOf(own.stdout, own.exit), textOf(answer.text, answer.exit)];
    const [is, wanted] = command.kind === 'docker' ? texts : texts.map(plainState);
    this.pairs.assertSame(is!, wanted!, answer.typed);
    this.compared.push(line);
  }

  /** Looks at the host or at a container as the recorders did, with the host's own tools. */
  private look(command: StoryCommand): void {
    const [file, name] = [command.file!, command.words[0]];
    for (const answer of recordedAnswers(`${this.folder}/${file}`)) {
      const line = answer.typed.replace(/^[^#$]*[#$] /, '');
      if (this.isLeft(line, answer)) continue;
      const typed = `${line} 2>&1`;
      const isInside = name !== undefined && !line.startsWith('docker ');
      const own = isInside ? this.lab.inContainer(name, typed) : this.lab.sh(typed);
      const [is, wanted] = [textOf(own.stdout, own.exit), textOf(answer.text, answer.exit)].map(plainState);
      this.pairs.assertSame(is!, wanted!, `${file}: ${line}`);
      this.compared.push(line);
    }
  }

  private nextAnswer(file: string): RecordedAnswer {
    let answers = this.answers.get(file);
    if (answers === undefined) this.answers.set(file, (answers = recordedAnswers(`${this.folder}/${file}`)));
    return answers.shift()!;
  }

  private isLeft(line: string, answer: RecordedAnswer | undefined): boolean {
    const text = answer?.text ?? '';
    const isLeft = LEFT.some(({ pattern, about }) => pattern.test(line) && about?.test(text) !== false);
    if (isLeft && answer !== undefined) this.left.push(line);
    return isLeft;
  }
}

function textOf(output: string, exit: number): string {
  return `${output}[rc=${exit}]`;
}

function publishingLab(): EngineLab {
  return new EngineLab(1);
}

describe('the recorded transcripts of a real engine', () => {
  const left: string[] = [];

  it('of networks and containers on one host are answered the same, and what is seen there is the same', function () {
    const replay = new Replay(publishingLab(), 'single');
    replay.play(dockerStory(this, '02-single.sh'));
    assert.deepEqual([replay.compared.length, replay.left.length], [232, 33]);
    left.push(...replay.left);
  });

  it('of wrong commands are answered the same', function () {
    const lab = publishingLab();
    for (const line of BEFORE_ERRORS) lab.sh(line);
    const replay = new Replay(lab, 'single');
    replay.play(dockerStory(this, '03-errors.sh'));
    assert.deepEqual([replay.compared.length, replay.left.length], [91, 14]);
    left.push(...replay.left);
  });

  // The recorded host had another address and links of an earlier engine: these two show what the proxy does.
  it('of an engine without userland proxy: ports of bridges and settings are the same', function () {
    need(this, 'shared');
    const lab = new EngineLab(1, { hasUserlandProxy: false });
    for (const line of WITHOUT_PROXY) lab.sh(line);
    const pairs = new IdPairs();
    const numberless = (text: string): string => plainState(text).replaceAll(/^\d+: |@if\d+/gm, '');
    for (const [file, pattern] of [
      ['noproxy/02-host.txt', /^bridge -d link$/],
      ['noproxy/cli.txt', /^sysctl .*route_localnet$/],
    ] as const) {
      const answer = recordedAnswers(file).find((each) => pattern.test(each.typed.replace(/^h3# /, '')));
      assert.ok(answer !== undefined, file);
      const { stdout } = lab.sh(answer.typed.replace(/^h3# /, ''));
      pairs.assertSame(numberless(stdout), numberless(answer.text), answer.typed);
    }
  });

  it('have something for each entry of what is left', function () {
    need(this, 'shared');
    needTools(this, ['bash']);
    for (const { pattern, why } of LEFT)
      assert.ok(
        left.some((line) => pattern.test(line)),
        why,
      );
  });
});
