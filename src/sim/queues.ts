/** The event queues by name. All of them give the same order; they differ in speed only. */
import { CalendarQueue } from './calendar-queue.ts';
import type { EventQueue } from './event-queue.ts';
import { FrontQueue } from './front-queue.ts';
import { ReferenceQueue } from './reference-queue.ts';

export const QUEUE_KINDS = ['calendar', 'heap', 'reference'] as const;
export type QueueKind = (typeof QUEUE_KINDS)[number];

/** A queue with room for `capacity` events before it has to grow. */
export function makeEventQueue(kind: QueueKind, capacity = 1024): EventQueue {
  switch (kind) {
    case 'calendar':
      return new CalendarQueue(capacity);
    case 'heap':
      return new FrontQueue(capacity);
    case 'reference':
      return new ReferenceQueue();
  }
}
