/** tr: characters of one set become those of another, or go away, or stand once instead of many times. */
import { eachPiece } from './sources.ts';
import { textTool } from './tool.ts';
import type { Body, ToolCall } from './tool.ts';
import { CHARACTER_COUNT, SetError, codesOf, parseSet, sizeOf } from './tr-sets.ts';
import type { SetPart } from './tr-sets.ts';

/** What is done to each character. */
interface Translation {
  /** Null: it stays. */
  readonly deletes: ((code: number) => boolean) | null;
  readonly maps: ((code: number) => number) | null;
  readonly squeezes: ((code: number) => boolean) | null;
}

function operandsOf(call: ToolCall): readonly [string, string | undefined] {
  const [first, second, extra] = call.operands;
  const [deletes, squeezes] = [call.has('d'), call.has('s')];
  if (first === undefined) throw call.misuse('missing operand');
  if (call.isBusybox) return [first, second];
  const isOneEnough = deletes !== squeezes;
  if (second === undefined && !isOneEnough) {
    const what = deletes ? 'both deleting and squeezing repeats' : 'translating';
    throw call.misuse(`missing operand after '${first}'\nTwo strings must be given when ${what}.`);
  }
  if (deletes && !squeezes && second !== undefined) {
    const reason = extra === undefined ? '\nOnly one string may be given when deleting without squeezing repeats.' : '';
    throw call.misuse(`extra operand '${second}'${reason}`);
  }
  if (extra !== undefined) throw call.misuse(`extra operand '${extra}'`);
  return [first, second];
}

function setOf(call: ToolCall, text: string): SetPart[] {
  const backslashes = /\\*$/.exec(text)![0].length;
  if (backslashes % 2 === 1 && !call.isBusybox) {
    call.complain('warning: an unescaped backslash at end of string is not portable');
  }
  try {
    return parseSet(text, !call.isBusybox);
  } catch (error) {
    if (error instanceof SetError) throw call.failure(error.message);
    throw error;
  }
}

/** Where the parts of these two classes begin. */
function casePlaces(parts: readonly SetPart[]): number[] {
  const places: number[] = [];
  let at = 0;
  for (const part of parts) {
    if (part.kind === 'class' && (part.name === 'upper' || part.name === 'lower')) places.push(at);
    at += sizeOf(part);
  }
  return places;
}

/** GNU tr.c, validate(). */
function validate(call: ToolCall, first: readonly SetPart[], second: readonly SetPart[] | null): void {
  if (call.isBusybox) return;
  const isOpen = (part: SetPart): boolean => part.kind === 'repeat' && part.count === null;
  if (first.some(isOpen)) {
    throw call.failure('the [c*] repeat construct may not appear in string1');
  }
  if (second === null) return;
  if (second.filter(isOpen).length > 1) throw call.failure('only one [c*] repeat construct may appear in string2');
  if (call.has('d')) {
    if (second.some(isOpen)) {
      throw call.failure('the [c*] construct may appear in string2 only when translating');
    }
    return;
  }
  if (second.some(({ kind }) => kind === 'equivalence')) {
    throw call.failure('[=c=] expressions may not appear in string2 when translating');
  }
  if (second.some((part) => part.kind === 'class' && part.name !== 'upper' && part.name !== 'lower')) {
    throw call.failure(
      "when translating, the only character classes that may appear in\nstring2 are 'upper' and 'lower'",
    );
  }
  validateLengths(call, first, second);
}

function validateLengths(call: ToolCall, first: readonly SetPart[], second: readonly SetPart[]): void {
  const places = casePlaces(first);
  const isComplement = isComplemented(call);
  if (!isComplement && casePlaces(second).some((place) => !places.includes(place))) {
    throw call.failure('misaligned [:upper:] and/or [:lower:] construct');
  }
  const inFirst = codesOf(first, 0).length;
  const firstLength = isComplement ? CHARACTER_COUNT - new Set(codesOf(first, 0)).size : inFirst;
  const secondLength = codesOf(second, firstLength).length;
  if (firstLength > secondLength && !call.has('t')) {
    if (secondLength === 0) throw call.failure('when not truncating set1, string2 must be non-empty');
    if (second.at(-1)!.kind === 'class') {
      throw call.failure(
        'when translating with string1 longer than string2,\nthe latter string must not end with a character class',
      );
    }
  }
  const isOne = new Set(codesOf(second, firstLength)).size === 1;
  if (isComplement && first.some(({ kind }) => kind === 'class') && !isOne) {
    throw call.failure(
      'when translating with complemented character classes,\nstring2 must map all characters in the domain to one',
    );
  }
}

function isComplemented(call: ToolCall): boolean {
  return call.has('c') || call.has('C');
}

function mapOf(call: ToolCall, first: readonly SetPart[], second: readonly SetPart[]): (code: number) => number {
  const from = codesOf(first, 0);
  const to = codesOf(second, isComplemented(call) ? CHARACTER_COUNT : from.length);
  if (to.length === 0) return (code) => code;
  if (isComplemented(call)) {
    const kept = new Set(from);
    return (code) => {
      if (kept.has(code)) return code;
      // Its place among all characters that are not in the set.
      const place = code - [...kept].filter((other) => other < code).length;
      return place < to.length || !call.has('t') ? to[Math.min(place, to.length - 1)]! : code;
    };
  }
  const map = new Map<number, number>();
  from.forEach((code, i) => {
    if (i < to.length || !call.has('t')) map.set(code, to[Math.min(i, to.length - 1)]!);
  });
  return (code) => map.get(code) ?? code;
}

function memberOf(parts: readonly SetPart[], isComplement: boolean): (code: number) => boolean {
  const codes = new Set(codesOf(parts, 0));
  return (code) => codes.has(code) !== isComplement;
}

function translationOf(call: ToolCall): Translation {
  const [firstText, secondText] = operandsOf(call);
  const first = setOf(call, firstText);
  const second = secondText === undefined ? null : setOf(call, secondText);
  const [deletes, squeezes] = [call.has('d'), call.has('s')];
  validate(call, first, second);
  const isTranslating = second !== null && !deletes;
  const squeezed = second === null ? memberOf(first, isComplemented(call)) : squeezedOf(second);
  return {
    deletes: deletes ? memberOf(first, isComplemented(call)) : null,
    maps: isTranslating ? mapOf(call, first, second) : null,
    squeezes: squeezes ? squeezed : null,
  };
}

/** A repetition without an end stands for its character. */
function squeezedOf(second: readonly SetPart[]): (code: number) => boolean {
  return memberOf(
    second.map((part) => (part.kind === 'repeat' ? { ...part, count: part.count ?? 1 } : part)),
    false,
  );
}

function* run(call: ToolCall): Body {
  const { deletes, maps, squeezes } = translationOf(call);
  let last = -1;
  yield* eachPiece(call.proc, '-', (piece) => {
    let text = '';
    for (const char of piece) {
      const given = char.codePointAt(0)!;
      if (deletes?.(given) === true) continue;
      const code = maps === null ? given : maps(given);
      if (code === last && squeezes?.(code) === true) continue;
      last = code;
      text += String.fromCodePoint(code);
    }
    call.proc.write(text);
    return true;
  });
  return 0;
}

/** tr of the GNU core utilities and of busybox. */
export const TR = textTool({
  name: 'tr',
  gnu: {
    options: {
      letters: 'cCdst',
      long: { complement: 'c', delete: 'd', 'squeeze-repeats': 's', 'truncate-set1': 't' },
      stopsAtOperand: true,
    },
  },
  busybox: {
    options: { letters: 'cCds', stopsAtOperand: true },
    usage: `Usage: tr [-cds] STRING1 [STRING2]

Translate, squeeze, or delete characters from stdin, writing to stdout

	-c	Take complement of STRING1
	-d	Delete input characters coded STRING1
	-s	Squeeze multiple output characters of STRING2 into one character`,
  },
  run,
});
