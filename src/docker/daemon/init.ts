/** `--init`: docker-init is the first process, starts the command, hands signals on and ends with it. Twin of tini. */
import type { Program } from '../../kernel/proc/program-registry.ts';
import { HANDED_ON_SIGNALS } from './signals.ts';

interface Command {
  readonly argv: readonly string[];
  readonly program: Program;
}

/** The command with docker-init before it. */
export function withInit({ argv, program }: Command): Command {
  return {
    argv: ['/sbin/docker-init', '--', ...argv],
    program: function* (proc) {
      const child = proc.spawn({ argv, program });
      for (const signal of HANDED_ON_SIGNALS) {
        proc.onSignal(signal, () => {
          child.kill(signal);
        });
      }
      while (child.exitCode === null) yield proc.waitFor(child);
      return child.exitCode;
    },
  };
}
