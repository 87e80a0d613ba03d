/**
 * A recorded session typed again, line by line at its times, and what it put into captures and printed, beside what
 * was recorded.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PcapWriter, readCapture } from '../../src/pcap-writer/index.ts';
import * as ethernet from '../../src/wire/ethernet.ts';
import * as ipv4 from '../../src/wire/ipv4.ts';
import { viewOf } from '../kernel/kit.ts';
import { SHARED } from '../machine.ts';
import type { ScriptRun } from './script-run.ts';
import { runScript } from './script-run.ts';
import { dumpsOf, normalDump } from './state-dumps.ts';
import { maskTimes } from './typed.ts';

const CANON = join(SHARED, 'tools', 'canon.py');

/** A recording, typed once, beside what was recorded. */
export class Replay {
  readonly run: ScriptRun;
  private readonly recording: string;
  private readonly folder: string;

  /** `edit` changes what is typed; `script` is the file that was typed. */
  constructor(name: string, seed = 1, edit: (script: string) => string = (script) => script, script = 'commands.txt') {
    this.recording = join(SHARED, 'truth', name);
    this.run = runScript(edit(readFileSync(join(this.recording, script), 'utf8')), seed);
    this.folder = mkdtempSync(join(tmpdir(), 'dockwire-replay-'));
    for (const [file, bytes] of this.run.captures) {
      mkdirSync(dirname(join(this.folder, file)), { recursive: true });
      writeFileSync(join(this.folder, file), bytes);
    }
  }

  /** What differs between a capture and the recorded one; '' for equal ones. */
  difference(capture: string): string {
    const { status, stdout, stderr } = spawnSync(
      'python3',
      [CANON, join(this.folder, capture), join(this.recording, capture)],
      { encoding: 'utf8' },
    );
    return status === 0 ? '' : `${stdout}${stderr}` || 'differs';
  }

  /** The canonical lines of both. */
  lines(capture: string): [string[], string[]] {
    const [mine, theirs] = [this.folder, this.recording].map((folder) =>
      spawnSync('python3', [CANON, join(folder, capture)], { encoding: 'utf8' })
        .stdout.trimEnd()
        .split('\n'),
    );
    return [mine!, theirs!];
  }

  /** The same of the frames that `isLeftOut` does not name, as if no others had ever been there. */
  linesWithout(capture: string, isLeftOut: (bytes: Uint8Array) => boolean): [string[], string[]] {
    const [mine, theirs] = [this.folder, this.recording].map((folder, i) => {
      const path = join(this.folder, `${i}-without-${capture.replaceAll('/', '-')}`);
      writeFileSync(path, withoutFrames(readFileSync(join(folder, capture)), isLeftOut));
      return spawnSync('python3', [CANON, path], { encoding: 'utf8' }).stdout.trimEnd().split('\n');
    });
    return [mine!, theirs!];
  }

  /** The frames of a recorded capture. */
  recordedFrames(capture: string): Uint8Array[] {
    return framesOf(readFileSync(join(this.recording, capture)));
  }

  /** The frames of a capture that was made now. */
  frames(capture: string): Uint8Array[] {
    return framesOf(readFileSync(join(this.folder, capture)));
  }

  /** A file of the recording. */
  recorded(file: string): string {
    return readFileSync(join(this.recording, file), 'utf8');
  }

  /** Recorded dumps of one file beside what the same commands printed, in the order in which they were typed. */
  dumps(file: string): { readonly command: string; readonly mine: string; readonly theirs: string }[] {
    const recorded = dumpsOf(readFileSync(join(this.recording, file), 'utf8'));
    const isLater = file.includes('after');
    return recorded.map(({ netns, command, text }) => {
      const typed = `ip netns exec ${netns} ${command}`;
      const steps = this.run.steps.filter((step) => step.run === typed);
      const step = steps[isLater ? steps.length - 1 : 0];
      assert.ok(step, `${typed} was typed`);
      const isHashed = command.startsWith('ip neigh');
      return {
        command: typed,
        mine: normalDump(step.stdout + step.stderr, isHashed),
        theirs: normalDump(text, isHashed),
      };
    });
  }

  /** What the n-th step (from 0) with that command printed, beside a recorded file. */
  printed(command: string, n: number, file: string): readonly [mine: string, theirs: string] {
    const step = this.run.steps.filter((each) => each.run === command)[n];
    assert.ok(step, `${command} was typed`);
    return [normalDump(step.stdout), normalDump(readFileSync(join(this.recording, file), 'utf8'))];
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true });
  }
}

function framesOf(bytes: Uint8Array): Uint8Array[] {
  return readCapture(bytes).packets.map(({ data }) => data);
}

function withoutFrames(bytes: Uint8Array, isLeftOut: (bytes: Uint8Array) => boolean): Uint8Array {
  const chunks: Uint8Array[] = [];
  const writer = new PcapWriter({ write: (chunk) => chunks.push(chunk.slice()) });
  framesOf(bytes).forEach((data, i) => {
    if (!isLeftOut(data)) writer.writeRecord(i, 0, data, 0, data.length);
  });
  writer.flush();
  return Buffer.concat(chunks);
}

/** Whether a frame is TCP's. */
export function isTcp(bytes: Uint8Array): boolean {
  const v = viewOf(bytes);
  return ethernet.etherType(v, 0) === ethernet.ETHERTYPE_IPV4 && ipv4.protocol(v, 14) === ipv4.PROTO_TCP;
}

/** What the commands of a file of the recording printed: `$ X bc1 ping …`, its output, `[rc=0]`. */
export function recordedOutputs(
  text: string,
): { readonly run: string; readonly output: string; readonly exit: number }[] {
  return [...text.matchAll(/^\$ X (\w+) (.*)\n([^]*?)^\[rc=(\d+)\]$/gm)].map(([, netns, command, output, exit]) => ({
    run: `ip netns exec gt-${netns!} ${command!}`,
    output: output!,
    exit: Number(exit),
  }));
}

/** Lines as a set, without paths of programs and blank lines: both streams were recorded in one. */
export function normalOutput(text: string): string[] {
  const lines = maskTimes(text)
    .replace(/^\/usr\/bin\//gm, '')
    .split('\n');
  return lines.filter((line) => line !== '').sort((left, right) => (left < right ? -1 : 1));
}
