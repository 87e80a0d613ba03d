/** `docker attach`. Twin of docker/cli's container/attach.go. */
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import type { Container } from '../container.ts';
import { attachOutput, handOnSignals, isTerminal, stayAttached } from './attached.ts';
import type { Client, Command, CommandResult } from './command.ts';
import { complain, findOrText } from './each-container.ts';
import type { Flags } from './flags.ts';
import { ATTACH_FORM } from './options/container.ts';

export const ATTACH: Command = { ...ATTACH_FORM, run };

function run(client: Client, flags: Flags): CommandResult {
  const container = findOrText(client, flags.operands[0]!);
  if (typeof container === 'string') return complain(client, container);
  const refusal = refusalOf(container);
  if (refusal !== undefined) return complain(client, refusal);
  const { isTty, isStdinOpen } = container.config;
  const isInput = isStdinOpen && !flags.isSet('no-stdin');
  if (isInput && isTty && !isTerminal(client.proc)) return complain(client, 'the input device is not a TTY');
  return stay(client, container, isInput, flags.isSet('sig-proxy', true) && !isTty);
}

/** Twin of inspectContainerAndCheckState. */
function refusalOf(container: Container): string | undefined {
  if (!container.isActive) return 'You cannot attach to a stopped container, start it first';
  if (container.status === 'paused') return 'You cannot attach to a paused container, unpause it first';
  if (container.status === 'restarting') return 'You cannot attach to a restarting container, wait until it is running';
  return undefined;
}

function* stay(
  client: Client,
  container: Container,
  isInput: boolean,
  isProxy: boolean,
): Generator<Wait, number, WakeReason> {
  const exit = container.nextExit();
  const detach = attachOutput(client, container, { stdout: true, stderr: true });
  try {
    if (isProxy) handOnSignals(client.proc, client.engine, container);
    return yield* stayAttached(client, container, exit, isInput);
  } finally {
    detach();
  }
}
