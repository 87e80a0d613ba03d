/** How Python 3 says what went wrong: exceptions of the socket module, numbers, sequences that are too short. */
import type { Ip4 } from '../../base/addr.ts';
import { formatIp4 } from '../../base/addr.ts';
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

/** socket.gaierror: a name that is nobody's. */
export class GaiError extends UncaughtError {
  /** What a program has that catches OSError. */
  readonly caught: PythonError;

  constructor(reason: string) {
    const number = reason.startsWith('Temporary') ? -3 : -2;
    super('socket.gaierror', `[Errno ${number}] ${reason}`);
    this.caught = { type: 'gaierror', text: `[Errno ${number}] ${reason}`, repr: `gaierror(${number}, '${reason}')` };
  }
}

/** Subclasses of OSError by error number (PEP 3151). */
const SUBCLASSES: Readonly<Partial<Record<Errno, string>>> = {
  ECONNREFUSED: 'ConnectionRefusedError',
  ECONNRESET: 'ConnectionResetError',
  ECONNABORTED: 'ConnectionAbortedError',
  EPIPE: 'BrokenPipeError',
  ETIMEDOUT: 'TimeoutError',
  EACCES: 'PermissionError',
  EPERM: 'PermissionError',
  EAGAIN: 'BlockingIOError',
  EALREADY: 'BlockingIOError',
  EINPROGRESS: 'BlockingIOError',
  EISDIR: 'IsADirectoryError',
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

/** `float(text)` */
export function pythonFloat(text: string): number {
  if (!/^\s*[+-]?(\d+(_\d+)*\.?(\d+(_\d+)*)?|\.\d+(_\d+)*)(e[+-]?\d+)?\s*$/i.test(text)) {
    throw new UncaughtError('ValueError', `could not convert string to float: '${text}'`);
  }
  return Number(text.replaceAll('_', ''));
}

const BYTE_ESCAPES: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r', '\\': '\\\\' };

/** `repr(bytes)` */
export function pythonBytes(bytes: Uint8Array): string {
  const characters = Array.from(bytes, (byte) => String.fromCharCode(byte));
  const quote = characters.includes("'") && !characters.includes('"') ? '"' : "'";
  const shown = characters.map((character, i) => {
    const byte = bytes[i]!;
    if (character === quote) return `\\${quote}`;
    if (byte >= 0x20 && byte < 0x7f) return BYTE_ESCAPES[character] ?? character;
    return BYTE_ESCAPES[character] ?? `\\x${byte.toString(16).padStart(2, '0')}`;
  });
  return `b${quote}${shown.join('')}${quote}`;
}

/** A socket address as Python prints it. */
export function peerText(address: Ip4, port: number): string {
  return `('${formatIp4(address)}', ${port})`;
}

/** A port as the socket module takes it; `call` is the method's name. */
export function checkPort(port: number, call: string): void {
  if (port < 0 || port > 65_535) throw new UncaughtError('OverflowError', `${call}(): port must be 0-65535.`);
}
