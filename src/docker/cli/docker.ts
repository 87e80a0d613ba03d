/**
 * The program `docker`: finds the command that is meant, reads its options and runs it. The same way through the
 * catalogue serves `check`, which looks for what Dockwire lacks before the run.
 */
import type { CheckMistake, ProgramEntry } from '../../kernel/proc/program-registry.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import type { Engine } from '../engine.ts';
import type { ImageStore } from '../images.ts';
import type { CatalogueEntry, CatalogueGroup } from './catalogue.ts';
import { GROUPS, TOP_COMMANDS, findEntry, supportedCommands, supportedEntries } from './catalogue.ts';
import type { Command, Lack } from './command.ts';
import { mistakeOf, reportLack } from './command.ts';
import type { Flags } from './flags.ts';
import type { FlagOutcome } from './flags.ts';
import { readFlags } from './flags.ts';
import { laterOptions, supportedNames } from './options.ts';
import { groupUsage, operandFault, rootUsage, rootUsageAfterFault } from './usage.ts';

const EXIT_BAD_FLAG = 125;

const GLOBAL_OPTIONS = laterOptions(
  'config= c,context= D,debug h,help H,host= l,log-level= tls tlscacert= tlscert= tlskey= tlsverify v,version',
);
const GROUP_OPTIONS = laterOptions('h,help');

/** What a command line means. */
type Reading =
  | { readonly kind: 'command'; readonly command: Command; readonly flags: Flags }
  /** The client answers it by itself. */
  | {
      readonly kind: 'answer';
      readonly exit: number;
      readonly stdout: string;
      readonly stderr: string;
      /** Where an option or a command stands that Docker does not have. */
      readonly unknownIndex?: number | undefined;
    }
  | { readonly kind: 'lack'; readonly lack: Lack };

/** The program `docker` of a host, to be added to its registry. */
export function dockerProgram(engine: Engine): ProgramEntry {
  return {
    name: 'docker',
    run: (proc) => runDocker(proc, engine),
    check: (args) => checkDockerArguments(args, engine.host.images),
    refusal: refuseDockerArguments,
  };
}

/**
 * Finds what Dockwire lacks in the arguments behind `docker`; what Docker itself refuses is left to the run. `images`
 * are those of the engine if there is one already.
 */
export function checkDockerArguments(
  args: readonly string[],
  images: ImageStore | null = null,
): CheckMistake | undefined {
  const reading = readCommandLine(args, images);
  return reading.kind === 'lack' ? mistakeOf(reading.lack) : undefined;
}

/** Finds a command or an option that Docker does not have. */
export function refuseDockerArguments(args: readonly string[]): CheckMistake | undefined {
  const reading = readCommandLine(args, null);
  if (reading.kind !== 'answer' || reading.unknownIndex === undefined) return undefined;
  return { argIndex: reading.unknownIndex, message: reading.stderr.split('\n')[0]!.replace(/^docker: /, '') };
}

function* runDocker(proc: Process, engine: Engine): Generator<Wait, number, WakeReason> {
  const reading = readCommandLine(proc.argv.slice(1), engine.host.images);
  if (reading.kind === 'lack') return reportLack(proc, reading.lack);
  if (reading.kind === 'answer') {
    if (reading.stdout !== '') proc.write(reading.stdout);
    if (reading.stderr !== '') proc.writeError(reading.stderr);
    return reading.exit;
  }
  const result = reading.command.run({ proc, engine }, reading.flags);
  return typeof result === 'number' ? result : yield* result;
}

function readCommandLine(args: readonly string[], images: ImageStore | null): Reading {
  if (args[0] === '--help') return { kind: 'answer', exit: 0, stdout: rootUsage(), stderr: '' };
  const outcome = readFlags(GLOBAL_OPTIONS, args, false);
  if (outcome.kind === 'refused') {
    const text = `${outcome.message}\nSee 'docker --help'.\n${rootUsageAfterFault()}`;
    return complaint(EXIT_BAD_FLAG, text, unknownIndex(outcome, 0));
  }
  if (outcome.kind === 'unsupported') {
    return {
      kind: 'lack',
      lack: { name: `docker ${outcome.optionText}`, supported: 'no global option', argIndex: outcome.argIndex },
    };
  }
  const { operands, operandIndexes } = outcome.flags;
  const name = operands[0];
  if (name === undefined) return { kind: 'answer', exit: 0, stdout: '', stderr: rootUsage() };
  const nameIndex = operandIndexes[0]!;
  const group = GROUPS.find((each) => each.name === name);
  if (group !== undefined) return readGroup(group, args, nameIndex, images);
  const entry = findEntry(TOP_COMMANDS, name);
  if (entry === undefined) {
    return complaint(1, `docker: '${name}' is not a docker command.\nSee 'docker --help'`, nameIndex);
  }
  return readEntry(entry, `docker ${name}`, supportedCommands(), args, nameIndex, images);
}

/** `docker network …`; `nameIndex` is where `network` stands. */
function readGroup(
  group: CatalogueGroup,
  args: readonly string[],
  nameIndex: number,
  images: ImageStore | null,
): Reading {
  const path = `docker ${group.name}`;
  if (group.entries.length === 0) {
    return { kind: 'lack', lack: { name: path, supported: supportedCommands(), argIndex: nameIndex } };
  }
  const entryIndex = nameIndex + 1;
  const name = args[entryIndex];
  if (name === undefined) return { kind: 'answer', exit: 0, stdout: '', stderr: groupUsage(group) };
  if (name === '--help') return { kind: 'answer', exit: 0, stdout: groupUsage(group), stderr: '' };
  if (name.startsWith('-') && name !== '--') return readGroupOption(group, name, entryIndex);
  const entry = findEntry(group.entries, name);
  if (entry === undefined) return complaint(1, groupUsage(group).trimEnd(), entryIndex);
  return readEntry(entry, `${path} ${name}`, supportedEntries(group.entries), args, entryIndex, images);
}

function readGroupOption(group: CatalogueGroup, text: string, entryIndex: number): Reading {
  const outcome = readFlags(GROUP_OPTIONS, [text], false);
  const path = `docker ${group.name}`;
  if (outcome.kind === 'refused') {
    const complaintText = `${outcome.message}\nSee '${path} --help'.\n${groupUsage(group)}`;
    return complaint(EXIT_BAD_FLAG, complaintText, unknownIndex(outcome, entryIndex));
  }
  return { kind: 'lack', lack: { name: `${path} ${text}`, supported: '--help', argIndex: entryIndex } };
}

/** A command by the name that stands at `nameIndex`; `typed` is how it was called. */
function readEntry(
  entry: CatalogueEntry,
  typed: string,
  supported: string,
  args: readonly string[],
  nameIndex: number,
  images: ImageStore | null,
): Reading {
  if (entry.command === undefined) return { kind: 'lack', lack: { name: typed, supported, argIndex: nameIndex } };
  return readArguments(entry.command, args.slice(nameIndex + 1), nameIndex + 1, images);
}

/** `offset` is how many arguments behind `docker` come before `args`. */
function readArguments(command: Command, args: readonly string[], offset: number, images: ImageStore | null): Reading {
  const path = `docker ${command.path}`;
  const outcome = readFlags(command.options, args, command.isInterspersed);
  if (outcome.kind === 'refused') {
    return complaint(EXIT_BAD_FLAG, `${outcome.message}\nSee '${path} --help'.`, unknownIndex(outcome, offset));
  }
  if (outcome.kind === 'unsupported') {
    const supported = supportedNames(command.options);
    return {
      kind: 'lack',
      lack: { name: `${path} ${outcome.optionText}`, supported, argIndex: offset + outcome.argIndex },
    };
  }
  const fault = operandFault(command, outcome.flags.operands.length);
  if (fault !== undefined) return complaint(1, fault);
  const lack = command.lack?.(outcome.flags, images);
  if (lack !== undefined) return { kind: 'lack', lack: { ...lack, argIndex: offset + lack.argIndex } };
  return { kind: 'command', command, flags: outcome.flags };
}

function complaint(exit: number, text: string, unknownIndex?: number): Reading {
  return { kind: 'answer', exit, stdout: '', stderr: `${text}\n`, unknownIndex };
}

/** Where an unknown option stands among all arguments; undefined when the option is known and its value is not. */
function unknownIndex(outcome: Extract<FlagOutcome, { kind: 'refused' }>, offset: number): number | undefined {
  return outcome.isUnknown ? offset + outcome.argIndex : undefined;
}
