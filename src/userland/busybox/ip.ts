/** ip and ifconfig of busybox: what they show and change goes through the machine's door, in busybox's words. */
import type { CheckMistake, ProgramEntry } from '../../kernel/proc/program-registry.ts';
import { EXIT_UNSUPPORTED } from '../unsupported.ts';

/** Objects of `ip` that Dockwire does not have in busybox's words. */
const LACKING: ReadonlySet<string> = new Set(['tunnel', 'tunl', 'neigh', 'neighbour', 'neighbor', 'rule']);

function applet(name: string, check: (args: readonly string[]) => CheckMistake | undefined): ProgramEntry {
  return {
    name,
    run: function* run(proc) {
      const result = proc.door.run(proc.ns, ['busybox', name, ...proc.argv.slice(1)]);
      if (result.stdout !== '') proc.write(result.stdout);
      if (result.stderr !== '') proc.writeError(result.stderr);
      if (result.exit === EXIT_UNSUPPORTED) proc.markUnsupported();
      return result.exit;
    },
    check,
  };
}

function checkIp(args: readonly string[]): CheckMistake | undefined {
  const argIndex = args.findIndex((word) => !word.startsWith('-'));
  const object = args[argIndex] ?? '';
  return LACKING.has(object) ? { argIndex, message: `${object} is not supported by Dockwire` } : undefined;
}

export const BUSYBOX_IP = applet('ip', checkIp);
export const BUSYBOX_IFCONFIG = applet('ifconfig', () => undefined);
