/** sysctl: procps' own, whose work kernel/admin/sysctl.ts does, and that of busybox. */
import { sysctl } from '../kernel/admin/sysctl.ts';
import { readSysctlOptions } from '../kernel/admin/sysctl-options.ts';
import type { Errno } from '../kernel/errno.ts';
import { errorText } from '../kernel/errno.ts';
import type { CheckMistake, ProgramEntry } from '../kernel/proc/program-registry.ts';
import type { Process } from '../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../kernel/proc/wait.ts';
import { BUSYBOX_BANNER } from './busybox-usage.ts';
import { getopt, unknownOption } from './getopt.ts';
import { readAllInput } from './input.ts';
import { reportUnsupported } from './unsupported.ts';

function* runProcps(proc: Process): Generator<Wait, number, WakeReason> {
  const args = proc.argv.slice(1);
  const options = readSysctlOptions(args);
  if (options.isSystem) return reportUnsupported(proc, 'sysctl --system', ['-p FILE']);
  const readsInput = options.loadFile === '-' || (options.loadFile !== null && options.operands.includes('-'));
  const input = readsInput ? yield* readAllInput(proc) : '';
  const result = sysctl(proc.ns, args, (path) => (path === '-' ? input : proc.readFile(path)));
  proc.writeError(result.stderr);
  proc.write(result.stdout);
  return result.exit;
}

function checkProcps(args: readonly string[]): CheckMistake | undefined {
  const argIndex = args.findIndex((word) => word.length > 3 && '--system'.startsWith(word));
  if (argIndex < 0 || !readSysctlOptions(args).isSystem) return undefined;
  return { argIndex, message: 'option --system is not supported by Dockwire' };
}

function refuseProcps(args: readonly string[]): CheckMistake | undefined {
  const { flaw, flawAt } = readSysctlOptions(args);
  return flaw === '' ? undefined : { argIndex: flawAt, message: flaw.replace('sysctl: ', '') };
}

export const PROCPS_SYSCTL: ProgramEntry = {
  name: 'sysctl',
  run: runProcps,
  check: checkProcps,
  refusal: refuseProcps,
};

const LETTERS = 'neAapwq';
const BUSYBOX_USAGE = `${BUSYBOX_BANNER}

Usage: sysctl [-enq] { -a | -p [FILE]... | [-w] [KEY[=VALUE]]... }

Show/set kernel parameters

	-e	Don't warn about unknown keys
	-n	Don't show key names
	-q      Quiet
	-a	Show all values
	-p	Set values from FILEs (default /etc/sysctl.conf)
	-w	Set values
`;

/** One run of busybox' applet: procps/sysctl.c. */
class BusyboxSysctl {
  private readonly proc: Process;
  private readonly flags: string;
  private exit = 0;

  constructor(proc: Process, flags: string) {
    this.proc = proc;
    this.flags = flags;
  }

  run(operands: readonly string[]): number {
    if (/[aA]/.test(this.flags)) this.showBelow('');
    else if (this.flags.includes('p')) for (const path of operands) this.load(path);
    else for (const word of operands) this.exit |= this.act(word, this.flags.includes('w'));
    return this.exit;
  }

  private load(path: string): void {
    const text = this.proc.readFile(path);
    if (text === undefined) {
      this.complain(`${path}: ${errorText('ENOENT')}`);
      return;
    }
    for (const [i, line] of text.split('\n').entries()) {
      const words = line
        .replace(/[#;].*/, '')
        .split(/[ \t=]+/)
        .filter((word) => word !== '');
      if (words.length === 0) continue;
      if (words.length === 1) this.complain(`bad line ${i + 1}: 1 tokens found, 2 needed`);
      else this.exit |= this.act(`${words[0]!}=${words.slice(1).join(' ')}`, true);
    }
  }

  private act(word: string, isWrite: boolean): number {
    const { sysctls } = this.proc.ns;
    const equals = word.indexOf('=');
    const key = equals < 0 ? word : word.slice(0, equals);
    if (isWrite && equals < 0) {
      this.complain(`error: '${key}' must be of the form name=value`);
      return 1;
    }
    const path = sysctls.pathOf(key);
    const file = sysctls.file(path);
    if (file === undefined && equals < 0 && path !== '' && sysctls.isDirectory(path)) return this.showBelow(path);
    if (file === undefined) {
      if (this.flags.includes('e')) return equals < 0 ? 0 : 1;
      this.complain(`error: '${key}' is an unknown key`);
      return 1;
    }
    return equals < 0 ? this.show(path) : this.set(path, word.slice(equals + 1));
  }

  private set(path: string, value: string): number {
    const { sysctls } = this.proc.ns;
    const name = sysctls.nameOf(path);
    // Nothing is written then, and nothing refused.
    const errno: Errno = value === '' ? '' : sysctls.write(path, value);
    if (errno === 'EACCES') {
      this.complain(`error setting key '${name}': ${errorText(errno)}`);
      return 1;
    }
    if (errno !== '') {
      this.complain(`write error: ${errorText(errno)}`);
      return 1;
    }
    if (this.flags.includes('n')) this.proc.write(`${value}\n`);
    else if (!this.flags.includes('q')) this.proc.write(`${name} = ${value}\n`);
    return 0;
  }

  private showBelow(directory: string): number {
    const prefix = directory === '' ? '' : `${directory}/`;
    for (const path of this.proc.ns.sysctls.paths()) if (path.startsWith(prefix)) this.show(path);
    return 0;
  }

  private show(path: string): number {
    const { sysctls } = this.proc.ns;
    const value = sysctls.read(path);
    if (value === undefined) return 0;
    this.proc.write(`${this.flags.includes('n') ? '' : `${sysctls.nameOf(path)} = `}${value}\n`);
    return 0;
  }

  private complain(text: string): void {
    this.proc.writeError(`sysctl: ${text}\n`);
  }
}

export const BUSYBOX_SYSCTL: ProgramEntry = {
  name: 'sysctl',
  run: function* busyboxSysctl(proc) {
    const { options, operands, error } = getopt(proc.argv.slice(1), LETTERS);
    if (error !== null) {
      proc.writeError(`sysctl: ${error.message}\n${BUSYBOX_USAGE}`);
      return 1;
    }
    const flags = options.map(({ letter }) => letter).join('');
    return new BusyboxSysctl(proc, flags).run(operands.map(({ text }) => text));
  },
  refusal: (args) => unknownOption(args, LETTERS),
};
