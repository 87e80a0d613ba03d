/** What a command line means: a command with its options, or an answer that the client gives by itself. */
import type { ImageStore } from '../images.ts';
import type { CatalogueEntry, CatalogueGroup } from './catalogue.ts';
import { ROOT, findEntry, supportedCommands, supportedEntries } from './catalogue.ts';
import type { Command, Lack } from './command.ts';
import { endpointFault, endpointLack } from './endpoint-options.ts';
import type { FlagOutcome, Flags } from './flags.ts';
import { readFlags } from './flags.ts';
import type { CommandForm } from './options/form.ts';
import { GLOBAL_OPTIONS, HELP_FORM } from './options/root.ts';
import type { Option } from './options.ts';
import { supportedNames } from './options.ts';
import type { Goal, Passed } from './traverse.ts';
import { traverse } from './traverse.ts';
import { commandHelp, groupHelp, operandFault } from './usage.ts';

const EXIT_BAD_FLAG = 125;
const VERSION_LINE = 'Docker version 20.10.24+dfsg1, build 297e128\n';

type Parsed = Extract<FlagOutcome, { kind: 'parsed' }>;
type Refused = Extract<FlagOutcome, { kind: 'refused' }>;

export type Reading =
  | {
      readonly kind: 'command';
      readonly command: Command;
      readonly flags: Flags;
      /** Where its arguments begin. */
      readonly offset: number;
      /** What is printed before it runs. */
      readonly stdout: string;
      readonly stderr: string;
    }
  | {
      readonly kind: 'answer';
      readonly exit: number;
      readonly stdout: string;
      readonly stderr: string;
      /** Where an option or a command stands that Docker does not have. */
      readonly unknownIndex?: number | undefined;
    }
  | { readonly kind: 'lack'; readonly lack: Lack };

/** Reads the arguments behind `docker`. */
export function readCommandLine(args: readonly string[], images: ImageStore | null): Reading {
  const outcome = readFlags(GLOBAL_OPTIONS, args, false);
  const early = endpointFault(outcome.flags);
  if (early !== undefined) return withNotices(complaint(1, early), '', outcome.notices);
  if (outcome.kind === 'refused') return withNotices(refusedGlobally(outcome), '', outcome.notices);
  const offset = outcome.flags.operandIndexes[0] ?? args.length;
  return withNotices(readBehindGlobals(args, offset, outcome, images), '', outcome.notices);
}

/** The command that the client makes by itself, `completion`, is not there yet when the first options are read. */
function refusedGlobally(outcome: Refused): Reading {
  const groups = ROOT.groups.filter((group) => group.name !== 'completion');
  const help = groupHelp({ ...ROOT, groups });
  return complaint(EXIT_BAD_FLAG, `${outcome.message}\nSee 'docker --help'.\n${help}`, unknownIndex(outcome, 0));
}

function readBehindGlobals(
  args: readonly string[],
  offset: number,
  globals: Parsed,
  images: ImageStore | null,
): Reading {
  const isHelp = globals.flags.isSet('help');
  if (args[offset] === 'help') return readHelp(args.slice(offset + 1), offset + 1, isHelp);
  const goal = traverse(ROOT, args, offset, { isHelp, notices: '', lacking: endpointLack(globals.flags) });
  if (goal.kind === 'refused') return complaint(1, goal.outcome.message, unknownIndex(goal.outcome, goal.offset));
  if (goal.kind === 'entry') return readEntry(goal, args, images);
  if (goal.group !== ROOT) return withNotices(readGroup(goal, args), goal.passed.notices, '');
  return readRoot(args, offset, globals);
}

/** `docker` alone, or with a command that there is not. */
function readRoot(args: readonly string[], offset: number, globals: Parsed): Reading {
  const outcome = readFlags(GLOBAL_OPTIONS, args.slice(offset), true);
  const help = groupHelp(ROOT);
  if (outcome.kind === 'refused') {
    return complaint(EXIT_BAD_FLAG, `${outcome.message}\nSee 'docker --help'.\n${help}`, unknownIndex(outcome, offset));
  }
  const { flags, notices } = outcome;
  if (flags.isSet('help', globals.flags.isSet('help'))) return answer(notices + help);
  if (flags.isSet('version', globals.flags.isSet('version'))) return answer(notices + VERSION_LINE);
  const name = flags.operands[0];
  if (name === undefined) return { kind: 'answer', exit: 0, stdout: notices, stderr: help };
  const text = `docker: '${name}' is not a docker command.\nSee 'docker --help'`;
  return withNotices(complaint(1, text, offset + flags.operandIndexes[0]!), notices, '');
}

/** `docker help …`: help of what is named, as long as all its words are known. */
function readHelp(args: readonly string[], offset: number, wantsOwnHelp: boolean): Reading {
  const outcome = readFlags(HELP_FORM.options, args, true);
  if (outcome.kind === 'refused') return refused(outcome, 'docker help', offset);
  const { flags, notices } = outcome;
  if (flags.isSet('help', wantsOwnHelp)) return answer(notices + commandHelp(HELP_FORM));
  let found: CatalogueGroup | CatalogueEntry = ROOT;
  for (const [index, word] of flags.operands.entries()) {
    const below: CatalogueGroup | CatalogueEntry | undefined = topicBelow(found, word);
    if (below === undefined) {
      const text = `unknown help topic: ${flags.operands.slice(index).join(' ')}`;
      return withNotices(complaint(1, text, offset + flags.operandIndexes[index]!), notices, '');
    }
    found = below;
  }
  return answer(notices + helpOf(found));
}

function topicBelow(topic: CatalogueGroup | CatalogueEntry, word: string): CatalogueGroup | CatalogueEntry | undefined {
  if ('form' in topic) return undefined;
  if (topic === ROOT && word === 'help') return HELP_ENTRY;
  return topic.groups.find((each) => each.name === word) ?? findEntry(topic.entries, word);
}

const HELP_ENTRY: CatalogueEntry = {
  name: 'help',
  summary: HELP_FORM.summary,
  form: HELP_FORM,
  command: undefined,
  isHidden: true,
};

function helpOf(topic: CatalogueGroup | CatalogueEntry): string {
  return 'form' in topic ? commandHelp(topic.form) : groupHelp(topic);
}

/** A management command without a command behind it. */
function readGroup(goal: Extract<Goal, { kind: 'group' }>, args: readonly string[]): Reading {
  const { group, offset, passed } = goal;
  const path = `docker ${group.path}`;
  const outcome = readFlags(group.options, args.slice(offset), true);
  const help = groupHelp(group);
  if (outcome.kind === 'refused') {
    const text = `${outcome.message}\nSee '${path} --help'.\n${help}`;
    return complaint(EXIT_BAD_FLAG, text, unknownIndex(outcome, offset));
  }
  const { flags, notices } = outcome;
  // This one is of cobra's own making: it does not run, so that it always shows its help.
  if (flags.isSet('help', passed.isHelp) || group.path === 'completion') return answer(notices + help);
  if (flags.operands.length === 0) return { kind: 'answer', exit: 0, stdout: notices, stderr: help };
  return withNotices(complaint(1, help.trimEnd(), offset + flags.operandIndexes[0]!), notices, '');
}

/** A command by its name; its arguments begin at `goal.offset`. */
function readEntry(
  goal: Extract<Goal, { kind: 'entry' }>,
  args: readonly string[],
  images: ImageStore | null,
): Reading {
  const { entry, offset, passed } = goal;
  const { form } = entry;
  const outcome = readFlags(form.options, args.slice(offset), form.isInterspersed);
  if (outcome.kind === 'refused') {
    return withNotices(refused(outcome, `docker ${form.path}`, offset), passed.notices, '');
  }
  const { flags, notices } = outcome;
  // To show help the client goes the whole way again, and says again what it has said, and everything once more.
  if (isHelpAsked(form, flags, passed)) return answer(passed.notices.repeat(3) + notices + commandHelp(form, flags));
  const stdout = passed.notices + notices;
  const fault = operandFault(form, flags.operands) ?? foreignFault(outcome.foreign);
  if (fault !== undefined) return withNotices(complaint(1, fault), stdout, '');
  const lack = lackOf(entry, outcome, offset, passed, images);
  if (lack !== undefined) return { kind: 'lack', lack };
  return { kind: 'command', command: entry.command!, flags, offset, stdout, stderr: '' };
}

/** `--help` is one switch for all that stands on the way, but for commands that have one of their own. */
function isHelpAsked(form: CommandForm, flags: Flags, passed: Passed): boolean {
  const isOwn = form.options.some((each) => each.long === 'help' && !each.isHidden);
  return flags.isSet('help', passed.isHelp && !isOwn);
}

/** What Dockwire lacks of a command line in which Docker would find nothing wrong. */
function lackOf(
  entry: CatalogueEntry,
  outcome: Parsed,
  offset: number,
  passed: Passed,
  images: ImageStore | null,
): Lack | undefined {
  const { form, command } = entry;
  const path = `docker ${form.path}`;
  if (passed.lacking !== undefined) return passed.lacking;
  if (command === undefined) return { name: path, supported: supportedBeside(form.path), argIndex: offset - 1 };
  const { lacking } = outcome;
  if (lacking !== undefined) {
    const supported = supportedNames(form.options);
    return { name: `${path} ${lacking.optionText}`, supported, argIndex: offset + lacking.argIndex };
  }
  const lack = command.lack?.(outcome.flags, images);
  return lack && { ...lack, argIndex: offset + lack.argIndex };
}

/** What there is in the same management command, or behind `docker`. */
function supportedBeside(path: string): string {
  const group = ROOT.groups.find((each) => path.startsWith(`${each.name} `));
  const names = group === undefined ? '' : supportedEntries(group.entries);
  return names === '' ? supportedCommands() : names;
}

/** Twin of docker/cli's isSupported for options. */
function foreignFault(foreign: readonly Option[]): string | undefined {
  if (foreign.length === 0) return undefined;
  const sorted = [...foreign].sort((left, right) => (left.long < right.long ? -1 : 1));
  const texts = sorted.map(({ long, support }) =>
    support === 'windows'
      ? `"--${long}" is only supported on a Docker daemon running on windows, but the Docker daemon is running on linux`
      : `"--${long}" is only supported on a Docker daemon with experimental features enabled`,
  );
  return texts.join('\n');
}

function answer(stdout: string): Reading {
  return { kind: 'answer', exit: 0, stdout, stderr: '' };
}

function complaint(exit: number, text: string, unknownAt?: number): Reading {
  return { kind: 'answer', exit, stdout: '', stderr: `${text}\n`, unknownIndex: unknownAt };
}

function refused(outcome: Refused, path: string, offset: number): Reading {
  return complaint(EXIT_BAD_FLAG, `${outcome.message}\nSee '${path} --help'.`, unknownIndex(outcome, offset));
}

/** Where an unknown option stands among all arguments; undefined when the option is known and its value is not. */
function unknownIndex(outcome: Refused, offset: number): number | undefined {
  return outcome.isUnknown ? offset + outcome.argIndex : undefined;
}

/** The same with what was printed before. */
function withNotices(reading: Reading, stdout: string, stderr: string): Reading {
  if (reading.kind === 'lack') return reading;
  return { ...reading, stdout: stdout + reading.stdout, stderr: stderr + reading.stderr };
}
