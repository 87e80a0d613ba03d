/** python3: the scripts that the recordings ran, by their names; there is no interpreter. */
import type { Process } from '../kernel/proc/process.ts';
import type { CheckMistake, Program, ProgramEntry } from '../kernel/proc/program-registry.ts';
import type { Wait, WakeReason } from '../kernel/proc/wait.ts';
import { baseName } from './dns/base-name.ts';
import { runDnsServerScript } from './dns/dnsserver-script.ts';
import { runTcpudpScript } from './tcpudp/tcpudp.ts';
import { reportUnsupported } from './unsupported.ts';

const SCRIPTS: ReadonlyMap<string, Program> = new Map([
  ['tcpudp.py', runTcpudpScript],
  ['dnsserver.py', runDnsServerScript],
]);

/** The script is the first argument that is no option; `-u` is the only one that is understood. */
function scriptOf(args: readonly string[]): Program | undefined {
  return SCRIPTS.get(baseName(args.find((arg) => arg !== '-u') ?? ''));
}

function* run(proc: Process): Generator<Wait, number, WakeReason> {
  const script = scriptOf(proc.argv.slice(1));
  return script === undefined ? reportUnsupported(proc, 'python3', [...SCRIPTS.keys()]) : yield* script(proc);
}

function check(args: readonly string[]): CheckMistake | undefined {
  if (scriptOf(args) !== undefined) return undefined;
  const names = [...SCRIPTS.keys()].join(' and ');
  return { argIndex: 0, message: `python3 is not supported by Dockwire but for ${names}` };
}

export const PYTHON3: ProgramEntry = { name: 'python3', run, check };
