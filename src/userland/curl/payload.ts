/** What curl sends: the pieces of -d and its like, or the file of -T. */
import { utf8Encode } from '../../base/bytes.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { readAllInput } from '../input.ts';
import { CurlError, EXIT } from './errors.ts';
import type { CurlOptions, DataPart } from './options.ts';
import { TRY_HELP } from './options.ts';
import type { Payload } from './request.ts';

type Steps<T> = Generator<Wait, T, WakeReason>;

/** The body of the requests, and a query for the URL with -G. */
export interface Sent {
  readonly payload: Payload;
  /** Empty for none. */
  readonly query: string;
}

export function* readPayload(proc: Process, options: CurlOptions, warn: (text: string) => void): Steps<Sent> {
  const none: Payload = { kind: 'none', body: null, isJson: false };
  const upload = options.values.get('upload-file');
  if (upload !== undefined) {
    const text = upload === '-' ? yield* readAllInput(proc) : proc.readFile(upload);
    if (text === undefined) {
      proc.writeError(`curl: Can't open '${upload}'!\n${TRY_HELP}`);
      throw new CurlError(EXIT.read, 'Failed to open/read local data from file/application');
    }
    return { payload: { kind: 'upload', body: utf8Encode(text), isJson: false }, query: '' };
  }
  if (options.data.length === 0) return { payload: none, query: '' };
  const isJson = options.data.some(({ kind }) => kind === 'json');
  let text = '';
  for (const [index, part] of options.data.entries()) {
    const piece = yield* partText(proc, part, warn);
    text += (index === 0 || part.kind === 'json' ? '' : '&') + piece;
  }
  if (options.switches.get('get') === true) return { payload: none, query: text };
  return { payload: { kind: 'post', body: utf8Encode(text), isJson }, query: '' };
}

function* partText(proc: Process, { kind, text }: DataPart, warn: (text: string) => void): Steps<string> {
  if (kind === 'data-raw') return text;
  if (kind === 'data-urlencode') return yield* encodedText(proc, text, warn);
  if (!text.startsWith('@')) return text;
  const content = yield* fileText(proc, text.slice(1), warn);
  // Line ends and zeros of a file are left out, unless it is to be sent as it is.
  return kind === 'data' ? content.replace(/[\r\n\0]/g, '') : content;
}

/** `content`, `=content`, `name=content`, `@file`, `name@file`. */
function* encodedText(proc: Process, text: string, warn: (text: string) => void): Steps<string> {
  const [, name = '', mark, rest = ''] = /^([^=@]*)([=@])([^]*)$/.exec(text) ?? [];
  if (mark === undefined) return percentEncode(text);
  const content = mark === '=' ? rest : yield* fileText(proc, rest, warn);
  return (name === '' ? '' : `${name}=`) + percentEncode(content);
}

function* fileText(proc: Process, path: string, warn: (text: string) => void): Steps<string> {
  const text = path === '-' ? yield* readAllInput(proc) : proc.readFile(path);
  if (text !== undefined) return text;
  warn(`Couldn't read data from file "${path}", this makes an empty POST.`);
  return '';
}

function percentEncode(text: string): string {
  let encoded = '';
  for (const byte of utf8Encode(text)) {
    const character = String.fromCharCode(byte);
    const isPlain = /[A-Za-z0-9._~-]/.test(character);
    encoded += isPlain ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}
