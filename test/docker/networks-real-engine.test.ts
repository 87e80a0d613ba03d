import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EngineLab } from './engine-lab.ts';
import { NETWORK_LINES } from './network-lines.ts';
import { startRealEngine } from './real-engine.ts';
import { Names, transcriptOf } from './side-by-side.ts';

/** This test writes it when it is run with DOCKWIRE_RECORD=1 where there is a real engine. */
const FILE = join('test', 'docker', 'networks-answers.txt');
const HEAD = `What a real Docker Engine 20.10.24 answers to the lines of network-lines.ts.

`;

/** Interfaces get the same numbers on both after this. */
const FIRST = ['docker run --rm bb true'];

/** The transcript, by what the lines are about. */
function recorded(): ReadonlyMap<string, string> {
  const parts = readFileSync(FILE, 'utf8')
    .slice(HEAD.length)
    .split(/^### (.*)\n/m)
    .slice(1);
  return new Map(Array.from({ length: parts.length / 2 }, (_, i) => [parts[i * 2]!, parts[i * 2 + 1]!]));
}

describe('networks as a real engine has them', () => {
  let lab: EngineLab;
  const names = new Names();

  before(() => {
    lab = new EngineLab();
    transcriptOf(lab, FIRST, names);
  });

  for (const [topic, lines] of Object.entries(NETWORK_LINES)) {
    it(`answer as recorded: ${topic}`, () => {
      assert.equal(transcriptOf(lab, lines, names).join(''), recorded().get(topic));
    });
  }

  it('answer as recorded on this machine, too', function () {
    const isRecording = process.env['DOCKWIRE_RECORD'] === '1';
    // A few hundred commands of a real engine take their time.
    if (!isRecording && Number(process.env['DOCKWIRE_EFFORT'] ?? 1) < 8) {
      console.log('      skipped: asked at DOCKWIRE_EFFORT=8 and more');
      this.skip();
    }
    this.timeout(600_000);
    const real = startRealEngine(this);
    try {
      const realNames = new Names();
      let text = HEAD;
      for (const [topic, lines] of Object.entries(NETWORK_LINES)) {
        const answers = transcriptOf(real, lines, realNames).join('');
        text += `### ${topic}\n${answers}`;
        if (!isRecording) assert.equal(answers, recorded().get(topic));
      }
      if (isRecording) writeFileSync(FILE, text);
    } finally {
      real.stop();
    }
  });
});
