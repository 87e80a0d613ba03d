/**
 * The program `docker`: finds the command that is meant, reads its options and runs it. The same way through the
 * catalogue serves `check`, which looks for what Dockwire lacks before the run. Twin of docker/cli's cmd/docker.
 */
import type { CheckMistake, ProgramEntry } from '../../kernel/proc/program-registry.ts';
import { ProgramRegistry } from '../../kernel/proc/program-registry.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import type { Engine } from '../engine.ts';
import type { Image, ImageStore } from '../images.ts';
import { parseReference } from '../images.ts';
import { mistakeOf, reportLack } from './command.ts';
import type { Reading } from './reading.ts';
import { readCommandLine } from './reading.ts';

/** The program `docker` of a host, to be added to its registry. */
export function dockerProgram(engine: Engine): ProgramEntry {
  return {
    name: 'docker',
    run: (proc) => runDocker(proc, engine),
    check: (args) => checkDockerArguments(args, engine.host.images),
    refusal: refuseDockerArguments,
    commandAt: commandOfDocker,
    commandPrograms: (args) => {
      const words = containerWords(args);
      const image = words?.image ?? words?.container;
      if (words === undefined || image === undefined) return NOBODY_KNOWS;
      const found = words.image === undefined ? containerImage(engine, image) : imageOf(engine.host.images, image);
      return found?.programs ?? NOBODY_KNOWS;
    },
  };
}

/** Of a container about which nobody can tell. */
const NOBODY_KNOWS = new ProgramRegistry();

function containerImage(engine: Engine, term: string): Image | undefined {
  return engine.findContainer(term)?.image;
}

function imageOf(images: ImageStore, text: string): Image | undefined {
  const reference = parseReference(text);
  return typeof reference === 'string' ? undefined : images.find(reference);
}

/** The same for a look at command lines before the run: which containers there will be their words tell. */
export function dockerProgramToCheck(images: ImageStore): Omit<ProgramEntry, 'run'> {
  const containers = new Map<string, Image>();
  return {
    name: 'docker',
    check: (args) => {
      const words = containerWords(args);
      const image = words?.image === undefined ? undefined : imageOf(images, words.image);
      if (words !== undefined && image !== undefined) containers.set(words.container ?? '', image);
      return checkDockerArguments(args);
    },
    refusal: refuseDockerArguments,
    commandAt: commandOfDocker,
    commandPrograms: (args) => {
      const words = containerWords(args);
      const image = words?.image === undefined ? containers.get(words?.container ?? '') : imageOf(images, words.image);
      return image?.programs ?? NOBODY_KNOWS;
    },
  };
}

/** Which image and which name a command line gives a container, or which container it means. */
function containerWords(
  args: readonly string[],
): { readonly image?: string | undefined; readonly container?: string | undefined } | undefined {
  const reading = readCommandLine(args, null);
  if (reading.kind !== 'command' || !WITH_COMMAND.test(reading.command.path)) return undefined;
  const { command, flags } = reading;
  const first = flags.operands[0];
  return command.path.endsWith('exec') ? { container: first } : { image: first, container: flags.text('name') };
}

/** Commands that have another command behind their first operand: a container, an image. */
const WITH_COMMAND = /(?:^|container )(?:exec|run|create)$/;

/**
 * For `ProgramEntry.commandAt`: where the command for a container begins. With `--entrypoint`, which comes before it,
 * there is none, nor behind an image that is no literal word.
 */
export function commandOfDocker(args: readonly string[]): number | undefined {
  const reading = readCommandLine(args, null);
  if (reading.kind !== 'command' || !WITH_COMMAND.test(reading.command.path)) return undefined;
  const { flags, offset } = reading;
  const at = flags.operandIndexes[1];
  if (at === undefined || flags.isGiven('entrypoint')) return undefined;
  // A word that is not literal may be an option.
  if (!reading.command.path.endsWith('exec') && flags.operands[0] === '') return undefined;
  return offset + at;
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
  const reading: Reading = readCommandLine(proc.argv.slice(1), engine.host.images);
  if (reading.kind === 'lack') return reportLack(proc, reading.lack);
  if (reading.stdout !== '') proc.write(reading.stdout);
  if (reading.stderr !== '') proc.writeError(reading.stderr);
  if (reading.kind === 'answer') return reading.exit;
  const result = reading.command.run({ proc, engine }, reading.flags);
  const exit = typeof result === 'number' ? result : yield* result;
  while (proc.now < engine.announcer.heardNs) yield proc.sleep(engine.announcer.heardNs - proc.now);
  return exit;
}
