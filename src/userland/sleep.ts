/**
 * sleep, of the GNU core utilities and of busybox: both add up their operands and take fractions and `s`, `m`, `h`,
 * `d`.
 */
import type { CheckMistake, ProgramEntry } from '../kernel/proc/program-registry.ts';
import type { Process } from '../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../kernel/proc/wait.ts';
import { HOUR, MINUTE, SECOND } from '../sim/units.ts';
import { BUSYBOX_BANNER } from './busybox-usage.ts';
import { strtod } from './number-text.ts';

const UNITS: Readonly<Record<string, number>> = { '': SECOND, s: SECOND, m: MINUTE, h: HOUR, d: 24 * HOUR };

/** Reads `1.5`, `2m`, `infinity` (GNU only) as ns; undefined if it is none. */
export function parseSleepTime(text: string): number | undefined {
  const { value, rest } = strtod(text);
  const unit = UNITS[rest];
  return unit === undefined || !(value >= 0) ? undefined : Math.round(value * unit);
}

function* sleepFor(proc: Process, totalNs: number): Generator<Wait, number, WakeReason> {
  // Beyond the range of exact nanoseconds, 104 days, a sleep has no end that a run could see.
  const untilNs = totalNs > Number.MAX_SAFE_INTEGER / 2 ? Infinity : proc.now + totalNs;
  while (proc.now < untilNs) yield proc.waitFor([], untilNs);
  return 0;
}

function* gnuSleep(proc: Process): Generator<Wait, number, WakeReason> {
  const operands = proc.argv.slice(1).filter((arg) => arg !== '--');
  const help = "Try 'sleep --help' for more information.\n";
  if (operands.length === 0) {
    proc.writeError(`sleep: missing operand\n${help}`);
    return 1;
  }
  const option = operands.find((operand) => /^-./.test(operand));
  if (option !== undefined) {
    const isLong = option.startsWith('--');
    proc.writeError(
      isLong
        ? `sleep: unrecognized option '${option}'\n${help}`
        : `sleep: invalid option -- '${option.charAt(1)}'\n${help}`,
    );
    return 1;
  }
  const bad = operands.filter((operand) => parseSleepTime(operand) === undefined);
  if (bad.length > 0) {
    proc.writeError(bad.map((operand) => `sleep: invalid time interval '${operand}'\n`).join('') + help);
    return 1;
  }
  return yield* sleepFor(proc, totalOf(operands));
}

const BUSYBOX_USAGE = `${BUSYBOX_BANNER}

Usage: sleep [N]...

Pause for a time equal to the total of the args given, where each arg can
have an optional suffix of (s)econds, (m)inutes, (h)ours, or (d)ays
`;

function* busyboxSleep(proc: Process): Generator<Wait, number, WakeReason> {
  const operands = proc.argv.slice(1).filter((arg) => arg !== '--');
  if (operands.length === 0) {
    proc.writeError(BUSYBOX_USAGE);
    return 1;
  }
  const bad = operands.find((operand) => parseSleepTime(operand) === undefined || !/^[\d.]+[smhd]?$/.test(operand));
  if (bad !== undefined) {
    proc.writeError(`sleep: invalid number '${bad}'\n`);
    return 1;
  }
  return yield* sleepFor(proc, totalOf(operands));
}

function totalOf(operands: readonly string[]): number {
  return operands.reduce((sum, operand) => sum + parseSleepTime(operand)!, 0);
}

/** `--help` and `--version` are what Dockwire lacks of it. */
function checkSleep(args: readonly string[]): CheckMistake | undefined {
  const argIndex = args.findIndex((arg) => arg === '--help' || arg === '--version');
  return argIndex < 0 ? undefined : { argIndex, message: `option ${args[argIndex]!} is not supported by Dockwire` };
}

export const GNU_SLEEP: ProgramEntry = { name: 'sleep', run: gnuSleep, check: checkSleep };
export const BUSYBOX_SLEEP: ProgramEntry = { name: 'sleep', run: busyboxSleep, check: checkSleep };
