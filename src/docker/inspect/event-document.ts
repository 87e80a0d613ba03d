/** An event as the API writes it: events.Message of API 1.41. */
import type { EngineEvent } from '../daemon/events.ts';
import type { JsonObject } from './json.ts';
import { sortedObject } from './json.ts';

const NANOSECONDS_PER_SECOND = 1_000_000_000;

/** Containers and images have their old fields before the new ones. */
export function eventDocument(epochSeconds: number, event: EngineEvent): JsonObject {
  const { type, action, actorId, attributes, scope, timeNs } = event;
  const from = type === 'container' ? (attributes['image'] ?? '') : '';
  const old = { status: action, id: actorId, ...(from === '' ? {} : { from }) };
  const seconds = epochSeconds + Math.floor(timeNs / NANOSECONDS_PER_SECOND);
  return {
    ...(type === 'container' || type === 'image' ? old : {}),
    Type: type,
    Action: action,
    Actor: { ID: actorId, Attributes: sortedObject(Object.entries(attributes)) },
    scope,
    time: seconds,
    timeNano: epochSeconds * NANOSECONDS_PER_SECOND + timeNs,
  };
}
