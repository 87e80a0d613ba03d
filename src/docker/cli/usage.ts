/** The help of Docker's client 20.10, and what it says of a wrong number of operands: docker/cli's cli/cobra.go. */
import { plural } from '../../base/text.ts';
import type { CatalogueEntry, CatalogueGroup } from './catalogue.ts';
import type { Flags } from './flags.ts';
import type { CommandForm } from './options/form.ts';
import { optionsHelp } from './help.ts';

const NAME_WIDTH = 12;

const ROOT_FOOT = `
To get more help with docker, check out our guides at https://docs.docker.com/go/guides/
`;

/** Help of `docker` itself or of a management command; `docker` and its path, empty for `docker` alone. */
export function groupHelp(group: CatalogueGroup): string {
  const name = commandName(group.path);
  const [options, groups, entries] = [
    group.options.some((each) => !each.isHidden) ? ' [OPTIONS]' : '',
    group.groups.filter((each) => !each.isHidden),
    group.entries.filter((each) => !each.isHidden),
  ];
  const about = `${group.description}\n${experimentNote(group.isExperiment, name)}`;
  const head = `\nUsage:  ${name}${options} COMMAND\n\n${about}`;
  const lists = `${listing('Management Commands', groups)}${listing('Commands', entries)}`;
  const foot = `\nRun '${name} COMMAND --help' for more information on a command.\n`;
  return `${head}${optionList(group.options)}${lists}${foot}${group.path === '' ? ROOT_FOOT : ''}`;
}

/** Help of a command; what has been given beside `--help` shows in it. */
export function commandHelp(form: CommandForm, given: Flags | null = null): string {
  const name = commandName(form.path);
  const names = [lastWord(form.path), ...form.aliases].join(', ');
  const aliases = form.aliases.length === 0 ? '' : `\nAliases:\n  ${names}\n`;
  const examples = form.examples === '' ? '' : `\nExamples:\n${form.examples}\n`;
  const head = `\nUsage:  ${usageLine(form)}\n\n${form.description}\n${experimentNote(form.isExperiment, name)}`;
  return `${head}${aliases}${examples}${optionList(form.options, given)}`;
}

/** What is said about a wrong number of operands; undefined when it is right. */
export function operandFault(form: CommandForm, operands: readonly string[]): string | undefined {
  const { operandsMin: min, operandsMax: max } = form;
  if (operands.length >= min && operands.length <= max) return undefined;
  const name = commandName(form.path);
  if (form.isWordedByCobra) return cobraFault(name, max, operands);
  return `"${name}" ${operandRule(min, max)}.\nSee '${name} --help'.\n\nUsage:  ${usageLine(form)}\n\n${form.summary}`;
}

/** Twin of cobra's ExactArgs and NoArgs. */
function cobraFault(name: string, max: number, operands: readonly string[]): string {
  if (max > 0) return `accepts ${max} arg(s), received ${operands.length}`;
  return `unknown command "${operands[0]!}" for "${name}"`;
}

/** Twin of docker/cli's cli/required.go. */
function operandRule(min: number, max: number): string {
  if (max === 0) return 'accepts no arguments';
  if (max === min) return `requires exactly ${plural(min, 'argument')}`;
  if (max === Infinity) return `requires at least ${plural(min, 'argument')}`;
  if (min === 0) return `requires at most ${plural(max, 'argument')}`;
  return `requires at least ${min} and at most ${plural(max, 'argument')}`;
}

function commandName(path: string): string {
  return path === '' ? 'docker' : `docker ${path}`;
}

function usageLine(form: CommandForm): string {
  return `${commandName(form.path)}${form.usage === '' ? '' : ` ${form.usage}`}`;
}

function lastWord(path: string): string {
  return path.slice(path.lastIndexOf(' ') + 1);
}

function experimentNote(isExperiment: boolean, name: string): string {
  if (!isExperiment) return '';
  return `
EXPERIMENTAL:
  ${name} is an experimental feature.
  Experimental features provide early access to product functionality. These
  features may change between releases without warning, or can be removed from a
  future release. Learn more about experimental features in our documentation:
  https://docs.docker.com/go/experimental/
`;
}

function optionList(options: CommandForm['options'], given: Flags | null = null): string {
  return options.some((each) => !each.isHidden) ? `\nOptions:\n${optionsHelp(options, given)}\n` : '';
}

function listing(title: string, entries: readonly Pick<CatalogueEntry, 'name' | 'summary'>[]): string {
  if (entries.length === 0) return '';
  return `\n${title}:\n${entries.map((each) => `  ${each.name.padEnd(NAME_WIDTH)}${each.summary}\n`).join('')}`;
}
