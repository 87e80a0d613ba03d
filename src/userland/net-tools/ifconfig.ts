/** ifconfig, of net-tools 2.10: shows interfaces and changes them through the machine's door. */
import type { CheckMistake, ProgramEntry } from '../../kernel/proc/program-registry.ts';
import { EXIT_UNSUPPORTED } from '../unsupported.ts';

/** Words that the real tool knows and Dockwire does not have. */
const LACKING: ReadonlySet<string> = new Set(
  'metric tunnel outfill keepalive mem_start io_addr irq media inet6 ax25 netrom rose ipx ddp ec ash x25'.split(' '),
);

function checkIfconfig(args: readonly string[]): CheckMistake | undefined {
  const argIndex = args.findIndex((word) => LACKING.has(word) || word === '--help' || word === '-h');
  if (argIndex < 0) return undefined;
  return { argIndex, message: `${args[argIndex]!} is not supported by Dockwire` };
}

export const IFCONFIG: ProgramEntry = {
  name: 'ifconfig',
  run: function* ifconfig(proc) {
    const args = proc.argv.slice(1);
    const mistake = checkIfconfig(args);
    if (mistake !== undefined) {
      proc.writeError(`ifconfig ${args[mistake.argIndex]!}: not supported by Dockwire; supported: -a -s -v\n`);
      proc.markUnsupported();
      return EXIT_UNSUPPORTED;
    }
    const result = proc.door.run(proc.ns, ['ifconfig', ...args]);
    if (result.stdout !== '') proc.write(result.stdout);
    if (result.stderr !== '') proc.writeError(result.stderr);
    if (result.exit === EXIT_UNSUPPORTED) proc.markUnsupported();
    return result.exit;
  },
  check: checkIfconfig,
};
