/** `docker exec`: a command in a running container. Twin of docker/cli's container/exec.go. */
import type { Stdin } from '../../kernel/proc/process-table.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import type { Container, OutputSink } from '../container.ts';
import { DISCARD } from '../container.ts';
import { DaemonError } from '../errors.ts';
import { requireRunning, startExec } from '../daemon/exec.ts';
import type { Client, Command } from './command.ts';
import { daemonText, daemonTextFor, orRefusal, programLack, reportLack, waitForEnd } from './command.ts';
import type { Flags } from './flags.ts';
import { EXEC_FORM } from './options/container.ts';

/** Whatever the runtime's reason was (moby daemon/exec.go). */
const EXIT_NOT_STARTED = 126;

export const EXEC: Command = { ...EXEC_FORM, run };

function* run(client: Client, flags: Flags): Generator<Wait, number, WakeReason> {
  const term = flags.operands[0]!;
  const container = orRefusal(() => client.engine.getContainer(term));
  if (container instanceof DaemonError) return refuse(client, daemonTextFor(container, 'container', term));
  const refusal = orRefusal(() => {
    requireRunning(container);
  });
  if (refusal instanceof DaemonError) return refuse(client, daemonText(refusal));
  const missing = programLack(container.image, flags.operands[1]!);
  if (missing !== undefined) return reportLack(client.proc, missing);
  if (flags.isSet('detach')) return execDetached(client, flags, container);
  return yield* execAttached(client, flags, container);
}

function execDetached(client: Client, flags: Flags, container: Container): number {
  const started = orRefusal(() =>
    startExec(client.engine, container, {
      command: flags.operands.slice(1),
      isTty: flags.isSet('tty'),
      stdin: flags.isSet('tty') ? 'open' : 'null',
      output: DISCARD,
    }),
  );
  return started instanceof DaemonError ? refuse(client, daemonText(started)) : 0;
}

function* execAttached(client: Client, flags: Flags, container: Container): Generator<Wait, number, WakeReason> {
  const { proc, engine } = client;
  let output: OutputSink = {
    stdout: (text) => {
      proc.write(text);
    },
    stderr: (text) => {
      proc.writeError(text);
    },
  };
  try {
    const started = orRefusal(() =>
      startExec(engine, container, {
        command: flags.operands.slice(1),
        isTty: flags.isSet('tty'),
        stdin: stdinOf(client, flags),
        // The command goes on when its client is killed; its output then goes nowhere.
        output: {
          stdout: (text) => {
            output.stdout(text);
          },
          stderr: (text) => {
            output.stderr(text);
          },
        },
      }),
    );
    if (started instanceof DaemonError) {
      // The connection is a raw stream by then, so the reason comes on it, with a terminal's line end.
      proc.write(`${started.message}\r\n`);
      return EXIT_NOT_STARTED;
    }
    yield* waitForEnd(proc, started);
    return started.exitCode ?? 0;
  } finally {
    output = DISCARD;
  }
}

function stdinOf(client: Client, flags: Flags): Stdin {
  if (flags.isSet('interactive')) return client.proc.stdin;
  return flags.isSet('tty') ? 'open' : 'null';
}

function refuse(client: Client, text: string): number {
  client.proc.writeError(`${text}\n`);
  return 1;
}
