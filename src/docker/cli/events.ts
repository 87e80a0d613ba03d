/** `docker events`. Twin of docker/cli's system/events.go and of moby's daemon/events/filter.go. */
import type { Wait, WakeReason, Waitable, Waiter } from '../../kernel/proc/wait.ts';
import { WaitQueue } from '../../kernel/proc/wait.ts';
import type { EngineEvent } from '../daemon/events.ts';
import { Filters } from '../daemon/filters.ts';
import { parseInstant } from '../daemon/instant.ts';
import { DaemonError } from '../errors.ts';
import { eventDocument } from '../inspect/event-document.ts';
import { typedValue } from '../inspect/go-document.ts';
import { EVENT } from '../inspect/go-types.ts';
import { rfc3339Fixed } from '../inspect/time.ts';
import { TemplateExecError, TemplateParseError } from '../template/errors.ts';
import { Template } from '../template/template.ts';
import type { Client, Command, CommandResult } from './command.ts';
import { orRefusal } from './command.ts';
import { complain } from './each-container.ts';
import type { Flags } from './flags.ts';
import { EVENTS_FORM } from './options/system.ts';

export const EVENTS: Command = { ...EVENTS_FORM, run };

interface Watch {
  /** Null for the events that are to come only. */
  readonly sinceNs: number | null;
  readonly untilNs: number;
  readonly filters: Filters;
  /** Prints one event; a string is what the client ends with. */
  readonly print: (event: EngineEvent) => string | undefined;
}

function run(client: Client, flags: Flags): CommandResult {
  const print = printer(client, flags.text('format') ?? '');
  if (typeof print === 'string') {
    client.proc.writeError(`Error parsing format: ${print}\n`);
    return 64;
  }
  const watch = orRefusal((): Watch => {
    const { engine } = client;
    const [since, until] = [flags.text('since') ?? '', flags.text('until') ?? ''];
    const instant = (text: string): number => parseInstant(text, engine.host.epochSeconds, engine.now);
    return {
      sinceNs: since === '' ? null : instant(since),
      untilNs: until === '' ? Infinity : instant(until),
      filters: Filters.parse(flags.texts('filter')),
      print,
    };
  });
  return watch instanceof DaemonError ? complain(client, watch.message) : stream(client, watch);
}

/** A string is what is wrong with the template. */
function printer(client: Client, format: string): Watch['print'] | string {
  const { proc, engine } = client;
  const { epochSeconds } = engine.host;
  if (format === '') {
    return (event) => {
      proc.write(eventLine(epochSeconds, event));
      return undefined;
    };
  }
  try {
    const template = new Template(format);
    return (event) => {
      try {
        proc.write(`${template.execute(typedValue(eventDocument(epochSeconds, event), EVENT))}\n`);
        return undefined;
      } catch (error) {
        if (error instanceof TemplateExecError) return error.message;
        throw error;
      }
    };
  } catch (error) {
    if (error instanceof TemplateParseError) return error.message;
    throw error;
  }
}

/** Attributes come in order of the alphabet. */
function eventLine(epochSeconds: number, event: EngineEvent): string {
  const attributes = Object.entries(event.attributes).sort(([left], [right]) => (left < right ? -1 : 1));
  const listed = attributes.map(([name, value]) => `${name}=${value}`).join(', ');
  const inBrackets = attributes.length === 0 ? '' : ` (${listed})`;
  return `${rfc3339Fixed(epochSeconds, event.timeNs)} ${event.type} ${event.action} ${event.actorId}${inBrackets}\n`;
}

/** Past events, then those that come, until the time asked for or an interruption. */
function* stream(client: Client, watch: Watch): Generator<Wait, number, WakeReason> {
  const { proc, engine } = client;
  let failure: string | undefined;
  const arrivals = new Arrivals();
  const show = (event: EngineEvent): void => {
    if (failure !== undefined || !isWanted(watch, event)) return;
    failure = watch.print(event);
    if (failure !== undefined) arrivals.end();
  };
  const unsubscribe = engine.events.subscribe(show);
  try {
    if (watch.sinceNs !== null) for (const event of engine.events.past) show(event);
    while (!arrivals.isReady() && proc.now < watch.untilNs) yield proc.waitFor(arrivals, watch.untilNs);
  } finally {
    unsubscribe();
  }
  if (failure === undefined) return 0;
  proc.writeError(`${failure}\n`);
  return 1;
}

/** What ends the stream before its time. */
class Arrivals implements Waitable {
  private readonly waiters = new WaitQueue();
  private isEnded = false;

  end(): void {
    this.isEnded = true;
    this.waiters.wakeAll();
  }

  isReady(): boolean {
    return this.isEnded;
  }

  addWaiter(waiter: Waiter): void {
    this.waiters.add(waiter);
  }

  removeWaiter(waiter: Waiter): void {
    this.waiters.remove(waiter);
  }
}

/** Twin of Filter.Include. */
function isWanted({ sinceNs, untilNs, filters }: Watch, event: EngineEvent): boolean {
  if (event.timeNs > untilNs || (sinceNs !== null && event.timeNs < sinceNs)) return false;
  const labels = new Map(Object.entries(event.attributes));
  return (
    matchesAction(filters, event.action) &&
    filters.exactMatch('type', event.type) &&
    filters.exactMatch('scope', event.scope) &&
    matchesActor(filters, event, 'container') &&
    matchesActor(filters, event, 'network') &&
    matchesImage(filters, event) &&
    ['volume', 'plugin', 'daemon', 'service', 'node', 'secret', 'config'].every((key) =>
      matchesActor(filters, event, key),
    ) &&
    filters.matchKeyValues('label', labels)
  );
}

/** `exec_create` finds `exec_create: sh -c …`. */
function matchesAction(filters: Filters, action: string): boolean {
  return filters.exactMatch('event', action) || filters.get('event').some((text) => action.startsWith(`${text}: `));
}

/** By id, the beginning of it, or name; a container also in what networks tell of it. */
function matchesActor(filters: Filters, event: EngineEvent, type: string): boolean {
  const terms = filters.get(type);
  if (terms.length === 0) return true;
  if (event.type !== type) return false;
  const name = event.attributes['name'] ?? '';
  return terms.some((term) => event.actorId.startsWith(term) || name === term.replace(/^\//, ''));
}

function matchesImage(filters: Filters, event: EngineEvent): boolean {
  const terms = filters.get('image');
  if (terms.length === 0) return true;
  const names = [event.type === 'image' ? event.actorId : '', event.attributes['image'] ?? ''];
  return terms.some((term) => names.some((name) => name !== '' && (name === term || name.split(':')[0] === term)));
}
