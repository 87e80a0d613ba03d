/** env and printenv: the environment, or a command in another one. */
import { resolvePath } from '../kernel/proc/files.ts';
import { commandBehind, execCommand } from './exec-program.ts';
import type { OptionTable } from './text/options.ts';
import { textTool } from './text/tool.ts';
import type { Body, ToolCall } from './text/tool.ts';

const EXIT_CANCELED = 125;

function* runEnv(call: ToolCall): Body {
  const { proc } = call;
  const operands = [...call.operands];
  let isEmpty = call.has('i');
  if (operands[0] === '-') {
    isEmpty = true;
    operands.shift();
  }
  const env = new Map(isEmpty ? [] : proc.env);
  for (const name of call.values('u')) env.delete(name);
  while (operands[0]?.includes('=') === true) {
    const assignment = operands.shift()!;
    const equals = assignment.indexOf('=');
    env.set(assignment.slice(0, equals), assignment.slice(equals + 1));
  }
  const directory = call.value('C');
  if (directory !== undefined) proc.directory = resolvePath(proc.directory, directory);
  const name = operands[0];
  if (name === undefined) {
    const end = call.has('0') ? '\0' : '\n';
    proc.write([...env].map(([variable, value]) => `${variable}=${value}${end}`).join(''));
    return 0;
  }
  const what = call.isBusybox ? `can't execute '${name}'` : `'${name}'`;
  return yield* execCommand(proc, operands, env, `env: ${what}: No such file or directory`);
}

function* runPrintenv(call: ToolCall): Body {
  const { proc } = call;
  const end = call.has('0') ? '\0' : '\n';
  if (call.operands.length === 0) {
    for (const [name, value] of proc.env) proc.write(`${name}=${value}${end}`);
    return 0;
  }
  const values = call.operands.map((name) => proc.env.get(name));
  for (const value of values) if (value !== undefined) proc.write(value + end);
  return values.includes(undefined) ? 1 : 0;
}

const GNU_OPTIONS: OptionTable = {
  letters: 'iu:0C:S:v',
  long: {
    'ignore-environment': 'i',
    unset: 'u',
    null: '0',
    chdir: 'C',
    'split-string': 'S',
    debug: 'v',
    'block-signal': 'block-signal::',
    'default-signal': 'default-signal::',
    'ignore-signal': 'ignore-signal::',
    'list-signal-handling': 'list-signal-handling',
  },
  lacking: ['S', 'v', 'block-signal', 'default-signal', 'ignore-signal', 'list-signal-handling'],
  stopsAtOperand: true,
};
const BUSYBOX_OPTIONS: OptionTable = { letters: 'iu:0', hasLong: false, stopsAtOperand: true };

const ENV_TOOL = textTool({
  name: 'env',
  gnu: { options: GNU_OPTIONS, misuseExit: EXIT_CANCELED },
  busybox: {
    options: BUSYBOX_OPTIONS,
    usage: `Usage: env [-i0] [-u NAME]... [-] [NAME=VALUE]... [PROG ARGS]

Print current environment or run PROG after setting up environment

	-, -i	Start with empty environment
	-0	NUL terminated output
	-u NAME	Remove variable from environment`,
  },
  run: runEnv,
});

const isNoCommand = (operand: string): boolean => operand === '-' || operand.includes('=');

/** env of the GNU core utilities and of busybox. */
export const ENV = {
  gnu: { ...ENV_TOOL.gnu, commandAt: commandBehind(GNU_OPTIONS, 0, isNoCommand) },
  busybox: { ...ENV_TOOL.busybox, commandAt: commandBehind(BUSYBOX_OPTIONS, 0, isNoCommand) },
};

/** printenv of the GNU core utilities and of busybox. */
export const PRINTENV = textTool({
  name: 'printenv',
  gnu: { options: { letters: '0', long: { null: '0' }, stopsAtOperand: true }, misuseExit: 2 },
  busybox: { options: { letters: '', hasLong: false, stopsAtOperand: true } },
  run: runPrintenv,
});
