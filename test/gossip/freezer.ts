/**
 * A process that is stopped for a while (SIGSTOP): its host goes on to take datagrams and connections for it, and its
 * timers run out; it hears of all that when it goes on.
 */
import type { GossipClock, StreamHandler, TransportTarget } from '../../src/gossip/transport.ts';

export class Freezer {
  /** What has happened meanwhile, in order; null while the process runs. */
  private missed: (() => void)[] | null = null;
  private isKilled = false;

  freeze(): void {
    this.missed ??= [];
  }

  /** The process ends, stopped or not: it hears of nothing any more. */
  kill(): void {
    this.isKilled = true;
    this.missed = null;
  }

  thaw(): void {
    const missed = this.missed ?? [];
    this.missed = null;
    for (const action of missed) action();
  }

  clock(clock: GossipClock): GossipClock {
    return {
      get now() {
        return clock.now;
      },
      newTimer: (expired) =>
        clock.newTimer(() => {
          this.when(expired);
        }),
    };
  }

  target(target: TransportTarget): TransportTarget {
    return {
      receivePacket: (payload, from) => {
        this.when(() => {
          target.receivePacket(payload, from);
        });
      },
      acceptStream: (stream) => {
        let handler: StreamHandler | null = null;
        this.when(() => {
          handler = target.acceptStream(stream);
        });
        return {
          onData: (bytes) => {
            this.when(() => handler?.onData(bytes));
          },
          onEnd: () => {
            this.when(() => handler?.onEnd());
          },
          onError: (reason) => {
            this.when(() => handler?.onError(reason));
          },
        };
      },
    };
  }

  private when(action: () => void): void {
    if (this.isKilled) return;
    if (this.missed === null) action();
    else this.missed.push(action);
  }
}
