/** What tests of wire/ ask of the machine: tcpdump as a judge, and the recordings of real kernels. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Skippable } from '../machine.ts';
import { SHARED, skip } from '../machine.ts';

/** How much longer than usual random tests may take. */
export const EFFORT = Number(process.env['DOCKWIRE_EFFORT'] ?? 1);

/** Skips the test where there is no tcpdump. */
export function needTcpdump(test: Skippable): void {
  const { status } = spawnSync('tcpdump', ['--version'], { stdio: 'ignore' });
  if (status !== 0) skip(test, 'netns', 'there is no tcpdump');
}

/** The path of a recording under truth/; skips the test where the recordings are not. */
export function needTruth(test: Skippable, file: string): string {
  const path = join(SHARED, 'truth', file);
  return existsSync(path) ? path : skip(test, 'shared', `there is no ${path}`);
}

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;

/** A pcap file of Ethernet frames; the n-th frame has the time n seconds, so that it can be told in any output. */
export function pcapOf(frames: readonly Uint8Array[]): Uint8Array {
  const size = frames.reduce((sum, frame) => sum + RECORD_HEADER_BYTES + frame.length, FILE_HEADER_BYTES);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0xa1b2c3d4, true);
  view.setUint16(4, 2, true);
  view.setUint16(6, 4, true);
  view.setUint32(16, 262_144, true);
  view.setUint32(20, 1, true);
  let at = FILE_HEADER_BYTES;
  frames.forEach((frame, index) => {
    view.setUint32(at, index, true);
    view.setUint32(at + 8, frame.length, true);
    view.setUint32(at + 12, frame.length, true);
    bytes.set(frame, at + RECORD_HEADER_BYTES);
    at += RECORD_HEADER_BYTES + frame.length;
  });
  return bytes;
}

/** One record of a little-endian pcap file; `isWhole` unless the capture cut the frame. */
export interface PcapRecord {
  readonly seconds: number;
  readonly isWhole: boolean;
  readonly frame: Uint8Array;
}

export function readPcap(file: Uint8Array): readonly PcapRecord[] {
  // A Buffer's slice() is a view of the same memory; frames here are copies.
  const bytes = Uint8Array.from(file);
  const view = new DataView(bytes.buffer);
  const records: PcapRecord[] = [];
  let at = FILE_HEADER_BYTES;
  while (at + RECORD_HEADER_BYTES <= bytes.length) {
    const length = view.getUint32(at + 8, true);
    const from = at + RECORD_HEADER_BYTES;
    const isWhole = view.getUint32(at + 12, true) === length;
    records.push({ seconds: view.getUint32(at, true), isWhole, frame: bytes.slice(from, from + length) });
    at = from + length;
  }
  return records;
}

/** The frames of a file that were captured whole. */
export function readPcapFile(path: string): readonly Uint8Array[] {
  return readPcap(readFileSync(path))
    .filter((record) => record.isWhole)
    .map((record) => record.frame);
}

/** Runs tcpdump over frames and returns its output as bytes. */
function tcpdump(frames: readonly Uint8Array[], options: readonly string[]): Uint8Array {
  return execFileSync('tcpdump', ['-r', '-', ...options], {
    input: pcapOf(frames),
    stdio: ['pipe', 'pipe', 'ignore'],
    maxBuffer: 1 << 28,
  });
}

/** What tcpdump prints about each frame, without the time and without dumps of unknown payloads. */
export function tcpdumpLines(frames: readonly Uint8Array[], options: readonly string[]): readonly string[] {
  const text = Buffer.from(tcpdump(frames, ['-tt', '-n', ...options])).toString('latin1');
  const lines: string[] = [];
  for (const part of text.split(/^(?=\d+\.000000(?: |$))/m)) {
    const body = /^(\d+)\.000000([^]*)$/.exec(part);
    if (body === null) continue;
    lines[Number(body[1])] = body[2]!.replaceAll(/\n\t0x[0-9a-f]{4}:.*/g, '').trim();
  }
  return lines;
}

/**
 * The indexes of the frames that tcpdump's filter lets through. The optimizer is off (-O): it leaves out reads, and
 * with them refusals of frames that end too early.
 */
export function tcpdumpMatches(frames: readonly Uint8Array[], filter: string): readonly number[] {
  return readPcap(tcpdump(frames, ['-O', '-w', '-', '--', filter])).map((record) => record.seconds);
}
