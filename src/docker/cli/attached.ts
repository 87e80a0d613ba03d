/** A client that is attached to a container: what comes out of it, what goes in, and signals handed on. */
import type { Process } from '../../kernel/proc/process.ts';
import { signalNumber } from '../../kernel/proc/signal.ts';
import type { Wait, WakeReason, Waitable } from '../../kernel/proc/wait.ts';
import type { Container, OutputSink } from '../container.ts';
import type { Engine } from '../engine.ts';
import { containerAttributes } from '../daemon/create.ts';
import { sendSignal } from '../daemon/kill.ts';
import { HANDED_ON_SIGNALS } from '../daemon/signals.ts';
import type { Client } from './command.ts';
import { orRefusal } from './command.ts';

export interface Streams {
  readonly stdout: boolean;
  readonly stderr: boolean;
}

/** Shows a container's output to whoever typed the command; the function returned ends that. */
export function attachOutput(client: Client, container: Container, streams: Streams): () => void {
  const { proc, engine } = client;
  engine.events.log('container', 'attach', container.id, containerAttributes(container));
  const ignore = (): void => undefined;
  const sink: OutputSink = {
    stdout: streams.stdout
      ? (text): void => {
          proc.write(text);
        }
      : ignore,
    stderr: streams.stderr
      ? (text): void => {
          proc.writeError(text);
        }
      : ignore,
  };
  return container.attach(sink);
}

/** `--sig-proxy`: what the client gets, the container gets. */
export function handOnSignals(proc: Process, engine: Engine, container: Container): void {
  for (const signal of HANDED_ON_SIGNALS) {
    proc.onSignal(signal, () => {
      orRefusal(() => {
        sendSignal(engine, container, signalNumber(signal));
      });
    });
  }
}

/** Whether standard input is a terminal, at its end or silent. */
export function isTerminal(proc: Process): boolean {
  return proc.stdin === 'eof' || proc.stdin === 'open';
}

/** Stays until the container's next end; the exit code. With `isInput` it copies its own input into the container. */
export function* stayAttached(
  client: Client,
  container: Container,
  exit: Waitable,
  isInput: boolean,
): Generator<Wait, number, WakeReason> {
  const { proc } = client;
  let isOpen = isInput;
  while (!exit.isReady()) {
    if (isOpen) isOpen = copyInput(proc, container);
    const { stdin } = proc;
    yield proc.waitFor(isOpen && typeof stdin !== 'string' ? [exit, stdin] : exit);
  }
  return container.lastExitCode;
}

/** Copies what there is; false at the end of input, which is the container's, too, unless it keeps it open. */
function copyInput(proc: Process, container: Container): boolean {
  const { stdin } = proc;
  if (stdin === 'open') return true;
  for (;;) {
    const text = typeof stdin === 'string' ? null : stdin.read();
    if (text === '') return true;
    if (text === null) {
      const { isStdinOpen, attachStdin } = container.config;
      if (isStdinOpen && attachStdin) container.stdin?.closeWriter();
      return false;
    }
    container.stdin?.write(text);
  }
}
