/**
 * The program `ip` of iproute2 6.1 as Debian 12 has it: options, objects, help, batches. What a verb changes goes
 * through the machine's door, what it shows is printed by kernel/show.
 */
import { IP_USAGE, LINK_USAGE } from '../../kernel/admin/ip-usage.ts';
import type { AdminResult } from '../../kernel/admin/result.ts';
import { ipXfrm, lackOfXfrm } from '../../kernel/admin/ip-xfrm.ts';
import { completed } from '../../kernel/admin/words.ts';
import type { CheckMistake, ProgramEntry } from '../../kernel/proc/program-registry.ts';
import type { Process } from '../../kernel/proc/process.ts';
import { EXIT_UNSUPPORTED } from '../unsupported.ts';
import { readBatch } from './ip-batch.ts';
import { runMonitor } from './ip-monitor.ts';
import { runNetns } from './ip-netns.ts';
import type { IpObject } from './ip-objects.ts';
import { findObject, SUPPORTED_OBJECTS } from './ip-objects.ts';
import type { IpOptions, IpOptionsEnd } from './ip-options.ts';
import { readIpOptions } from './ip-options.ts';
import { LINK_TYPE_USAGES } from './ip-link-usage.ts';
import type { Run } from './run.ts';

const VERSION = 'ip utility, iproute2-6.1.0, libbpf 1.1.2\n';
/** exit(-1) of a C program: it ends a batch at once. */
export const EXIT_AT_ONCE = 255;
const SUPPORTED_OPTIONS =
  '-4 -6 -0 -all -batch -brief -color -details -family -force -help -human -iec -json -loops -netns -Numeric ' +
  '-oneline -pretty -resolve -stats -timestamp -tshort -Version';

function* run(proc: Process): Run {
  const args = proc.argv.slice(1);
  const options = readIpOptions(args, (name) => proc.door.namespace(name) !== undefined);
  if ('kind' in options) return endEarly(proc, options);
  const ns = options.netns === null ? proc.ns : proc.door.namespace(options.netns)!;
  const words = args.slice(options.objectAt);
  if (options.batch !== null) return yield* runBatch(proc, ns, options, options.batch);
  if (words.length > 0) return yield* runCommand(proc, ns, words, options);
  proc.writeError(IP_USAGE);
  return EXIT_AT_ONCE;
}

function endEarly(proc: Process, end: IpOptionsEnd): number {
  switch (end.kind) {
    case 'version':
      proc.write(VERSION);
      return 0;
    case 'usage':
      proc.writeError(IP_USAGE);
      return EXIT_AT_ONCE;
    case 'lack':
      proc.writeError(`ip ${end.text}: not supported by Dockwire; supported: ${SUPPORTED_OPTIONS}\n`);
      proc.markUnsupported();
      return EXIT_UNSUPPORTED;
    default:
      proc.writeError(`${end.text}\n`);
      return EXIT_AT_ONCE;
  }
}

/** `words` begin with the object. */
function* runCommand(proc: Process, ns: Process['ns'], words: readonly string[], options: IpOptions): Run {
  const [word, ...args] = words;
  const object = findObject(word!);
  if (object === undefined) {
    proc.writeError(`Object "${word!}" is unknown, try "ip help".\n`);
    return 1;
  }
  if (object === 'help') {
    proc.writeError(IP_USAGE);
    return EXIT_AT_ONCE;
  }
  if (typeof object === 'string') return lack(proc, `ip ${object}`, SUPPORTED_OBJECTS);
  if (object.helpName === 'netns') return yield* runNetns(proc, ns, args, options);
  if (object.helpName === 'monitor') return yield* runMonitor(proc, ns, args, options);
  if (object.helpName === 'xfrm') return report(proc, ipXfrm(ns, args, options.show));
  return runVerb(proc, ns, object, args, options);
}

function runVerb(
  proc: Process,
  ns: Process['ns'],
  object: IpObject,
  args: readonly string[],
  options: IpOptions,
): number {
  const [word = object.shows.keys().next().value ?? '', ...rest] = args;
  const verb = completed(word, object.verbs);
  if (verb === 'help') return help(proc, object, rest);
  if (verb === undefined) {
    proc.writeError(`Command "${word}" is unknown, try "ip ${object.helpName} help".\n`);
    return EXIT_AT_ONCE;
  }
  if (object.lacking.has(verb)) return lack(proc, `ip ${object.name} ${verb}`, supportedVerbs(object));
  const show = object.shows.get(verb);
  if (show !== undefined) return report(proc, show(ns, rest, options.show));
  const { family } = options.show;
  const familyWords = family === 'inet' ? ['-4'] : family === 'inet6' ? ['-6'] : [];
  return report(proc, proc.door.run(ns, ['ip', ...familyWords, object.name, verb, ...rest]));
}

/** `ip link help TYPE` prints that of the type on standard output. */
function help(proc: Process, object: IpObject, args: readonly string[]): number {
  const typeUsage = object.usage === LINK_USAGE ? LINK_TYPE_USAGES.get(args[0] ?? '') : undefined;
  if (typeUsage !== undefined) {
    proc.write(typeUsage);
    return 0;
  }
  proc.writeError(object.usage);
  return EXIT_AT_ONCE;
}

/** Prints what a command answers and returns its exit code. */
function report(proc: Process, result: AdminResult): number {
  if (result.stdout !== '') proc.write(result.stdout);
  if (result.stderr !== '') proc.writeError(result.stderr);
  if (result.exit === EXIT_UNSUPPORTED) proc.markUnsupported();
  return result.exit;
}

function lack(proc: Process, what: string, supported: string): number {
  proc.writeError(`${what}: not supported by Dockwire; supported: ${supported}\n`);
  proc.markUnsupported();
  return EXIT_UNSUPPORTED;
}

function supportedVerbs(object: IpObject): string {
  return object.verbs.filter((verb) => !object.lacking.has(verb)).join(', ');
}

/** `-batch FILE`: one command a line; the first that fails ends it, unless `-force`. */
function* runBatch(proc: Process, ns: Process['ns'], options: IpOptions, name: string): Run {
  const lines = yield* readBatch(proc, name);
  if (lines === undefined) {
    proc.writeError(`Cannot open file "${name}" for reading: No such file or directory\n`);
    return 1;
  }
  let exit = 0;
  for (const { words, number } of lines) {
    const result = yield* runCommand(proc, ns, words, options);
    if (result === EXIT_AT_ONCE) return result;
    if (result === 0) continue;
    proc.writeError(`Command failed ${name}:${number}\n`);
    exit = 1;
    if (!options.force) break;
  }
  return exit;
}

/** What of a line Dockwire lacks; a word that is no literal is ''. */
function checkIp(args: readonly string[]): CheckMistake | undefined {
  const options = readIpOptions(args, () => true);
  if ('kind' in options) {
    if (options.kind !== 'lack') return undefined;
    return { argIndex: options.argIndex, message: `option ${options.text} is not supported by Dockwire` };
  }
  const at = options.objectAt;
  const object = findObject(args[at] ?? '');
  if (object === undefined || object === 'help' || options.batch !== null) return undefined;
  if (typeof object === 'string') {
    return {
      argIndex: at,
      message: `object "${object}" is not supported by Dockwire; supported: ${SUPPORTED_OBJECTS}`,
    };
  }
  const lacking = object.helpName === 'xfrm' ? lackOfXfrm(args.slice(at + 1)) : undefined;
  if (lacking !== undefined) {
    return { argIndex: at + 1 + lacking.index, message: `${lacking.what} is not supported by Dockwire` };
  }
  const verb = completed(args[at + 1] ?? '', object.verbs);
  if (verb === undefined || !object.lacking.has(verb)) return undefined;
  return { argIndex: at + 1, message: `${object.name} ${verb} is not supported by Dockwire` };
}

/** What of a line the real `ip` does not know either. */
function refuseIp(args: readonly string[]): CheckMistake | undefined {
  const options = readIpOptions(args, () => true);
  if ('kind' in options) {
    if (options.kind !== 'unknown') return undefined;
    return { argIndex: options.argIndex, message: options.text };
  }
  const at = options.objectAt;
  const word = args[at] ?? '';
  if (word === '' || options.batch !== null) return undefined;
  const object = findObject(word);
  if (object === undefined) return { argIndex: at, message: `Object "${word}" is unknown, try "ip help".` };
  const verbWord = args[at + 1] ?? '';
  if (typeof object === 'string' || verbWord === '' || object.verbs.length === 0) return undefined;
  if (completed(verbWord, object.verbs) !== undefined) return undefined;
  return { argIndex: at + 1, message: `Command "${verbWord}" is unknown, try "ip ${object.helpName} help".` };
}

/** `ip netns exec NAME COMMAND`: where the command begins. */
function commandOfIp(args: readonly string[]): number | undefined {
  const options = readIpOptions(args, () => true);
  if ('kind' in options) return undefined;
  const at = options.objectAt;
  const object = findObject(args[at] ?? '');
  if (object === undefined || typeof object === 'string' || object.helpName !== 'netns') return undefined;
  if (completed(args[at + 1] ?? '', object.verbs) !== 'exec') return undefined;
  const commandAt = at + (options.all ? 2 : 3);
  return commandAt < args.length ? commandAt : undefined;
}

export const IP: ProgramEntry = { name: 'ip', run, check: checkIp, refusal: refuseIp, commandAt: commandOfIp };
