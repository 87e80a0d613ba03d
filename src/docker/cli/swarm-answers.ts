/** What the commands for swarms share: waiting for the engine, its refusals, and texts about tokens and keys. */
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { DaemonError } from '../errors.ts';
import type { Answer } from '../swarm/answer.ts';
import { awaitAnswer } from '../swarm/answer.ts';
import type { NodeRole } from '../swarm/objects.ts';
import type { Client } from './command.ts';
import { daemonText } from './command.ts';

/** A command that talks with the engine, and perhaps waits. */
export type SwarmTalk<T> = Generator<Wait, T, WakeReason>;

/** Runs a command; what the engine refuses is said on standard error. The exit code. */
export function* orSaid(client: Client, talk: () => SwarmTalk<number>): SwarmTalk<number> {
  try {
    return yield* talk();
  } catch (error) {
    if (!(error instanceof DaemonError)) throw error;
    client.proc.writeError(`${daemonText(error)}\n`);
    return 1;
  }
}

/** Waits for an answer of the engine. Throws a DaemonError. */
export function* wait<T>({ proc }: Client, answer: Answer<T>): SwarmTalk<T> {
  return yield* awaitAnswer(proc, answer);
}

/** Says something that the client itself refuses. The exit code. */
export function refuse({ proc }: Client, text: string): number {
  proc.writeError(`${text}\n`);
  return 1;
}

/** Twin of printJoinCommand. */
export function joinCommandText({ engine }: Client, role: NodeRole): string {
  const { swarm } = engine.swarm;
  const self = engine.swarm.members.find(({ nodeId }) => nodeId === engine.swarm.nodeId);
  const command = `    docker swarm join --token ${swarm.joinTokens[role]} ${self?.addr ?? ''}`;
  return `To add a ${role} to this swarm, run the following command:\n\n${command}\n\n`;
}

/** Twin of printUnlockCommand. */
export function unlockCommandText(key: string): string {
  return (
    'To unlock a swarm manager after it restarts, run the `docker swarm unlock`\n' +
    `command and provide the following key:\n\n    ${key}\n\n` +
    'Please remember to store this key in a password manager, since without it you\n' +
    'will not be able to restart the manager.\n'
  );
}
