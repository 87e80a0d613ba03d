/**
 * echo-server: gives back what comes to it (RFC 862), for hosts that need somebody to talk to.
 *
 *   echo-server --tcp 7 --udp 7 &
 */
import type { Process } from '../kernel/proc/process.ts';
import type { CheckMistake, ProgramEntry } from '../kernel/proc/program-registry.ts';
import type { Wait, WakeReason } from '../kernel/proc/wait.ts';
import { listenerProgram } from './listeners.ts';
import type { Listener } from './listeners.ts';
import { portOfService } from './services.ts';
import { parseSleepTime } from './sleep.ts';
import type { OptionTable } from './text/options.ts';
import { readArguments } from './text/options.ts';
import { giveUp, ToolError } from './tool-error.ts';

const NAME = 'echo-server';
const ECHO_PORT = 7;
const PORT_MAX = 65_535;
const EXIT_USAGE = 2;

const OPTIONS: OptionTable = {
  letters: 't:u:d:h',
  long: { tcp: 't:', udp: 'u:', delay: 'd:', help: 'h' },
};

const USAGE = `Usage: echo-server [OPTION]...

Gives back what comes over TCP and UDP: at port ${ECHO_PORT} of both, or where the options say.

  -t, --tcp=PORT    a port of TCP; may be given again
  -u, --udp=PORT    a port of UDP; may be given again
  -d, --delay=TIME  answer so much later: 0.5, 2s, 1m
  -h, --help        this text
`;

function* run(proc: Process): Generator<Wait, number, WakeReason> {
  try {
    const listeners = readListeners(proc);
    if (listeners === null) return 0;
    return yield* listenerProgram(NAME, listeners).run(proc);
  } catch (error) {
    return giveUp(proc, error);
  }
}

/** Null when only the help was wanted. */
function readListeners(proc: Process): Listener[] | null {
  const { options, operands, error } = readArguments(proc.argv.slice(1), OPTIONS);
  if (error !== null) throw misuse(error.message);
  if (options.some(({ key }) => key === 'h')) {
    proc.write(USAGE);
    return null;
  }
  if (operands.length > 0) throw misuse(`extra operand '${operands[0]!.text}'`);
  const delays = options.filter(({ key }) => key === 'd').map(({ value }) => delayOf(value));
  const delayNs = delays.at(-1) ?? 0;
  const listeners: Listener[] = [];
  for (const { key, value } of options) {
    const protocol = key === 't' ? 'tcp' : 'udp';
    if (key !== 'd') listeners.push({ protocol, port: portOf(value, protocol), delayNs });
  }
  if (listeners.length > 0) return listeners;
  return [
    { protocol: 'tcp', port: ECHO_PORT, delayNs },
    { protocol: 'udp', port: ECHO_PORT, delayNs },
  ];
}

function portOf(text: string, protocol: 'tcp' | 'udp'): number {
  const port = /^\d+$/.test(text) ? Number(text) : portOfService(text, protocol);
  if (port === undefined || port < 1 || port > PORT_MAX) throw misuse(`not a port: '${text}'`);
  return port;
}

function delayOf(text: string): number {
  const delayNs = parseSleepTime(text);
  if (delayNs === undefined || delayNs === Infinity) throw misuse(`not a time: '${text}'`);
  return delayNs;
}

function misuse(message: string): ToolError {
  return new ToolError(`${NAME}: ${message}\n${USAGE.trimEnd()}`, EXIT_USAGE);
}

function refusal(args: readonly string[]): CheckMistake | undefined {
  const { error } = readArguments(args, OPTIONS);
  return error === null ? undefined : { argIndex: error.argIndex, message: error.message };
}

/** The program for hosts. */
export const ECHO_SERVER: ProgramEntry = { name: NAME, run, refusal };
