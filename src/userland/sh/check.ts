/**
 * Judges a literal command text without running it: grammar, names of commands, options. Only words without expansions
 * are judged; what stands in a variable shows at run time.
 */
import { closest } from '../../base/text.ts';
import type { CheckMistake, ProgramRegistry } from '../../kernel/proc/program-registry.ts';
import { isKnownTool } from '../known-tools.ts';
import { BUILTINS } from './builtins.ts';
import { parse } from './parser.ts';
import { commandNames } from './simple.ts';
import { LineCounter, literalText } from './syntax.ts';
import type { Place, SimpleCommand, SyntaxMistake, Word } from './syntax.ts';
import { walkCommands } from './walk.ts';

/** A mistake and where it stands in the text. */
export interface CommandMistake extends Place {
  readonly message: string;
}

type Found = Pick<SyntaxMistake, 'offset' | 'message'>;

/** Names that the texts of a shell have defined so far, so that later ones may use them. */
export interface DefinedNames {
  readonly functions: Set<string>;
  /** A file was read by `.` or words by `eval`: any name may be a function. */
  isOpen: boolean;
}

/** What a shell that has just started knows. */
export function noDefinedNames(): DefinedNames {
  return { functions: new Set(), isOpen: false };
}

/**
 * All mistakes of a text (one command line or a whole script), in its order. With `expectsFailure` what the real tools
 * refuse by themselves is left to the run. What the text defines is added to `defined`.
 */
export function checkCommand(
  text: string,
  registry: ProgramRegistry,
  expectsFailure = false,
  defined: DefinedNames = noDefinedNames(),
): readonly CommandMistake[] {
  const { commands, mistakes } = parse(text);
  const lists = commands.flatMap((command) => command.lists);
  walkCommands(lists, (command) => {
    if (command.kind === 'function') defined.functions.add(command.name);
    if (command.kind === 'simple' && mayDefine(command)) defined.isOpen = true;
  });
  const found: Found[] = [...mistakes];
  walkCommands(lists, (command) => {
    if (command.kind !== 'simple') return;
    const mistake = new CommandChecker(registry, defined, expectsFailure).check(command);
    if (mistake !== undefined) found.push(mistake);
  });
  found.sort((left, right) => left.offset - right.offset);
  const lines = new LineCounter(text);
  return found.map(({ offset, message }) => ({ ...lines.placeOf(offset), message }));
}

/** `.` and `eval`, unless all that it reads is literal and defines nothing. */
function mayDefine({ words }: SimpleCommand): boolean {
  const name = words[0] === undefined ? undefined : literalText(words[0]);
  if (name === '.') return true;
  return name === 'eval' && words.some((word) => literalText(word)?.includes('()') !== false);
}

class CommandChecker {
  private readonly registry: ProgramRegistry;
  private readonly defined: DefinedNames;
  private readonly expectsFailure: boolean;

  constructor(registry: ProgramRegistry, defined: DefinedNames, expectsFailure: boolean) {
    this.registry = registry;
    this.defined = defined;
    this.expectsFailure = expectsFailure;
  }

  check(command: SimpleCommand): Found | undefined {
    return this.checkWords(command.words, true, this.registry);
  }

  /** `isShell`: the shell looks the name up, so that its own commands and functions count. */
  private checkWords(words: readonly Word[], isShell: boolean, registry: ProgramRegistry): Found | undefined {
    const [first, ...rest] = words;
    const name = first === undefined ? undefined : literalText(first);
    if (name === undefined || (isShell && this.defined.functions.has(name))) return undefined;
    const builtin = isShell ? BUILTINS.get(name) : undefined;
    const program = registry.get(name);
    if (builtin === undefined && program === undefined) {
      if (registry !== this.registry || (isShell && this.defined.isOpen)) return undefined;
      return { offset: first!.offset, message: this.unknownCommand(name) };
    }
    // A word that is not literal stands as '': it is neither an option nor a sub-command.
    const literals = rest.map(literalText);
    const args = literals.map((literal) => literal ?? '');
    const refusal = this.expectsFailure || builtin !== undefined ? undefined : program?.refusal?.(args);
    const mistake: CheckMistake | undefined = (builtin ?? program)?.check?.(args) ?? refusal;
    if (mistake !== undefined && literals[mistake.argIndex] !== undefined) {
      return { offset: rest[mistake.argIndex]!.offset, message: `${name}: ${mistake.message}` };
    }
    const innerAt = (builtin ?? program)?.commandAt?.(args);
    if (innerAt === undefined) return undefined;
    return this.checkWords(rest.slice(innerAt), name === 'command', program?.commandPrograms?.(args) ?? registry);
  }

  private unknownCommand(name: string): string {
    if (isKnownTool(name, this.registry)) return `${name} is not supported yet`;
    const suggestion = closest(name, commandNames(this.registry));
    const hint = suggestion === undefined ? 'expected the name of a program' : `did you mean "${suggestion}"?`;
    return `unknown command "${name}"; ${hint}`;
  }
}
