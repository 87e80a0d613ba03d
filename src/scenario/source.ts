/**
 * Reads the text of a scenario: bytes → YAML → a tree in which every key and value knows its line and column. All that
 * is wrong with the file as a text ends here: too big, not text, not YAML, several documents, nothing in it.
 */
import type { Document, ErrorCode } from 'yaml';
import { Composer, Lexer, LineCounter, Parser, visit } from 'yaml';
import type { Position } from './diagnostics.ts';
import { DiagnosticList, ScenarioError } from './diagnostics.ts';
import { positionInScalar } from './scalar-position.ts';
import type { SourceMap, SourceScalar } from './source-node.ts';
import { DEPTH_MAX, TreeBuilder } from './source-node.ts';
import { plainYamlError } from './yaml-error.ts';

export const FILE_BYTES_MAX = 8 * 1024 * 1024;

/** The parser would go on after these, with a value that the author did not mean. */
const GRAVE_WARNINGS: readonly ErrorCode[] = [
  'TAG_RESOLVE_FAILED',
  'BAD_COLLECTION_TYPE',
  'BAD_ALIAS',
  'BAD_DIRECTIVE',
];

const START: Position = { line: 1, col: 1 };
const REPLACEMENT_CHARACTER = '\ufffd';

/** A file that is YAML with a mapping at the top. */
export interface Source {
  readonly file: string;
  readonly text: string;
  readonly root: SourceMap;
  /** Holds the duplicate keys that were found; who reads on adds to it. */
  readonly diagnostics: DiagnosticList;
  /** See `positionInScalar`. */
  readonly positionInScalar: (scalar: SourceScalar, line: number, col: number) => Position;
}

/**
 * Reads the bytes of `file`. Throws a ScenarioError when they are no YAML mapping; of YAML's own complaints only the
 * first, because the others follow from it.
 */
export function readSource(file: string, bytes: Uint8Array): Source {
  if (bytes.length > FILE_BYTES_MAX) {
    refuse(file, START, `the file has ${bytes.length} bytes; expected at most ${FILE_BYTES_MAX} (8 MiB)`);
  }
  const text = decode(file, bytes);
  const lineCounter = new LineCounter();
  const document = parseOne(file, text, lineCounter);
  const diagnostics = new DiagnosticList(file);
  const root = new TreeBuilder(lineCounter, diagnostics).build(document.contents, START);
  if (root.kind === 'scalar' && root.value === null) {
    refuse(file, START, 'the file is empty; expected a scenario, which begins with `hosts:`');
  }
  if (root.kind !== 'map') {
    refuse(
      file,
      root,
      `the file is ${root.kind === 'list' ? 'a list' : 'a plain text'}; expected a mapping with \`hosts:\``,
    );
  }
  return {
    file,
    text,
    root,
    diagnostics,
    positionInScalar: (scalar, line, col) => positionInScalar(text, scalar, line, col),
  };
}

function refuse(file: string, at: Position, message: string): never {
  throw new ScenarioError([{ file, line: at.line, col: at.col, message }]);
}

/** UTF-8 without control characters; a byte order mark is cut. */
function decode(file: string, bytes: Uint8Array): string {
  const text = new TextDecoder('utf-8').decode(bytes);
  const control = text.search(/[^\P{Cc}\t\n\r\u0085]/u);
  const invalid = firstInvalid(text, bytes);
  if (invalid >= 0 && (control < 0 || invalid < control)) {
    refuse(file, positionIn(text, invalid), 'the file is not UTF-8; expected YAML as text');
  }
  if (control >= 0) {
    const code = text.charCodeAt(control).toString(16).toUpperCase().padStart(4, '0');
    refuse(file, positionIn(text, control), `the file holds the control character U+${code}; expected YAML as text`);
  }
  return text;
}

/** The index of the first replacement character that is not written in the bytes themselves, or -1. */
function firstInvalid(text: string, bytes: Uint8Array): number {
  const encoder = new TextEncoder();
  // the decoder has cut the byte order mark, EF BB BF
  let byte = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  let done = 0;
  for (let at = text.indexOf(REPLACEMENT_CHARACTER); at >= 0; at = text.indexOf(REPLACEMENT_CHARACTER, done)) {
    byte += encoder.encode(text.slice(done, at)).length;
    const isWritten = bytes[byte] === 0xef && bytes[byte + 1] === 0xbf && bytes[byte + 2] === 0xbd;
    if (!isWritten) return at;
    byte += 3;
    done = at + 1;
  }
  return -1;
}

function positionIn(text: string, index: number): Position {
  const before = text.slice(0, index).split('\n');
  return { line: before.length, col: before.at(-1)!.length + 1 };
}

/** The one document of the text, without errors. */
function parseOne(file: string, text: string, lineCounter: LineCounter): Document.Parsed {
  lineCounter.addNewLine(0);
  // keys are compared by the tree builder: the composer would do it in quadratic time
  const composer = new Composer({ lineCounter, uniqueKeys: false, prettyErrors: false, logLevel: 'silent' });
  let document: Document.Parsed | undefined;
  for (const next of composer.compose(tokens(file, text, lineCounter), true, text.length)) {
    if (document !== undefined) {
      const at = lineCounter.linePos(next.range[0]);
      refuse(file, at, 'a second document begins here; expected one scenario in a file');
    }
    document = next;
    const warnings = next.warnings.filter((warning) => GRAVE_WARNINGS.includes(warning.code));
    const error = [...next.errors, ...warnings].sort((a, b) => a.pos[0] - b.pos[0])[0];
    if (error === undefined) continue;
    const offset = openQuote(next, error.message) ?? error.pos[0];
    refuse(file, lineCounter.linePos(offset), plainYamlError(error.code, error.message));
  }
  if (document === undefined) refuse(file, START, 'the file is empty; expected a scenario, which begins with `hosts:`');
  return document;
}

/** Where a text without its closing quote begins: the parser names its end, which is the end of the file. */
function openQuote(document: Document.Parsed, message: string): number | undefined {
  let start: number | undefined;
  if (!message.startsWith('Missing closing')) return undefined;
  visit(document, {
    Scalar: (_key, scalar) => {
      if (scalar.type?.startsWith('QUOTE') === true) start = scalar.range?.[0] ?? start;
    },
  });
  return start;
}

/**
 * The tokens of the text. The composer calls itself for each level of nesting, so the depth is bounded here, where it
 * is only the height of a stack.
 */
function* tokens(file: string, text: string, lineCounter: LineCounter): ReturnType<Parser['parse']> {
  const parser = new Parser(lineCounter.addNewLine);
  let offset = 0;
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    if (parser.stack.length > 2 * DEPTH_MAX) {
      refuse(file, lineCounter.linePos(offset), `the file is nested too deeply; expected at most ${DEPTH_MAX} levels`);
    }
    offset += lexeme.length;
  }
  yield* parser.end();
}
