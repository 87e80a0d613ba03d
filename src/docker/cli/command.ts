/** What a command of Docker's client is, and what all of them share. */
import type { CheckMistake } from '../../kernel/proc/program-registry.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import type { Engine } from '../engine.ts';
import { DaemonError } from '../errors.ts';
import type { Image, ImageStore } from '../images.ts';
import { isLackingProgram } from '../images.ts';
import type { Flags } from './flags.ts';
import type { CommandForm } from './options/form.ts';

/** One client: the process that runs `docker`, and the engine that it talks to. */
export interface Client {
  readonly proc: Process;
  readonly engine: Engine;
}

/** An exit code, at once or after waiting. */
export type CommandResult = number | Generator<Wait, number, WakeReason>;

/** What Dockwire has of a command: its form, and what it does. */
export interface Command extends CommandForm {
  run(client: Client, flags: Flags): CommandResult;
  /** What Dockwire lacks of the values given; `images` is null before the run, when there is no engine. */
  readonly lack?: (flags: Flags, images: ImageStore | null) => Lack | undefined;
}

/** Something that Docker has and Dockwire does not. */
export interface Lack {
  /** As the user would name it: `docker run --publish`. */
  readonly name: string;
  readonly supported: string;
  /** Behind `docker`, from 0. */
  readonly argIndex: number;
}

/** Exit code for what Dockwire lacks. */
export const EXIT_UNSUPPORTED = 127;

export function lackText(lack: Pick<Lack, 'name' | 'supported'>): string {
  return `${lack.name}: not supported by Dockwire; supported: ${lack.supported}`;
}

export function mistakeOf(lack: Lack): CheckMistake {
  return { argIndex: lack.argIndex, message: lackText(lack) };
}

/** Says during the run what Dockwire lacks; the exit code. */
export function reportLack(proc: Process, lack: Pick<Lack, 'name' | 'supported'>): number {
  proc.writeError(`${lackText(lack)}\n`);
  proc.markUnsupported();
  return EXIT_UNSUPPORTED;
}

/** What is said when a command in a container is a program that its image really has; undefined for all others. */
export function programLack(image: Image, word: string): Pick<Lack, 'name' | 'supported'> | undefined {
  if (!isLackingProgram(image, word)) return undefined;
  return { name: word, supported: image.programs.names().join(' ') };
}

/** A daemon's refusal as the client words it. */
export function daemonText(error: DaemonError): string {
  return `Error response from daemon: ${error.message.trim()}`;
}

/** The same for commands that word "not found" themselves, in older clients: `Error: No such container: c9`. */
export function daemonTextFor(
  { engine }: Pick<Client, 'engine'>,
  error: DaemonError,
  kind: 'container' | 'network',
  term: string,
): string {
  const isOwnWord = error.isNotFound && !engine.version.hasDocuments29;
  return isOwnWord ? `Error: No such ${kind}: ${term}` : daemonText(error);
}

/** Runs `action`, and hands a DaemonError over instead of letting it fly. */
export function orRefusal<T>(action: () => T): T | DaemonError {
  try {
    return action();
  } catch (error) {
    if (error instanceof DaemonError) return error;
    throw error;
  }
}

/** The same for what takes time. */
export function* orLaterRefusal<T>(
  action: Generator<Wait, T, WakeReason>,
): Generator<Wait, T | DaemonError, WakeReason> {
  try {
    return yield* action;
  } catch (error) {
    if (error instanceof DaemonError) return error;
    throw error;
  }
}

/** Waits until a process has ended or the instant has come; whichever signals come meanwhile. */
export function* waitForEnd(proc: Process, ending: Process, untilNs = Infinity): Generator<Wait, void, WakeReason> {
  while (ending.exitCode === null && proc.now < untilNs) yield proc.waitFor(ending, untilNs);
}
