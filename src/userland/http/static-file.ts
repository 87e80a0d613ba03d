/** What servers of files decide about a request: which file a target means, and which part of it is wanted. */

/** The path that a target asks for, decoded and without `.` and `..`; null for one that means nothing or leads out. */
export function targetPath(target: string): string | null {
  const text = target.replace(/^http:\/\/[^/?#]*/, '').split(/[?#]/, 1)[0]!;
  if (!text.startsWith('/')) return text === '' && target !== '' ? '/' : null;
  const decoded = percentDecode(text);
  if (decoded === null || decoded.includes('\0')) return null;
  const parts: string[] = [];
  for (const part of decoded.split('/')) {
    if (part === '..' && parts.pop() === undefined) return null;
    if (part !== '..' && part !== '.' && part !== '') parts.push(part);
  }
  const isFolder = /(?:^|\/)(?:\.{0,2})$/.test(decoded);
  return parts.length === 0 ? '/' : `/${parts.join('/')}${isFolder ? '/' : ''}`;
}

/** Undoes `%41`; null for a per cent sign without two digits. */
export function percentDecode(text: string): string | null {
  if (/%(?![0-9a-fA-F]{2})/.test(text)) return null;
  return text.replace(/%(..)/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)));
}

/** A part of a file: from the first byte to before the last. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/**
 * The one range that a `Range:` field asks for of so many bytes (RFC 9110, 14). Undefined for the whole: no field, none
 * that is understood, or several ranges; null for what lies outside.
 */
export function byteRange(field: string | undefined, size: number): ByteRange | null | undefined {
  const match = /^bytes= *(\d*) *- *(\d*) *$/i.exec(field ?? '');
  if (match === null || (match[1] === '' && match[2] === '')) return undefined;
  const last = match[2] === '' ? size - 1 : Number(match[2]);
  if (match[1] === '') return last === 0 ? null : { from: Math.max(size - last, 0), to: size };
  const from = Number(match[1]);
  if (from > last && match[2] !== '') return undefined;
  return from >= size ? null : { from, to: Math.min(last + 1, size) };
}

/** Types by the ending of a name. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ['html', 'text/html'],
  ['htm', 'text/html'],
  ['css', 'text/css'],
  ['xml', 'text/xml'],
  ['gif', 'image/gif'],
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['js', 'application/javascript'],
  ['txt', 'text/plain'],
  ['png', 'image/png'],
  ['svg', 'image/svg+xml'],
  ['ico', 'image/x-icon'],
  ['json', 'application/json'],
  ['pdf', 'application/pdf'],
  ['zip', 'application/zip'],
]);

/** The media type of a file; `others` for endings that say nothing. */
export function mediaType(path: string, others: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot < 0 ? others : (TYPES.get(name.slice(dot + 1).toLowerCase()) ?? others);
}
