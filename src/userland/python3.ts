/** python3: the scripts that the recordings ran, by their names, and `-m http.server`; there is no interpreter. */
import type { Process } from '../kernel/proc/process.ts';
import type { CheckMistake, Program, ProgramEntry } from '../kernel/proc/program-registry.ts';
import type { Wait, WakeReason } from '../kernel/proc/wait.ts';
import { baseName } from './dns/base-name.ts';
import { runDnsServerScript } from './dns/dnsserver-script.ts';
import { runHttpServer } from './python/http-server.ts';
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

const SUPPORTED = [...SCRIPTS.keys(), '-m http.server'];

/** Where the arguments of `-m http.server` begin; 0 when it is something else. */
function argumentsOfServer(args: readonly string[]): number {
  const at = args.findIndex((arg) => arg !== '-u');
  if (args[at] === '-m' && args[at + 1] === 'http.server') return at + 2;
  return args[at] === '-mhttp.server' ? at + 1 : 0;
}

function* run(proc: Process): Generator<Wait, number, WakeReason> {
  const args = proc.argv.slice(1);
  const serverAt = argumentsOfServer(args);
  if (serverAt > 0) {
    // What is printed is held back unless it goes to a terminal, or nobody wants that.
    const isUnbuffered = args.includes('-u') || (proc.env.get('PYTHONUNBUFFERED') ?? '') !== '' || proc.env.has('TERM');
    return yield* runHttpServer(proc, args.slice(serverAt), isUnbuffered);
  }
  const script = scriptOf(args);
  return script === undefined ? reportUnsupported(proc, 'python3', SUPPORTED) : yield* script(proc);
}

function check(args: readonly string[]): CheckMistake | undefined {
  if (scriptOf(args) !== undefined || argumentsOfServer(args) > 0) return undefined;
  return { argIndex: 0, message: `python3 is not supported by Dockwire but for ${SUPPORTED.join(', ')}` };
}

export const PYTHON3: ProgramEntry = { name: 'python3', run, check };
export const PYTHON: ProgramEntry = { ...PYTHON3, name: 'python' };
