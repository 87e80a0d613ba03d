/** What the small tools read from: files by their paths, and standard input as `-`, piece by piece as it comes. */
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { fileText } from '../file-text.ts';
import { readInput } from '../input.ts';

/** Why a path cannot be read; null when it can. */
export type SourceFault = 'missing' | 'directory' | null;

/** strerror(3) of a fault. */
export function faultText(fault: Exclude<SourceFault, null>): string {
  return fault === 'directory' ? 'Is a directory' : 'No such file or directory';
}

/** Whether the path stands for standard input. */
export function isStandardInput(path: string): boolean {
  return path === '-' || path === '/dev/stdin';
}

/** Whether a file can be read. */
export function faultOf(proc: Process, path: string): SourceFault {
  if (isStandardInput(path) || fileText(proc, path) !== undefined) return null;
  return proc.openFile(path) === 'EISDIR' ? 'directory' : 'missing';
}

/** Calls `each` with every piece; false from `each` ends the reading. */
export function* eachPiece(
  proc: Process,
  path: string,
  each: (piece: string) => boolean,
): Generator<Wait, SourceFault, WakeReason> {
  const fault = faultOf(proc, path);
  if (fault !== null) return fault;
  if (!isStandardInput(path)) {
    const text = fileText(proc, path)!;
    if (text !== '') each(text);
    return null;
  }
  for (;;) {
    const piece = yield* readInput(proc);
    if (piece === null || !each(piece)) return null;
  }
}

/**
 * Calls `each` with every line without its newline, as soon as it is whole; `isEnded` is false for a last line that has
 * none. False from `each` ends the reading.
 */
export function* eachLine(
  proc: Process,
  path: string,
  each: (line: string, isEnded: boolean) => boolean,
): Generator<Wait, SourceFault, WakeReason> {
  let rest = '';
  let wantsMore = true as boolean;
  const fault = yield* eachPiece(proc, path, (piece) => {
    const lines = (rest + piece).split('\n');
    rest = lines.pop()!;
    wantsMore = lines.every((line) => each(line, true));
    return wantsMore;
  });
  if (fault === null && wantsMore && rest !== '') each(rest, false);
  return fault;
}

/** All of a source at once; a fault where it cannot be read. */
export function* wholeText(
  proc: Process,
  path: string,
): Generator<Wait, { text: string; fault: SourceFault }, WakeReason> {
  const pieces: string[] = [];
  const fault = yield* eachPiece(proc, path, (piece) => {
    pieces.push(piece);
    return true;
  });
  return { text: pieces.join(''), fault };
}
