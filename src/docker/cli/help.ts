/**
 * What help looks like in Docker's client 20.10. Twin of docker/cli's cli/cobra.go (the template) and of pflag's
 * FlagUsagesWrapped (the list of options, 80 columns wide).
 */
import type { Flags } from './flags.ts';
import type { Option } from './options.ts';

const COLUMNS = 79;
/** The last line may be so much longer to save a line with one short word. */
const WRAP_SLOP = 5;
/** With less room the text is not wrapped in a column of its own. */
const WRAP_WIDTH_MIN = 24;
const NARROW_INDENT = 16;

/** The value that an option of one of docker/cli's own types has when it is not given. */
const DEFAULTS = new Map<string, string>([
  ['list', ''],
  ['filter', ''],
  ['mount', ''],
  ['gpu-request', ''],
  ['decimal', ''],
  ['bytes', '0'],
]);

/**
 * A list of options as help shows it, without a newline at its end; those that are hidden are left out. Help shows the
 * default of these types only when another value has been `given`, because it does not know which is the zero value.
 */
export function optionsHelp(options: readonly Option[], given: Pick<Flags, 'texts'> | null = null): string {
  const shown = options.filter((each) => !each.isHidden).sort((left, right) => (left.long < right.long ? -1 : 1));
  const heads = shown.map(optionHead);
  const indent = Math.max(...heads.map((head) => head.length)) + 3;
  const lines = shown.map((each, index) => {
    return heads[index]!.padEnd(indent) + wrap(`${each.help}${defaultNote(each, given)}`, indent);
  });
  return lines.join('\n').trimEnd();
}

function defaultNote(option: Option, given: Pick<Flags, 'texts'> | null): string {
  const byDefault = DEFAULTS.get(option.type);
  const value = given?.texts(option.long).at(-1);
  if (byDefault === undefined || value === undefined || option.help.includes('(default ')) return '';
  const isZero = ['bytes', 'decimal'].includes(option.type) && /^[+-]?0*\.?0*[a-zA-Z]*$/.test(value);
  return isZero ? '' : ` (default ${byDefault})`;
}

function optionHead(option: Option): string {
  const short = option.short === '' ? '      ' : `  -${option.short}, `;
  return `${short}--${option.long}${option.type === '' ? '' : ` ${option.type}`}`;
}

/** Twin of pflag's wrap; all lines but the first are indented. */
function wrap(text: string, indent: number): string {
  const isNarrow = COLUMNS - indent < WRAP_WIDTH_MIN;
  const margin = `\n${' '.repeat(isNarrow ? NARROW_INDENT : indent)}`;
  const width = COLUMNS - (isNarrow ? NARROW_INDENT : indent) - WRAP_SLOP;
  const lines: string[] = [];
  for (let rest: string | null = text; rest !== null;) {
    const length = wrapLength(rest, width);
    lines.push(rest.slice(0, length).replaceAll('\n', margin));
    rest = length < rest.length - 1 ? rest.slice(length + 1) : null;
  }
  return (isNarrow ? margin : '') + lines.join(margin);
}

/** How much of the text goes on the next line (pflag's wrapN); the blank behind it is dropped. */
function wrapLength(text: string, width: number): number {
  if (width + WRAP_SLOP > text.length) return text.length;
  const room = text.slice(0, width);
  const blank = Math.max(room.lastIndexOf(' '), room.lastIndexOf('\t'), room.lastIndexOf('\n'));
  if (blank <= 0) return text.length;
  const newline = room.lastIndexOf('\n');
  return newline > 0 && newline < blank ? newline : blank;
}
