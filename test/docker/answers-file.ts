/**
 * Command lines whose answers a real engine has given once: they stand in a file of `test/docker`, by what the lines
 * are about. Every run compares an emulated host with the file; a run at a higher effort asks a real engine again, and
 * one with DOCKWIRE_RECORD=1 writes the file anew.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EngineLab } from './engine-lab.ts';
import { startRealEngine } from './real-engine.ts';
import { Names, transcriptOf } from './side-by-side.ts';

export interface RecordedLines {
  readonly title: string;
  /** The file of the lines, and that of the answers. */
  readonly linesFile: string;
  readonly answersFile: string;
  readonly linesByTopic: Readonly<Record<string, readonly string[]>>;
  /** From which DOCKWIRE_EFFORT on a real engine is asked: a few hundred commands take their time. */
  readonly effort: number;
  /** Takes out of a transcript what a real engine does not answer twice in the same way. */
  readonly plainly?: (transcript: string) => string;
}

/** A real engine has run one container before its first line: interfaces get the same numbers on both after this. */
const FIRST = ['docker run --rm bb true'];
const TIMEOUT_MS = 600_000;

export function describeRecordedLines(recording: RecordedLines): void {
  const { title, linesByTopic, plainly = (text: string): string => text } = recording;
  const file = join('test', 'docker', recording.answersFile);
  const head = `What a real Docker Engine 20.10.24 answers to the lines of ${recording.linesFile}.\n\n`;
  const answersTo = (host: Parameters<typeof transcriptOf>[0], lines: readonly string[], names: Names): string =>
    plainly(transcriptOf(host, lines, names).join(''));

  describe(title, () => {
    let lab: EngineLab;
    const names = new Names();

    before(() => {
      lab = new EngineLab();
      transcriptOf(lab, FIRST, names);
    });

    for (const [topic, lines] of Object.entries(linesByTopic)) {
      it(`goes as recorded: ${topic}`, () => {
        assert.equal(answersTo(lab, lines, names), recordedByTopic(file, head).get(topic));
      });
    }

    it('goes as recorded on this machine, too', function () {
      const isRecording = process.env['DOCKWIRE_RECORD'] === '1';
      if (!isRecording && Number(process.env['DOCKWIRE_EFFORT'] ?? 1) < recording.effort) {
        console.log(`      skipped: asked at DOCKWIRE_EFFORT=${recording.effort} and more`);
        this.skip();
      }
      this.timeout(TIMEOUT_MS);
      const real = startRealEngine(this);
      try {
        const realNames = new Names();
        let text = head;
        for (const [topic, lines] of Object.entries(linesByTopic)) {
          const answers = answersTo(real, lines, realNames);
          text += `### ${topic}\n${answers}`;
          if (!isRecording) assert.equal(answers, recordedByTopic(file, head).get(topic));
        }
        if (isRecording) writeFileSync(file, text);
      } finally {
        real.stop();
      }
    });
  });
}

/** The transcript, by what the lines are about. */
function recordedByTopic(file: string, head: string): ReadonlyMap<string, string> {
  const parts = readFileSync(file, 'utf8')
    .slice(head.length)
    .split(/^### (.*)\n/m)
    .slice(1);
  return new Map(Array.from({ length: parts.length / 2 }, (_, i) => [parts[i * 2]!, parts[i * 2 + 1]!]));
}
