/** `docker exec`: a command in a running container. Twin of docker/cli's container/exec.go. */
import type { Stdin } from '../../kernel/proc/process-table.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import type { Container, OutputSink } from '../container.ts';
import { DISCARD } from '../container.ts';
import { DaemonError } from '../errors.ts';
import type { ExecRequest } from '../daemon/exec.ts';
import { requireRunning, startExec } from '../daemon/exec.ts';
import { isTerminal } from './attached.ts';
import type { Client, Command, CommandResult } from './command.ts';
import { daemonText, orRefusal, programLack, reportLack, waitForEnd } from './command.ts';
import { complain, findOrText } from './each-container.ts';
import type { Flags } from './flags.ts';
import { EXEC_FORM } from './options/container.ts';
import { userLack } from './user.ts';
import { environmentEntry } from './values/pair.ts';

/** Whatever the runtime's reason was (moby daemon/exec.go). */
const EXIT_NOT_STARTED = 126;

export const EXEC: Command = { ...EXEC_FORM, run };

function run(client: Client, flags: Flags): CommandResult {
  const term = flags.operands[0]!;
  const container = findOrText(client, term);
  if (typeof container === 'string') return complain(client, container);
  const isTty = flags.isSet('tty');
  if (!flags.isSet('detach') && flags.isSet('interactive') && isTty && !isTerminal(client.proc)) {
    return complain(client, 'the input device is not a TTY');
  }
  const refusal = orRefusal(() => {
    requireRunning(container, term);
  });
  if (refusal instanceof DaemonError) return complain(client, daemonText(refusal));
  const lack = userLack('docker exec', flags) ?? programLack(container.image, flags.operands[1]!);
  if (lack !== undefined) return reportLack(client.proc, lack);
  if (flags.isSet('detach')) return execDetached(client, flags, container);
  return execAttached(client, flags, container);
}

function requestOf(client: Client, flags: Flags, stdin: Stdin, output: OutputSink): ExecRequest {
  return {
    command: flags.operands.slice(1),
    isTty: flags.isSet('tty'),
    stdin,
    output,
    env: flags.texts('env').map((text) => environmentEntry(text, (name) => client.proc.env.get(name))),
    workingDir: flags.text('workdir') ?? '',
    user: flags.text('user') ?? '',
  };
}

function execDetached(client: Client, flags: Flags, container: Container): CommandResult {
  const request = requestOf(client, flags, flags.isSet('tty') ? 'open' : 'null', DISCARD);
  const started = orRefusal(() => startExec(client.engine, container, request));
  return started instanceof DaemonError ? complain(client, daemonText(started)) : 0;
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
  // The command goes on when its client is killed; its output then goes nowhere.
  const relay: OutputSink = {
    stdout: (text) => {
      output.stdout(text);
    },
    stderr: (text) => {
      output.stderr(text);
    },
  };
  try {
    const started = orRefusal(() =>
      startExec(engine, container, requestOf(client, flags, stdinOf(client, flags), relay)),
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
