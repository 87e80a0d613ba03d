/**
 * User events (serf.go, coalesce_user.go): each once, in a ring of the recent ones that push/pulls tell of; of those
 * that may be put together only the latest of a name is told.
 */
import { LamportClock } from '../networkdb/lamport-clock.ts';
import type { Slice } from '../messages.ts';
import type { GossipClock, GossipTimer } from '../transport.ts';
import type { SerfHandler, SerfSettings } from './serf-config.ts';
import type { SerfUserEvent, UserEvents } from './serf-messages.ts';

type Event = Pick<SerfUserEvent, 'ltime' | 'name' | 'payload' | 'canCoalesce'>;

interface EventsOfTime {
  ltime: number;
  events: { name: string; payload: Slice }[];
}

export class SerfEvents {
  readonly clock = new LamportClock();
  /** Earlier ones are not told: they were there before this node joined. */
  minTime = 0;
  private readonly ring: (EventsOfTime | null)[];
  private readonly settings: SerfSettings;
  private readonly handler: SerfHandler;
  /** The latest events of each name that wait for others. */
  private readonly waiting = new Map<string, Event[]>();
  private readonly quantum: GossipTimer;
  private readonly quiescent: GossipTimer;

  constructor(clock: GossipClock, settings: SerfSettings, handler: SerfHandler) {
    this.settings = settings;
    this.handler = handler;
    this.ring = new Array<EventsOfTime | null>(settings.eventBuffer).fill(null);
    this.quantum = clock.newTimer(() => {
      this.flush();
    });
    this.quiescent = clock.newTimer(() => {
      this.flush();
    });
    this.clock.increment();
  }

  /** The ring as push/pulls tell it. */
  recent(): readonly (UserEvents | null)[] {
    return this.ring;
  }

  /** handleUserEvent: whether the event was news, to be passed on. */
  handle(event: Event): boolean {
    this.clock.witness(event.ltime);
    const size = this.ring.length;
    const now = this.clock.time;
    if (event.ltime < this.minTime || (now > size && event.ltime < now - size)) return false;
    const payload = event.payload?.slice() ?? null;
    const seen = this.ring[event.ltime % size];
    if (seen?.ltime === event.ltime) {
      if (seen.events.some((other) => other.name === event.name && sameBytes(other.payload, payload))) return false;
      seen.events.push({ name: event.name, payload });
    } else {
      this.ring[event.ltime % size] = { ltime: event.ltime, events: [{ name: event.name, payload }] };
    }
    this.tell({ ltime: event.ltime, name: event.name, payload, canCoalesce: event.canCoalesce });
    return true;
  }

  stop(): void {
    this.quantum.dispose();
    this.quiescent.dispose();
  }

  private tell(event: Event): void {
    if (!event.canCoalesce || this.settings.userCoalescePeriodNs === 0) {
      this.handler.userEvent(event);
      return;
    }
    const latest = this.waiting.get(event.name);
    if (latest === undefined || latest[0]!.ltime < event.ltime) this.waiting.set(event.name, [event]);
    else if (latest[0]!.ltime === event.ltime) latest.push(event);
    if (!this.quantum.isArmed) this.quantum.arm(this.settings.userCoalescePeriodNs);
    this.quiescent.arm(this.settings.userQuiescentPeriodNs);
  }

  private flush(): void {
    this.quantum.cancel();
    this.quiescent.cancel();
    const events = [...this.waiting.values()].flat();
    this.waiting.clear();
    for (const event of events) this.handler.userEvent(event);
  }
}

function sameBytes(a: Slice, b: Slice): boolean {
  const [left, right] = [a ?? new Uint8Array(0), b ?? new Uint8Array(0)];
  return left.length === right.length && left.every((byte, i) => byte === right[i]);
}
