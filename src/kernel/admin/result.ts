/** What a command typed at the door answers, in the words of the real tools. */
import type { Errno } from '../errno.ts';
import { errorText } from '../errno.ts';

export interface AdminResult {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

export const DONE: AdminResult = { exit: 0, stdout: '', stderr: '' };

/** An error text without its newline. */
export function failure(exit: number, text: string): AdminResult {
  return { exit, stdout: '', stderr: `${text}\n` };
}

/** How iproute2 reports what the kernel refused. */
export function netlinkResult(errno: Errno): AdminResult {
  return errno === '' ? DONE : failure(2, `RTNETLINK answers: ${errorText(errno)}`);
}

export function noDevice(name: string): AdminResult {
  return failure(1, `Cannot find device "${name}"`);
}

/** What iproute2 says when a key has no value (its NEXT_ARG). */
export const INCOMPLETE: AdminResult = failure(255, 'Command line is not complete. Try option "help"');

/** For what the real tool knows and Dockwire does not have. */
export function notSupported(what: string, supported: string): AdminResult {
  return failure(127, `${what}: not supported by Dockwire; supported: ${supported}`);
}

/** What iproute2 says of a word where a key or nothing should stand. */
export function garbage(key: string, text: string): AdminResult {
  return failure(255, `Error: either "${key}" is duplicate, or "${text}" is a garbage.`);
}
