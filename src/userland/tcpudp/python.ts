/** How Python 3 says what went wrong: exceptions of the socket module, numbers, sequences that are too short. */
import type { Errno } from '../../kernel/errno.ts';
import { errnoNumber, errorText } from '../../kernel/errno.ts';

/** An exception of Python that a program may catch; it prints `repr(e)` or `str(e)` of it. */
export interface PythonError {
  readonly type: string;
  /** str(e) */
  readonly text: string;
  /** repr(e) */
  readonly repr: string;
}

/** An exception that nobody catches. The real one's traceback is cut down to its last line. */
export class UncaughtError extends Error {
  constructor(type: string, text: string) {
    super(text === '' ? type : `${type}: ${text}`);
    this.name = 'UncaughtError';
  }
}

/** Subclasses of OSError by error number (PEP 3151). */
const SUBCLASSES: Readonly<Partial<Record<Errno, string>>> = {
  ECONNREFUSED: 'ConnectionRefusedError',
  EACCES: 'PermissionError',
  EPERM: 'PermissionError',
  EAGAIN: 'BlockingIOError',
  EEXIST: 'FileExistsError',
  ENOENT: 'FileNotFoundError',
  ESRCH: 'ProcessLookupError',
};

/** The OSError of an error number. */
export function osError(errno: Errno): PythonError {
  const type = SUBCLASSES[errno] ?? 'OSError';
  const number = errnoNumber(errno);
  const text = errorText(errno);
  return { type, text: `[Errno ${number}] ${text}`, repr: `${type}(${number}, '${text}')` };
}

/** A socket with a time-out waited in vain. */
export const TIMED_OUT: PythonError = { type: 'TimeoutError', text: 'timed out', repr: "TimeoutError('timed out')" };

/** Ends the program unless the system call succeeded. */
export function raiseUnlessOk(errno: Errno): void {
  if (errno !== '') raise(osError(errno));
}

export function raise(error: PythonError): never {
  throw new UncaughtError(error.type, error.text);
}

/** `list[index]` */
export function itemAt(list: readonly string[], index: number): string {
  const item = list[index];
  if (item === undefined) throw new UncaughtError('IndexError', 'list index out of range');
  return item;
}

/** `int(text)` */
export function pythonInt(text: string): number {
  if (!/^\s*[+-]?\d+(_\d+)*\s*$/.test(text)) {
    throw new UncaughtError('ValueError', `invalid literal for int() with base 10: '${text}'`);
  }
  return Number(text.replaceAll('_', ''));
}

/** A port as the socket module takes it; `call` is the method's name. */
export function checkPort(port: number, call: string): void {
  if (port < 0 || port > 65_535) throw new UncaughtError('OverflowError', `${call}(): port must be 0-65535.`);
}
