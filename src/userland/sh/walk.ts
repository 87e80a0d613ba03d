/** Goes through all commands of a text, wherever they stand: in lists, in compound commands, in words. */
import type { AndOrList, Command, Redirection, Word } from './syntax.ts';

/** Calls `visit` with each command, the outer before the inner. */
export function walkCommands(lists: readonly AndOrList[], visit: (command: Command) => void): void {
  for (const { items } of lists) {
    for (const { pipeline } of items) for (const command of pipeline.commands) walkCommand(command, visit);
  }
}

function walkCommand(command: Command, visit: (command: Command) => void): void {
  visit(command);
  walkRedirections(command.redirections, visit);
  switch (command.kind) {
    case 'simple':
      walkWords(
        command.assignments.map(({ value }) => value),
        visit,
      );
      walkWords(command.words, visit);
      break;
    case 'if':
      for (const { condition, body } of command.branches) {
        walkCommands(condition, visit);
        walkCommands(body, visit);
      }
      walkCommands(command.otherwise, visit);
      break;
    case 'while':
    case 'until':
      walkCommands(command.condition, visit);
      walkCommands(command.body, visit);
      break;
    case 'for':
      walkWords(command.words ?? [], visit);
      walkCommands(command.body, visit);
      break;
    case 'case':
      walkWords([command.subject], visit);
      for (const { patterns, body } of command.items) {
        walkWords(patterns, visit);
        walkCommands(body, visit);
      }
      break;
    case 'group':
    case 'subshell':
      walkCommands(command.body, visit);
      break;
    case 'function':
      walkCommand(command.body, visit);
  }
}

function walkRedirections(redirections: readonly Redirection[], visit: (command: Command) => void): void {
  walkWords(
    redirections.map(({ target }) => target),
    visit,
  );
}

function walkWords(words: readonly Word[], visit: (command: Command) => void): void {
  for (const { parts } of words) {
    for (const part of parts) {
      if (part.kind === 'command') walkCommands(part.lists, visit);
      else if (part.kind === 'arithmetic') walkWords([part.expression], visit);
      else if (part.kind === 'parameter' && part.operand !== undefined) walkWords([part.operand], visit);
    }
  }
}
