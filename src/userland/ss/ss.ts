/** `ss` of iproute2 6.1, for TCP, UDP and raw sockets. */
import type { CheckMistake, ProgramEntry } from '../../kernel/proc/program-registry.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import type { SocketKind } from '../../kernel/show/ss.ts';
import { showSockets, showSocketSummary } from '../../kernel/show/ss.ts';
import { getopt, lackingOption, unknownOption } from '../getopt.ts';
import { giveUp } from '../tool-error.ts';
import { reportUnsupported } from '../unsupported.ts';
import { ALL_STATES, CONNECTED, LackingFilter, readSsFilter } from './filter.ts';
import { SS_USAGE } from './usage.ts';

const LETTERS = 'hVnralBoetuwxdSM460spTbEf:miA:D:F:vzZN:KHO';
const LACKING = 'BexdSM60TbEfADFzZNK';
const SUPPORTED: readonly string[] = Array.from('4HOVahilmnoprstuw', (letter) => `-${letter}`);
const EXIT_USAGE = 255;

const LONG_NAMES: Readonly<Record<string, string>> = {
  '--help': '-h',
  '--version': '-V',
  '--numeric': '-n',
  '--resolve': '-r',
  '--all': '-a',
  '--listening': '-l',
  '--options': '-o',
  '--extended': '-e',
  '--memory': '-m',
  '--processes': '-p',
  '--info': '-i',
  '--summary': '-s',
  '--ipv4': '-4',
  '--ipv6': '-6',
  '--packet': '-0',
  '--tcp': '-t',
  '--udp': '-u',
  '--raw': '-w',
  '--unix': '-x',
  '--no-header': '-H',
  '--oneline': '-O',
};

/** Long names as the letters that they stand for. */
function shortened(args: readonly string[]): string[] {
  return args.map((arg) => LONG_NAMES[arg] ?? arg);
}

function checkSs(args: readonly string[]): CheckMistake | undefined {
  return lackingOption(shortened(args), LETTERS, LACKING);
}

function refuseSs(args: readonly string[]): CheckMistake | undefined {
  const short = shortened(args);
  const argIndex = short.findIndex((arg) => arg.startsWith('--') && arg !== '--');
  if (argIndex >= 0) return { argIndex, message: `unrecognized option '${args[argIndex]!}'` };
  return unknownOption(short, LETTERS);
}

function* runSs(proc: Process): Generator<Wait, number, WakeReason> {
  const args = proc.argv.slice(1);
  const slip = refuseSs(args);
  if (slip !== undefined) {
    proc.writeError(`ss: ${slip.message}\n${SS_USAGE}`);
    return EXIT_USAGE;
  }
  const lack = checkSs(args);
  if (lack !== undefined) return reportUnsupported(proc, `ss ${args[lack.argIndex]!}`, SUPPORTED);
  const { options, operands, error } = getopt(shortened(args), LETTERS);
  if (error !== null) {
    proc.writeError(`ss: ${error.message}\n${SS_USAGE}`);
    return EXIT_USAGE;
  }
  const letters = new Set(options.map(({ letter }) => letter));
  const words = operands.map(({ text }) => text);
  try {
    return show(proc, letters, words);
  } catch (thrown) {
    if (thrown instanceof LackingFilter) return reportUnsupported(proc, `ss … ${thrown.word}`, SUPPORTED);
    return giveUp(proc, thrown);
  }
}

function show(proc: Process, letters: ReadonlySet<string>, words: readonly string[]): number {
  if (letters.has('h')) proc.write(SS_USAGE);
  else if (letters.has('V') || letters.has('v')) proc.write('ss utility, iproute2-6.1.0\n');
  else if (letters.has('s')) proc.write(showSocketSummary(proc.ns));
  else return showTable(proc, letters, words);
  return 0;
}

const KIND_LETTERS: readonly (readonly [string, SocketKind])[] = [
  ['w', 'raw'],
  ['u', 'udp'],
  ['t', 'tcp'],
];

function showTable(proc: Process, letters: ReadonlySet<string>, words: readonly string[]): number {
  const kinds = KIND_LETTERS.filter(([letter]) => letters.has(letter)).map(([, kind]) => kind);
  // Without a kind it would show those of local sockets and of the kernel's own, too.
  if (kinds.length === 0) return reportUnsupported(proc, 'ss without -t, -u or -w', SUPPORTED);
  const filter = readSsFilter(words);
  const isAll = letters.has('a');
  const isListening = letters.has('l') && !isAll;
  const usual = isAll ? ALL_STATES : isListening ? (['LISTEN', 'UNCONN'] as const) : CONNECTED;
  const isOneState = filter.states === null ? !isAll && !isListening && !kinds.includes('tcp') : filter.isOneState;
  proc.write(
    showSockets(proc.ns, {
      kinds,
      states: new Set(filter.states ?? usual),
      showsState: !isOneState,
      isNumeric: letters.has('n'),
      showsProcess: letters.has('p'),
      showsMemory: letters.has('m'),
      showsTimer: letters.has('o'),
      showsInfo: letters.has('i'),
      hasHeader: !letters.has('H'),
      isOneLine: letters.has('O'),
      filter: filter.matches,
    }),
  );
  return 0;
}

export const SS: ProgramEntry = { name: 'ss', run: runSs, check: checkSs, refusal: refuseSs };
