/** What the two ends tell each other when a test is over. */
import type { Json } from './cjson.ts';
import { JsonObject, jsonObject, RawNumber } from './cjson.ts';
import type { IperfStream, StreamTotals } from './stream.ts';

/** -1 as iperf3 writes it: of 64 bits without a sign. */
const MINUS_ONE = '18446744073709551615';

/** What one end knows beside its streams. */
export interface EndFacts {
  /** -1 for an end that only receives, 1 for a sender over TCP, 0 for one over UDP. */
  readonly senderHasRetransmits: number;
  /** '' over UDP. */
  readonly congestion: string;
  /** What `--get-server-output` asks for; '' and null for nothing. */
  readonly outputText: string;
  readonly outputJson: JsonObject | null;
}

export function resultsOf(streams: readonly IperfStream[], facts: EndFacts): JsonObject {
  const results = jsonObject({
    cpu_util_total: 0,
    cpu_util_user: 0,
    cpu_util_system: 0,
    sender_has_retransmits: unsigned(facts.senderHasRetransmits),
  });
  if (facts.congestion !== '') results.add({ congestion_used: facts.congestion });
  if (facts.outputJson !== null) results.add({ server_output_json: facts.outputJson });
  else if (facts.outputText !== '') results.add({ server_output_text: facts.outputText });
  return results.add({ streams: streams.map(streamResults) });
}

function streamResults(stream: IperfStream): JsonObject {
  const { bytes, retransmits, jitterSeconds, lost, packets, seconds } = stream.totals;
  return jsonObject({
    id: stream.id,
    bytes,
    retransmits: unsigned(retransmits),
    jitter: stream.isSender ? 0 : jitterSeconds,
    errors: lost,
    packets,
    start_time: 0,
    end_time: seconds,
  });
}

function unsigned(value: number): number | RawNumber {
  return value < 0 ? new RawNumber(MINUS_ONE) : value;
}

/** Gives the streams what the other end told of them; null when that is not understood. */
export function takeResults(streams: readonly IperfStream[], results: Json | undefined): EndFacts | null {
  if (!(results instanceof JsonObject)) return null;
  const list = results.get('streams');
  if (!Array.isArray(list)) return null;
  for (const each of list as readonly Json[]) {
    if (!(each instanceof JsonObject)) return null;
    const stream = streams.find(({ id }) => id === each.get('id'));
    if (stream === undefined) return null;
    stream.remote = totalsOf(each);
  }
  const congestion = results.get('congestion_used');
  const text = results.get('server_output_text');
  const json = results.get('server_output_json');
  return {
    senderHasRetransmits: signed(results.get('sender_has_retransmits')),
    congestion: typeof congestion === 'string' ? congestion : '',
    outputText: typeof text === 'string' ? text : '',
    outputJson: json instanceof JsonObject ? json : null,
  };
}

function totalsOf(told: JsonObject): StreamTotals {
  const number = (name: string): number => signed(told.get(name));
  return {
    bytes: number('bytes'),
    retransmits: number('retransmits'),
    jitterSeconds: number('jitter'),
    lost: number('errors'),
    packets: number('packets'),
    seconds: number('end_time') - number('start_time'),
  };
}

function signed(value: Json | undefined): number {
  if (value instanceof RawNumber) return value.text === MINUS_ONE ? -1 : Number(value.text);
  return typeof value === 'number' ? value : 0;
}
