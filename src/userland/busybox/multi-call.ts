/** `busybox APPLET …`: all of busybox's programs under one name. */
import type { CheckMistake, ProgramEntry, ProgramRegistry } from '../../kernel/proc/program-registry.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { reportUnsupported } from '../unsupported.ts';
import { BUSYBOX_APPLETS } from './applets.ts';

const EXIT_NOT_FOUND = 127;
/** What busybox says of itself; without an argument it does as well. */
const LACKING: ReadonlySet<string> = new Set(['--help', '--list', '--list-full', '--install']);

/** The program over these applets, which are asked for when they are needed: it is one of them. */
export function busyboxMultiCall(applets: () => ProgramRegistry): ProgramEntry {
  return {
    name: 'busybox',
    run: (proc) => run(proc, applets()),
    check: (args) => check(args, applets()),
    commandAt: (args) => (args.length === 0 || LACKING.has(args[0]!) ? undefined : 0),
    commandPrograms: applets,
  };
}

function check([name]: readonly string[], applets: ProgramRegistry): CheckMistake | undefined {
  if (name === undefined || !isLacking(name, applets)) return undefined;
  return { argIndex: 0, message: `${name} is not supported by Dockwire` };
}

/** A path counts by its last part. */
function isLacking(name: string, applets: ProgramRegistry): boolean {
  const applet = name.slice(name.lastIndexOf('/') + 1);
  return LACKING.has(name) || (BUSYBOX_APPLETS.includes(applet) && applets.get(name) === undefined);
}

function* run(proc: Process, applets: ProgramRegistry): Generator<Wait, number, WakeReason> {
  const argv = proc.argv.slice(1);
  const [name] = argv;
  if (name === undefined) return reportUnsupported(proc, 'busybox without an applet', applets.names());
  if (isLacking(name, applets)) return reportUnsupported(proc, `busybox ${name}`, applets.names());
  const entry = applets.get(name);
  if (entry !== undefined) return yield* proc.exec(entry.run, argv, proc.env);
  proc.writeError(`${name.slice(name.lastIndexOf('/') + 1)}: applet not found\n`);
  return EXIT_NOT_FOUND;
}
