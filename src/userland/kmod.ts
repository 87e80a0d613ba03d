/** modprobe and lsmod of kmod 30, as scripts call them before they use what the kernel has anyway. */
import { isModule, loadedModules, loadModule, unloadModule } from '../kernel/admin/modules.ts';
import type { ProgramEntry } from '../kernel/proc/program-registry.ts';
import type { Process } from '../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../kernel/proc/wait.ts';
import { readArguments } from './text/options.ts';
import type { OptionTable } from './text/options.ts';
import { reportUnsupported } from './unsupported.ts';

type Steps = Generator<Wait, number, WakeReason>;

const RELEASE = '6.1.0-28-amd64';
const MODPROBE: OptionTable = {
  letters: 'abnqrsv',
  long: {
    all: 'a',
    'use-blacklist': 'b',
    'dry-run': 'n',
    show: 'n',
    quiet: 'q',
    remove: 'r',
    syslog: 's',
    verbose: 'v',
    'first-time': 'first-time',
  },
};

function* modprobe(proc: Process): Steps {
  const { options, operands, error } = readArguments(proc.argv.slice(1), MODPROBE);
  if (error !== null) {
    const known = ['-a', '-b', '-n', '-q', '-r', '-s', '-v', '--first-time'];
    return reportUnsupported(proc, `modprobe: ${error.message}`, known);
  }
  const has = (name: string): boolean => options.some((option) => option.key === name);
  const [first] = operands;
  if (first === undefined) {
    proc.writeError('modprobe: ERROR: missing parameters. See -h.\n');
    return 1;
  }
  const isAll = has('a') || has('r');
  // Behind a single module come its parameters.
  const names = isAll ? operands.map(({ text }) => text) : [first.text];
  let exit = 0;
  for (const name of names) {
    if (!isModule(name)) {
      const kind = isAll && !has('r') ? 'WARNING' : 'FATAL';
      if (!has('q')) {
        proc.writeError(`modprobe: ${kind}: Module ${name} not found in directory /lib/modules/${RELEASE}\n`);
      }
      exit = 1;
    } else if (has('n')) continue;
    else if (has('r')) unloadModule(proc.ns, name);
    else loadModule(proc.ns, name);
  }
  return exit;
}

const NAME_COLUMN = 19;
const SIZE_COLUMN = 8;
const SIZE_BYTES = 16_384;

function* lsmod(proc: Process): Steps {
  proc.write('Module                  Size  Used by\n');
  for (const name of loadedModules(proc.ns)) {
    proc.write(`${name.padEnd(NAME_COLUMN)} ${String(SIZE_BYTES).padStart(SIZE_COLUMN)}  0\n`);
  }
  return 0;
}

export const KMOD_PROGRAMS: readonly ProgramEntry[] = [
  { name: 'modprobe', run: modprobe },
  { name: 'lsmod', run: lsmod },
];
