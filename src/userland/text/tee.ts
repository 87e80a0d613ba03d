/** tee: standard input to standard output and to files, as it comes. */
import { resolvePath } from '../../kernel/proc/files.ts';
import { eachPiece } from './sources.ts';
import { writeOutput } from './output.ts';
import { textTool } from './tool.ts';
import type { Body, ToolCall } from './tool.ts';

function* run(call: ToolCall): Body {
  const { proc } = call;
  if (call.has('i')) proc.onSignal('SIGINT', () => undefined);
  const outputs: ((text: string) => void)[] = [];
  let exitCode = 0;
  for (const path of call.operands) {
    if (proc.files.isDirectory(resolvePath(proc.directory, path))) {
      call.complain(`${path}: Is a directory`);
      exitCode = 1;
    } else outputs.push(writeOutput(proc, path, call.has('a')));
  }
  yield* eachPiece(proc, '-', (piece) => {
    proc.write(piece);
    for (const write of outputs) write(piece);
    return true;
  });
  return exitCode;
}

/** tee of the GNU core utilities and of busybox. */
export const TEE = textTool({
  name: 'tee',
  gnu: {
    options: {
      letters: 'aip',
      long: { append: 'a', 'ignore-interrupts': 'i', 'output-error': 'p::' },
      lacking: ['p'],
    },
  },
  busybox: {
    options: { letters: 'ai' },
    usage: `Usage: tee [-ai] [FILE]...

Copy stdin to each FILE, and also to stdout

	-a	Append to the given FILEs, don't overwrite
	-i	Ignore interrupt signals (SIGINT)`,
  },
  run,
});
