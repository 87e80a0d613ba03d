/**
 * What was typed into a recorded swarm of three real engines is typed again, as far as it is about the swarm itself:
 * every answer has to be the recorded one, with what is drawn by chance and what the clock says masked in both.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { SwarmLab } from '../docker/swarm-lab.ts';
import { SHARED, need } from '../machine.ts';

/** One command of a transcript: `h1$ docker …`, what came of it, `[rc=0]`. */
interface Typed {
  readonly number: number;
  readonly words: string;
  readonly answer: string;
}

/** Options whose values were typed with quotes, which transcripts leave out. */
function shellLine(words: string): string {
  return words.replace(/(-f|--format) (\{\{.*\}\})/, (_, option: string, value: string) => `${option} '${value}'`);
}

function readTranscript(text: string): Typed[] {
  const found = text.matchAll(/^h(\d)\$ (.*)\n([^]*?^\[rc=\d+\]$)/gm);
  return Array.from(found, ([, number, words, answer]) => ({ number: Number(number), words: words!, answer: answer! }));
}

/** Ids become numbers in the order in which they come, so that the same id has to stand in the same places. */
class Masked {
  private readonly ids = new Map<string, string>();

  text(text: string): string {
    return text
      .replaceAll(/SWMTKN-1-\S+/g, 'TOKEN')
      .replaceAll(/-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/g, 'CERTIFICATE')
      .replaceAll(/"CertIssuerPublicKey": ?"[^"]+"/g, 'PUBLIC KEY')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
      .replaceAll(/\b(?:[0-9a-f]{64}|[0-9a-z]{25}|[0-9a-f]{12})\b/g, (id) => this.number(id))
      .replaceAll(/^(?=[0-9a-z]*[a-z])(?=[0-9a-z]*\d)[0-9a-z]{12}\b/gm, (id) => this.number(id));
  }

  /** Short ids and long ones are the same. */
  private number(id: string): string {
    const short = id.slice(0, 12);
    const known = this.ids.get(short) ?? `ID${this.ids.size}`;
    this.ids.set(short, known);
    return known.padEnd(id.length, '.');
  }
}

/** What is compared by other tests, or is of services, which there are none of. */
const LEFT = [
  /^docker service /,
  // Containers of a machine that was restarted, which forgets its own here.
  /^docker ps /,
  /^docker network inspect ov1/,
];

function play(lab: SwarmLab, transcript: readonly Typed[], token: string, leave: () => void): number {
  const [real, ours] = [new Masked(), new Masked()];
  let count = 0;
  for (const { number, words, answer } of transcript) {
    if (LEFT.some((pattern) => pattern.test(words))) continue;
    const line = shellLine(words).replace(/SWMTKN-1-REDACTED/, token);
    const { exit, stdout, stderr } = lab.sh(number, line);
    assert.equal(ours.text(`${stdout}${stderr}[rc=${exit}]`), real.text(answer), `h${number}$ ${words}`);
    if (words.startsWith('docker swarm join --token')) lab.wait(8);
    if (words === 'docker swarm leave' && exit === 0) leave();
    count++;
  }
  return count;
}

describe('a recorded swarm, typed again', () => {
  const transcript = (name: string): Typed[] =>
    readTranscript(readFileSync(`${SHARED}/truth/docker/swarm/${name}`, 'utf8'));

  before(function () {
    need(this, 'shared');
  });

  it('answers as recorded from init to join', () => {
    const lab = new SwarmLab();
    const all = transcript('01-swarm-cli.txt');
    let token = '';
    let count = 0;
    const [first, ...rest] = all;
    count += play(lab, [first!], '', () => undefined);
    token = lab.ok(1, 'docker swarm join-token -q worker');
    lab.wait(4);
    count += play(lab, rest, token, () => undefined);
    assert.equal(count, all.length - 1);
  });

  it('answers as recorded when a node leaves and is removed', () => {
    const lab = new SwarmLab();
    lab.formSwarm();
    const all = transcript('06-leave-cli.txt');
    const count = play(lab, all, '', () => {
      lab.wait(17);
    });
    assert.equal(count, all.length - 1);
  });
});
