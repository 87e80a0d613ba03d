/** Compound commands (POSIX XCU 2.9.4) and function definitions. */
import { LoopJump } from './control-flow.ts';
import { EXIT_CANNOT_FORK } from './exit-codes.ts';
import { expandPattern, expandWhole, expandWords } from './expand.ts';
import type { Expansion } from './expand.ts';
import type { Interpreter, Run } from './interpreter.ts';
import { matchesPattern } from './pattern.ts';
import type { CaseCommand, Command, ForCommand, GroupCommand, IfCommand, LoopCommand } from './syntax.ts';

/** Runs what is no simple command; its redirections are in place. */
export function* runCompound(shell: Interpreter, command: Exclude<Command, { kind: 'simple' }>, isTail: boolean): Run {
  switch (command.kind) {
    case 'if':
      return yield* runIf(shell, command, isTail);
    case 'while':
    case 'until':
      return yield* runLoop(shell, command);
    case 'for':
      return yield* runFor(shell, command);
    case 'case':
      return yield* runCase(shell, command, isTail);
    case 'group':
      return yield* shell.runLists(command.body, isTail);
    case 'subshell':
      return yield* runSubshell(shell, command, isTail);
    case 'function': {
      const { name, body, offset } = command;
      shell.state.functions.set(name, { body, text: shell.text, offset });
      return 0;
    }
  }
}

function* runIf(shell: Interpreter, { branches, otherwise }: IfCommand, isTail: boolean): Run {
  for (const { condition, body } of branches) {
    const code = yield* shell.runTested(() => shell.runLists(condition));
    if (code === 0) return yield* shell.runLists(body, isTail);
  }
  if (otherwise.length === 0) return 0;
  return yield* shell.runLists(otherwise, isTail);
}

function* runLoop(shell: Interpreter, { kind, condition, body }: LoopCommand): Run {
  let code = 0;
  yield* asLoop(
    shell,
    function* (): Expansion<boolean> {
      const tested = yield* shell.runTested(() => shell.runLists(condition));
      if ((tested === 0) !== (kind === 'while')) return false;
      code = yield* shell.runLists(body);
      return true;
    },
    () => {
      code = 0;
    },
  );
  return code;
}

function* runFor(shell: Interpreter, { variable, words, body }: ForCommand): Run {
  const values = words === null ? shell.positional : yield* expandWords(words, shell);
  let code = 0;
  let at = 0;
  yield* asLoop(
    shell,
    function* (): Expansion<boolean> {
      if (at >= values.length) return false;
      shell.assign(variable, values[at++]!);
      code = yield* shell.runLists(body);
      return true;
    },
    () => {
      code = 0;
    },
  );
  return code;
}

/** Repeats until `round` says that it is over, or `break` does. */
function* asLoop(shell: Interpreter, round: () => Expansion<boolean>, jumped: () => void): Expansion<void> {
  shell.loopDepth++;
  try {
    for (;;) {
      try {
        if (!(yield* round())) return;
      } catch (error) {
        if (!(error instanceof LoopJump)) throw error;
        jumped();
        if (error.levels > 1) {
          error.levels--;
          throw error;
        }
        if (error.kind === 'break') return;
      }
    }
  } finally {
    shell.loopDepth--;
  }
}

function* runCase(shell: Interpreter, { subject, items }: CaseCommand, isTail: boolean): Run {
  const text = yield* expandWhole(subject, shell);
  for (const { patterns, body } of items) {
    for (const pattern of patterns) {
      if (!matchesPattern(yield* expandPattern(pattern, shell), text)) continue;
      return body.length === 0 ? 0 : yield* shell.runLists(body, isTail);
    }
  }
  return 0;
}

/** `( … )`: a child of its own, unless we are about to end anyway. */
function* runSubshell(shell: Interpreter, { body, offset }: GroupCommand, isTail: boolean): Run {
  if (isTail) return yield* shell.runLists(body, true);
  const child = shell.fork(offset, shell.proc.descriptors.copy(), (inner) => inner.runLists(body, true));
  return child === null ? EXIT_CANNOT_FORK : yield* shell.waitFor(child);
}
