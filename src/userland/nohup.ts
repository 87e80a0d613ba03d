/** nohup: a command that SIGHUP does not end. */
import { commandBehind, execCommand } from './exec-program.ts';
import type { OptionTable } from './text/options.ts';
import { textTool } from './text/tool.ts';
import type { Body, ToolCall } from './text/tool.ts';

const EXIT_CANCELED = 125;

function* run(call: ToolCall): Body {
  const { proc, operands } = call;
  const name = operands[0];
  if (name === undefined) throw call.misuse('missing operand');
  // A step's standard input is a terminal; its output is none.
  const { stdin } = proc;
  if (!call.isBusybox && (stdin === 'eof' || stdin === 'open')) proc.writeError('nohup: ignoring input\n');
  proc.ignoreSignal('SIGHUP');
  const what = call.isBusybox ? `can't execute '${name}'` : `failed to run command '${name}'`;
  return yield* execCommand(proc, operands, proc.env, `nohup: ${what}: No such file or directory`);
}

const OPTIONS: OptionTable = { letters: '', stopsAtOperand: true };

const TOOL = textTool({
  name: 'nohup',
  gnu: { options: OPTIONS, misuseExit: EXIT_CANCELED },
  busybox: {
    options: { ...OPTIONS, hasLong: false },
    usage: `Usage: nohup PROG ARGS

Run PROG immune to hangups, with output to a non-tty`,
  },
  run,
});

/** nohup of the GNU core utilities and of busybox. */
export const NOHUP = {
  gnu: { ...TOOL.gnu, commandAt: commandBehind(OPTIONS, 0) },
  busybox: { ...TOOL.busybox, commandAt: commandBehind(OPTIONS, 0) },
};
