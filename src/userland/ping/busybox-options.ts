/** The command line of busybox ping (networking/ping.c of busybox 1.35). */
import type { CheckMistake } from '../../kernel/proc/program-registry.ts';
import { SECOND } from '../../sim/units.ts';
import { getopt, lackingOption, unknownOption } from '../getopt.ts';
import { ToolError } from '../tool-error.ts';
import { BUSYBOX_PING_USAGE } from './usage.ts';

export interface BusyboxPingOptions {
  /** 0 = no limit, here and for the deadline. */
  count: number;
  size: number;
  intervalNs: number;
  isAdaptive: boolean;
  ttl: number;
  /** A device or an address; '' = none. */
  source: string;
  timeoutSeconds: number;
  deadlineSeconds: number;
  isQuiet: boolean;
  patternByte: number;
  readonly destination: string;
}

/** `-n` and `-v` are taken and do nothing. */
const LETTERS = '46c:s:i:At:I:W:w:qp:nv';
const LACKING = '6';
export const BUSYBOX_PING_SUPPORTED = Array.from('4AcIinpqstvWw', (letter) => `-${letter}`);

const UINT_MAX = 4_294_967_295;
const INT_MAX = 2_147_483_647;
const DURATION = /^(\d+(?:\.\d*)?|\.\d+)([smhd]?)$/;
const UNIT_SECONDS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };

/** The first option that busybox has and this one lacks. */
export function checkBusyboxPing(args: readonly string[]): CheckMistake | undefined {
  return lackingOption(args, LETTERS, LACKING);
}

/** An option that busybox does not have either. */
export function refuseBusyboxPing(args: readonly string[]): CheckMistake | undefined {
  return unknownOption(args, LETTERS);
}

/** Reads the arguments; throws a ToolError where busybox gives up. */
export function readBusyboxOptions(args: readonly string[]): BusyboxPingOptions {
  const { options: given, operands, error } = getopt(args, LETTERS);
  if (error !== null) throw new ToolError(`ping: ${error.message}\n${BUSYBOX_PING_USAGE}`, 1);
  if (operands.length !== 1) throw new ToolError(BUSYBOX_PING_USAGE, 1);
  const options: BusyboxPingOptions = {
    count: 0,
    size: 56,
    intervalNs: SECOND,
    isAdaptive: false,
    ttl: 0,
    source: '',
    timeoutSeconds: 10,
    deadlineSeconds: 0,
    isQuiet: false,
    patternByte: 0,
    destination: operands[0]!.text,
  };
  for (const { letter, value } of given) readOption(options, letter, value);
  return options;
}

function readOption(options: BusyboxPingOptions, letter: string, value: string): void {
  if (letter === 'c') options.count = unsigned(value, UINT_MAX);
  else if (letter === 's') options.size = unsigned(value, 65_535);
  else if (letter === 'i') options.intervalNs = duration(value);
  else if (letter === 'A') options.isAdaptive = true;
  else if (letter === 't') options.ttl = unsigned(value, UINT_MAX);
  else if (letter === 'I') options.source = value;
  else if (letter === 'W') options.timeoutSeconds = unsigned(value, INT_MAX);
  else if (letter === 'w') options.deadlineSeconds = unsigned(value, INT_MAX);
  else if (letter === 'q') options.isQuiet = true;
  else if (letter === 'p') options.patternByte = hexByte(value);
}

/** xatou(): decimal digits, nothing else. */
function unsigned(text: string, max: number): number {
  if (!/^\d+$/.test(text) || Number(text) > UINT_MAX) throw new ToolError(`ping: invalid number '${text}'`, 1);
  if (Number(text) > max) throw new ToolError(`ping: number ${text} is not in 0..${max} range`, 1);
  return Number(text);
}

/** A time with a fraction and a unit, in whole microseconds as the tool keeps it. */
function duration(text: string): number {
  const match = DURATION.exec(text);
  if (match === null) throw new ToolError(`ping: invalid number '${text}'`, 1);
  const seconds = Number(match[1]) * UNIT_SECONDS[match[2]!]!;
  return Math.floor(seconds * 1_000_000) * 1000;
}

function hexByte(text: string): number {
  const match = /^(?:0x)?([0-9a-f]+)$/i.exec(text);
  if (match === null) throw new ToolError(`ping: invalid number '${text}'`, 1);
  const value = parseInt(match[1]!, 16);
  if (value > 255) throw new ToolError(`ping: number ${text} is not in 0..255 range`, 1);
  return value;
}
