/** Which options conntrack(8) takes with which command (conntrack.c: commands_v_options). */

/** By their letters; `h` and `V` count as commands. */
export type CtCommand = 'L' | 'I' | 'U' | 'D' | 'G' | 'F' | 'E' | 'C' | 'S' | 'A' | 'V' | 'h';

export const COMMANDS: readonly (readonly [letter: CtCommand, name: string])[] = [
  ['L', 'dump'],
  ['I', 'create'],
  ['D', 'delete'],
  ['U', 'update'],
  ['G', 'get'],
  ['F', 'flush'],
  ['E', 'event'],
  ['C', 'counter'],
  ['S', 'stats'],
  ['A', 'add'],
  ['V', 'version'],
  ['h', 'help'],
];

/** In the order in which they are looked at. */
export const OPTION_NAMES = [
  ['src', 's'],
  ['dst', 'd'],
  ['reply-src', 'r'],
  ['reply-dst', 'q'],
  ['protonum', 'p'],
  ['timeout', 't'],
  ['status', 'u'],
  ['zero', 'z'],
  ['event-mask', 'e'],
  ['tuple-src', '['],
  ['tuple-dst', ']'],
  ['mask-src', '{'],
  ['mask-dst', '}'],
  ['mark', 'm'],
  ['id', 'i'],
  ['family', 'f'],
  ['src-nat', 'n'],
  ['dst-nat', 'g'],
  ['output', 'o'],
  ['secmark', 'c'],
  ['buffer-size', 'b'],
  ['any-nat', 'j'],
  ['zone', 'w'],
  ['orig-zone', '('],
  ['reply-zone', ')'],
] as const;

export type OptionName = (typeof OPTION_NAMES)[number][0];

const NONE = '0'.repeat(OPTION_NAMES.length);
const CREATE = '3333112000000200220000222';

/** For each option: 0 it must not be there, 1 it must, 2 it may, 3 one direction must be there as a whole. */
export const COMMAND_OPTIONS: Readonly<Record<Exclude<CtCommand, 'V' | 'h'>, string>> = {
  L: '2222202200022202222202222',
  I: CREATE,
  A: CREATE,
  U: '2222222000022222222000000',
  D: '2222222000022222222000222',
  G: '3333100000000020002000000',
  F: NONE.slice(0, 15) + '2' + NONE.slice(16),
  E: '2222200020022202222222222',
  C: NONE,
  S: NONE,
};
