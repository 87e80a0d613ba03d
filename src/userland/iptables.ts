/** The programs iptables, iptables-save and iptables-restore; what they do is done by kernel/admin/iptables.ts. */
import { restoreInput, saveFile } from '../kernel/admin/iptables.ts';
import type { AdminResult } from '../kernel/admin/result.ts';
import { errorText } from '../kernel/errno.ts';
import type { ProgramEntry } from '../kernel/proc/program-registry.ts';
import type { Process } from '../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../kernel/proc/wait.ts';
import { readAllInput } from './input.ts';
import { hostNames } from './dns/etc-hosts.ts';
import { EXIT_UNSUPPORTED } from './unsupported.ts';

type Steps = Generator<Wait, number, WakeReason>;

/** Runs the program under its name, whatever the path by which it was called. */
function ask(proc: Process, name: string, input: string): AdminResult {
  return proc.door.run(proc.ns, [name, ...proc.argv.slice(1)], input, hostNames(proc.files));
}

function finish(proc: Process, { exit, stdout, stderr }: AdminResult): number {
  proc.write(stdout);
  proc.writeError(stderr);
  if (exit === EXIT_UNSUPPORTED) proc.markUnsupported();
  return exit;
}

function iptables(name: string): ProgramEntry {
  return {
    name,
    *run(proc): Steps {
      return finish(proc, ask(proc, name, ''));
    },
  };
}

function save(name: string): ProgramEntry {
  return {
    name,
    *run(proc): Steps {
      const result = ask(proc, name, '');
      const file = saveFile(proc.argv.slice(1));
      if (file === '') return finish(proc, result);
      const errno = proc.writeFile(file, result.stdout, false);
      if (errno === '') return finish(proc, { ...result, stdout: '' });
      proc.writeError(`Failed to open file, error: ${errorText(errno)}\n`);
      return 1;
    },
  };
}

function restore(name: string): ProgramEntry {
  return {
    name,
    *run(proc): Steps {
      const path = restoreInput(proc.argv.slice(1));
      if (path === '' || path === '-') {
        return finish(proc, ask(proc, name, path === '' ? '' : yield* readAllInput(proc)));
      }
      const opened = proc.openFile(path);
      // A directory can be opened, and has no lines.
      if (typeof opened !== 'string' || opened === 'EISDIR') {
        return finish(proc, ask(proc, name, typeof opened === 'string' ? '' : opened.text));
      }
      proc.writeError(`Can't open ${path}: ${errorText(opened)}\n`);
      return 1;
    },
  };
}

export const IPTABLES_PROGRAMS: readonly ProgramEntry[] = [
  ...['iptables', 'iptables-nft', 'ip6tables', 'ip6tables-nft'].map(iptables),
  ...['iptables-save', 'iptables-nft-save', 'ip6tables-save', 'ip6tables-nft-save'].map(save),
  ...['iptables-restore', 'iptables-nft-restore', 'ip6tables-restore', 'ip6tables-nft-restore'].map(restore),
];
