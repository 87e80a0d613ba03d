/** The recordings of real kernels as judges: what a test needs to compare a world with them. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PcapWriter } from '../../src/pcap-writer/index.ts';
import type { World } from '../kernel/kit.ts';
import { SECOND } from '../kernel/kit.ts';
import { SHARED, skip } from '../machine.ts';

const CANON = join(SHARED, 'tools', 'canon.py');

/** Says why and skips where there are no recordings or no Python; a failure where DOCKWIRE_REQUIRE names `shared`. */
export function needRecording(test: Mocha.Context, folder: string): void {
  const path = join(SHARED, 'truth', folder);
  const hasPython = spawnSync('python3', ['--version'], { stdio: 'ignore' }).status === 0;
  if (existsSync(path) && hasPython) return;
  const reason = existsSync(path)
    ? 'no python3, which tools/canon.py needs'
    : `no recordings in ${path}; DOCKWIRE_SHARED names the folder that has truth/`;
  skip(test, 'shared', reason);
}

/** Captures of a world beside those of a recording, under the rules of truth/README.md. */
export class Judge {
  private readonly world: World;
  private readonly recording: string;
  private readonly folder: string;

  /** `recording` is the folder below truth/ that has the captures. */
  constructor(world: World, recording: string) {
    this.world = world;
    this.recording = join(SHARED, 'truth', recording);
    this.folder = mkdtempSync(join(tmpdir(), 'dockwire-differential-'));
  }

  /**
   * Compares captures with those of the recording, by their names: `{ 'c1-eth0': 'h/c1/eth0' }`, as far as they were
   * taken from `fromNs` to before `toNs`. Answers what differs, by name; nothing for those that are equal.
   */
  differences(interfaces: Readonly<Record<string, string>>, fromNs = 0, toNs = Infinity): Map<string, string> {
    for (const [capture, fullName] of Object.entries(interfaces)) this.write(fullName, capture, fromNs, toNs);
    const { stdout, stderr } = spawnSync('python3', [CANON, '--dirs', this.folder, this.recording], {
      encoding: 'utf8',
    });
    const count = Object.keys(interfaces).length;
    const differing = stdout.split(/^(?:differs|missing) (?=\S+\.pcap$)/m).slice(1);
    const isWhole = new RegExp(`^${count - differing.length} of ${count} captures equal$`, 'm').test(stdout);
    if (!isWhole) throw new Error(`${stdout}${stderr}`);
    return new Map(differing.map((text) => [text.slice(0, text.indexOf('.pcap')), text]));
  }

  /** The canonical lines of the world's capture and of the recording's. */
  lines(fullName: string, capture: string, fromNs: number, toNs: number): [string[], string[]] {
    const paths = [this.write(fullName, capture, fromNs, toNs), join(this.recording, `${capture}.pcap`)];
    const [mine, theirs] = paths.map((path) =>
      spawnSync('python3', [CANON, path], { encoding: 'utf8' }).stdout.trimEnd().split('\n'),
    );
    return [mine!, theirs!];
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true });
  }

  private write(fullName: string, capture: string, fromNs: number, toNs: number): string {
    const chunks: Uint8Array[] = [];
    const writer = new PcapWriter({ write: (chunk) => chunks.push(chunk.slice()) });
    for (const { atNs, bytes } of this.world.seenAt(fullName)) {
      if (atNs < fromNs || atNs >= toNs) continue;
      writer.writeRecord(Math.floor(atNs / SECOND), atNs % SECOND, bytes, 0, bytes.length);
    }
    writer.flush();
    const path = join(this.folder, `${capture}.pcap`);
    writeFileSync(path, Buffer.concat(chunks));
    return path;
  }
}
