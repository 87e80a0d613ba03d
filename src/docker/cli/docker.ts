/**
 * The program `docker`: finds the command that is meant, reads its options and runs it. The same way through the
 * catalogue serves `check`, which looks for what Dockwire lacks before the run. Twin of docker/cli's cmd/docker.
 */
import type { CheckMistake, ProgramEntry } from '../../kernel/proc/program-registry.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import type { Engine } from '../engine.ts';
import type { ImageStore } from '../images.ts';
import { BUILT_IN_IMAGES, parseReference } from '../images.ts';
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
  };
}

/** Commands that have another command behind their first operand: a container, an image. */
const WITH_COMMAND = /(?:^|container )(?:exec|run|create)$/;

/**
 * For `ProgramEntry.commandAt`: where the command for a container begins. Behind an image that is nobody's to judge
 * before the run, or that is no literal word, there is none; nor is there with `--entrypoint`, which comes before it.
 */
export function commandOfDocker(args: readonly string[]): number | undefined {
  const reading = readCommandLine(args, null);
  if (reading.kind !== 'command' || !WITH_COMMAND.test(reading.command.path)) return undefined;
  const { command, flags, offset } = reading;
  const at = flags.operandIndexes[1];
  if (at === undefined || flags.isGiven('entrypoint')) return undefined;
  if (!command.path.endsWith('exec') && !isBuiltIn(flags.operands[0]!)) return undefined;
  return offset + at;
}

function isBuiltIn(image: string): boolean {
  const reference = parseReference(image);
  return typeof reference !== 'string' && BUILT_IN_IMAGES.includes(reference.name);
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
