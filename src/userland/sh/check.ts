/**
 * Judges a literal command text without running it: grammar, names of commands, options. Only words without parameters
 * are judged; what stands in a variable shows at run time.
 */
import { closest } from '../../base/text.ts';
import type { CheckMistake, ProgramRegistry } from '../../kernel/proc/program-registry.ts';
import { isKnownTool } from '../known-tools.ts';
import { BUILTINS } from './builtins.ts';
import { commandNames } from './interpreter.ts';
import { parse } from './parser.ts';
import { LineCounter, literalText } from './syntax.ts';
import type { Place, SimpleCommand, SyntaxMistake } from './syntax.ts';

/** A mistake and where it stands in the text. */
export interface CommandMistake extends Place {
  readonly message: string;
}

/**
 * All mistakes of a text (one command line or a whole script), in its order. With `expectsFailure` what the real tools
 * refuse by themselves is left to the run.
 */
export function checkCommand(
  text: string,
  registry: ProgramRegistry,
  expectsFailure = false,
): readonly CommandMistake[] {
  const { lists, mistakes } = parse(text);
  const found: Pick<SyntaxMistake, 'offset' | 'message'>[] = [...mistakes];
  for (const list of lists) {
    for (const { command } of list.items) {
      const mistake = checkSimpleCommand(command, registry, expectsFailure);
      if (mistake !== undefined) found.push(mistake);
    }
  }
  found.sort((left, right) => left.offset - right.offset);
  const lines = new LineCounter(text);
  return found.map(({ offset, message }) => ({ ...lines.placeOf(offset), message }));
}

function checkSimpleCommand(
  command: SimpleCommand,
  registry: ProgramRegistry,
  expectsFailure: boolean,
): Pick<SyntaxMistake, 'offset' | 'message'> | undefined {
  const [first, ...rest] = command.words;
  const name = first === undefined ? undefined : literalText(first);
  if (name === undefined) return undefined;
  const entry = BUILTINS.get(name) ?? registry.get(name);
  if (entry === undefined) return { offset: first!.offset, message: unknownCommand(name, registry) };
  // A word that is not literal stands as '': it is neither an option nor a sub-command.
  const literals = rest.map(literalText);
  const args = literals.map((literal) => literal ?? '');
  const refusal = expectsFailure || BUILTINS.has(name) ? undefined : registry.get(name)?.refusal?.(args);
  const mistake: CheckMistake | undefined = entry.check?.(args) ?? refusal;
  if (mistake === undefined || literals[mistake.argIndex] === undefined) return undefined;
  return { offset: rest[mistake.argIndex]!.offset, message: `${name}: ${mistake.message}` };
}

function unknownCommand(name: string, registry: ProgramRegistry): string {
  if (isKnownTool(name)) return `${name} is not supported yet`;
  const suggestion = closest(name, commandNames(registry));
  const hint = suggestion === undefined ? 'expected the name of a program' : `did you mean "${suggestion}"?`;
  return `unknown command "${name}"; ${hint}`;
}
