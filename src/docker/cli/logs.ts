/** `docker logs`. Twin of docker/cli's container/logs.go and of moby's daemon/logs.go. */
import type { Wait, WakeReason, Waitable } from '../../kernel/proc/wait.ts';
import type { Container } from '../container.ts';
import type { LogEntry } from '../container-log.ts';
import { DaemonError } from '../errors.ts';
import { rfc3339Fixed } from '../inspect/time.ts';
import { parseInstant } from '../daemon/instant.ts';
import type { Client, Command, CommandResult } from './command.ts';
import { orRefusal } from './command.ts';
import { complain, findOrText } from './each-container.ts';
import type { Flags } from './flags.ts';
import { LOGS_FORM } from './options/container.ts';

export const LOGS: Command = { ...LOGS_FORM, run };

interface Range {
  readonly sinceNs: number;
  readonly untilNs: number;
}

function run(client: Client, flags: Flags): CommandResult {
  const container = findOrText(client, flags.operands[0]!);
  if (typeof container === 'string') return complain(client, container);
  const range = orRefusal(() => rangeOf(client, flags));
  if (range instanceof DaemonError) return complain(client, range.message);
  const lines = container.log.entries.filter((entry) => entry.timeNs >= range.sinceNs && entry.timeNs <= range.untilNs);
  for (const line of tail(lines, flags.text('tail') ?? 'all')) print(client, flags, line);
  return flags.isSet('follow') && container.isActive ? follow(client, flags, container, range) : 0;
}

/** Throws a DaemonError. */
function rangeOf({ engine }: Client, flags: Flags): Range {
  const [since, until] = [flags.text('since') ?? '', flags.text('until') ?? ''];
  const instant = (option: string, text: string): number => {
    try {
      return parseInstant(text, engine.host.epochSeconds, engine.now);
    } catch (error) {
      if (!(error instanceof DaemonError)) throw error;
      throw new DaemonError(`invalid value for "${option}": ${error.message}`);
    }
  };
  const sinceNs = since === '' ? -Infinity : instant('since', since);
  return { sinceNs, untilNs: until === '' ? Infinity : instant('until', until) };
}

/** What is no number, or below 0, is all. */
function tail(lines: readonly LogEntry[], text: string): readonly LogEntry[] {
  if (!/^\+?\d+$/.test(text)) return lines;
  const count = Number(text);
  return count === 0 ? [] : lines.slice(-count);
}

function print(client: Client, flags: Flags, entry: LogEntry): void {
  const { proc, engine } = client;
  const time = flags.isSet('timestamps') ? `${rfc3339Fixed(engine.host.epochSeconds, entry.timeNs)} ` : '';
  // There are no attributes to show.
  const text = time + (flags.isSet('details') ? ' ' : '') + entry.text;
  if (entry.stream === 'stdout') proc.write(text);
  else proc.writeError(text);
}

/** Until the container ends, or the time asked for has come. */
function* follow(
  client: Client,
  flags: Flags,
  container: Container,
  range: Range,
): Generator<Wait, number, WakeReason> {
  const exit: Waitable = container.nextExit();
  const unsubscribe = container.log.subscribe((entry) => {
    if (entry.timeNs <= range.untilNs) print(client, flags, entry);
  });
  try {
    while (!exit.isReady() && client.proc.now < range.untilNs) yield client.proc.waitFor(exit, range.untilNs);
    return 0;
  } finally {
    unsubscribe();
  }
}
