/** What happened in the engine, in order, as `docker events` tells it. Twin of moby's daemon/events. */
/** One event (events.Message of the API). */
export interface EngineEvent {
  readonly type: 'container' | 'network' | 'image' | 'daemon';
  /** `create`, `start`, `die`, `connect` … */
  readonly action: string;
  /** Of what it happened to: an id of 64 digits, or an image's name. */
  readonly actorId: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly scope: 'local' | 'swarm';
  /** Virtual time. */
  readonly timeNs: number;
}

/** So many of the last events are kept (daemon/events: eventsLimit). */
const EVENTS_LIMIT = 256;

export class EventLog {
  private readonly clock: { readonly now: number };
  private readonly kept: EngineEvent[] = [];
  private readonly listeners = new Set<(event: EngineEvent) => void>();

  constructor(clock: { readonly now: number }) {
    this.clock = clock;
  }

  /** The last events, the oldest first. */
  get past(): readonly EngineEvent[] {
    return this.kept;
  }

  log(type: EngineEvent['type'], action: string, actorId: string, attributes: Readonly<Record<string, string>>): void {
    const event: EngineEvent = { type, action, actorId, attributes, scope: 'local', timeNs: this.clock.now };
    this.kept.push(event);
    if (this.kept.length > EVENTS_LIMIT) this.kept.shift();
    for (const listener of [...this.listeners]) listener(event);
  }

  /** Calls `listener` for each event from now on; the function returned ends that. */
  subscribe(listener: (event: EngineEvent) => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }
}
