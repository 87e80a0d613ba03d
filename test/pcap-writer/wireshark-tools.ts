/** Runs Wireshark's command-line tools on captures: the independent judge of what this project writes. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Whether Wireshark's tools are there. If not, says so in a line, for the caller to skip; or throws if the environment
 * variable DOCKWIRE_REQUIRE demands them.
 */
export function hasWireshark(): boolean {
  const missing = ['tshark', 'capinfos', 'mergecap'].filter((tool) => spawnSync(tool, ['-v']).status !== 0);
  if (missing.length === 0) return true;
  const words = `not installed: ${missing.join(', ')}`;
  if ((process.env['DOCKWIRE_REQUIRE'] ?? '').split(',').includes('tshark')) throw new Error(words);
  console.log(`    skipped, ${words}`);
  return false;
}

/** A folder of its own for the files of one test; gone with `remove`. */
export class CaptureFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'dockwire-pcap-'));

  write(name: string, bytes: Uint8Array): string {
    const file = join(this.path, name);
    writeFileSync(file, bytes);
    return file;
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}

/** Standard output of a tool that must succeed. */
export function output(tool: string, args: readonly string[]): string {
  const run = spawnSync(tool, args, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C.UTF-8', TZ: 'UTC' } });
  if (run.status !== 0) throw new Error(`${tool} ${args.join(' ')}: exit ${run.status}: ${run.stderr}`);
  return run.stdout;
}

/** One row per frame, one text per field. */
export function tsharkFields(file: string, fields: readonly string[], options: readonly string[] = []): string[][] {
  const text = output('tshark', ['-r', file, ...options, '-T', 'fields', ...fields.flatMap((field) => ['-e', field])]);
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => line.split('\t'));
}
