/** The outer form of a command of Docker's client: how it is called, what its help says, which options it has. */
import type { Option } from '../options.ts';
import { optionTable } from '../options.ts';

export interface CommandForm {
  /** As typed behind `docker`: `run`, `network ls`. Aliases show this name, too. */
  readonly path: string;
  /** What follows the path in usage lines. */
  readonly usage: string;
  /** One line, as it stands in the list of commands and behind a complaint about operands. */
  readonly summary: string;
  /** What help says in its place. */
  readonly description: string;
  readonly examples: string;
  /** Whether help warns that the command is an experiment. */
  readonly isExperiment: boolean;
  /** Other names, without the management command's. */
  readonly aliases: readonly string[];
  readonly options: readonly Option[];
  /** False where the first operand ends the options, because what follows it is another command. */
  readonly isInterspersed: boolean;
  readonly operandsMin: number;
  /** Infinity for any number. */
  readonly operandsMax: number;
  /** Whether a wrong number of operands is worded as cobra does, not as Docker does. */
  readonly isWordedByCobra: boolean;
}

/** What is written down of a form. */
export interface FormText {
  readonly path: string;
  readonly usage: string;
  readonly summary: string;
  readonly description?: string;
  readonly examples?: string;
  readonly isExperiment?: boolean;
  readonly aliases?: readonly string[];
  /** At least and at most. */
  readonly operands: readonly [min: number, max: number];
  readonly isInterspersed?: boolean;
  readonly isWordedByCobra?: boolean;
  /** A table of those that help shows, and one of those that it does not (see cli/options.ts). */
  readonly options?: string;
  readonly hidden?: string;
}

/** `-h` counts only where it is no option of the command's own. */
const HELP_OPTION: Option = {
  long: 'help',
  short: 'h',
  kind: 'bool',
  type: '',
  help: 'Print usage',
  support: 'full',
  isHidden: true,
  sets: 'help',
};

export function commandForm(text: FormText): CommandForm {
  const { path, usage, summary, operands } = text;
  return {
    path,
    usage,
    summary,
    description: text.description ?? summary,
    examples: text.examples ?? '',
    isExperiment: text.isExperiment ?? false,
    aliases: text.aliases ?? [],
    options: withHelp([...optionTable(text.options ?? ''), ...optionTable(text.hidden ?? '', true)]),
    isInterspersed: text.isInterspersed ?? true,
    operandsMin: operands[0],
    operandsMax: operands[1],
    isWordedByCobra: text.isWordedByCobra ?? false,
  };
}

/** The options with `--help`, which every command has. */
export function withHelp(options: readonly Option[]): Option[] {
  if (options.some((each) => each.long === 'help')) return [...options];
  return [...options, HELP_OPTION];
}

/** The same command by another path; `container run` for `run`. */
export function atPath<T extends CommandForm>(form: T, path: string, aliases: readonly string[] = form.aliases): T {
  return { ...form, path, aliases };
}
