/** DNS messages by chance, for property tests. */
import fc from 'fast-check';
import { PLAIN } from './codec.ts';
import type { DnsMessage } from '../../src/wire/dns.ts';
import { optRecord } from '../../src/wire/dns.ts';
import { nameOf } from '../../src/wire/dns-name.ts';
import * as record from '../../src/wire/dns-record.ts';
import type { DnsData, DnsRecord } from '../../src/wire/dns-record.ts';

/** Objects with the prototype of any other. */
function fields<T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record(model, PLAIN);
}

const u8 = fc.nat(0xff);
const u16 = fc.nat(0xffff);
const u32 = fc.nat(0xffff_ffff);
const bytes = (most: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength: most });

/** Few labels, so that names share their ends; some with bytes that need an escape. */
const label = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('example', 'com', 'www', 'WWW', 'net1', 'a', 'b-c', 'x'.repeat(63)) },
  {
    weight: 1,
    arbitrary: fc.string({ unit: fc.nat(0xff).map((c) => String.fromCharCode(c)), minLength: 1, maxLength: 9 }),
  },
);

/** Names whose labels are of any bytes. */
export function names(): fc.Arbitrary<string> {
  return fc.array(label, { maxLength: 3 }).map(nameOf);
}

const string = fc.uint8Array({ minLength: 0, maxLength: 20 });

function data(): fc.Arbitrary<{ type: number; data: DnsData }> {
  const of = <T extends DnsData>(type: number | readonly number[], arbitrary: fc.Arbitrary<T>) =>
    fields({ type: fc.constantFrom(...[type].flat()), data: arbitrary });
  const kind = <K extends string>(name: K): fc.Arbitrary<K> => fc.constant(name);
  return fc.oneof(
    of(record.TYPE_A, fields({ kind: kind('A'), address: u32.map((address) => address | 0) })),
    of(record.TYPE_AAAA, fields({ kind: kind('AAAA'), address: fc.uint8Array({ minLength: 16, maxLength: 16 }) })),
    of([record.TYPE_NS, record.TYPE_CNAME, record.TYPE_PTR], fields({ kind: kind('name'), target: names() })),
    of(record.TYPE_MX, fields({ kind: kind('MX'), preference: u16, exchange: names() })),
    of(record.TYPE_TXT, fields({ kind: kind('TXT'), strings: fc.array(string, { minLength: 1, maxLength: 3 }) })),
    of(record.TYPE_SRV, fields({ kind: kind('SRV'), priority: u16, weight: u16, port: u16, target: names() })),
    of(
      record.TYPE_SOA,
      fields({
        kind: kind('SOA'),
        mname: names(),
        rname: names(),
        serial: u32,
        refresh: u32,
        retry: u32,
        expire: u32,
        minimum: u32,
      }),
    ),
    of(731, fields({ kind: kind('raw'), bytes: bytes(30) })),
  );
}

const recordClass = fc.oneof({ weight: 9, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.constantFrom(3, 7) });

/** Records of all types that are read, and of one that is not. */
export function records(): fc.Arbitrary<DnsRecord> {
  return fc
    .record({ name: names(), class: recordClass, ttl: u32, typed: data() })
    .map(({ typed, ...rest }) => ({ ...rest, ...typed }));
}

/** Whole messages, some of them with EDNS. */
export function messages(): fc.Arbitrary<DnsMessage> {
  const options = fc.array(fields({ code: fc.constantFrom(10, 3, 65_001), bytes: bytes(9) }), { maxLength: 2 });
  const opt = fc
    .record({ udpSize: u16, version: fc.nat(2), isDnssecOk: fc.boolean(), extendedRcode: u8, options })
    .map((edns) => [optRecord(edns)]);
  const section = fc.array(records(), { maxLength: 3 });
  const type = fc.constantFrom(1, 28, 12, 15, 16, 33, 6, 2, 5, 255, 731);
  return fc
    .record({
      id: u16,
      flags: u16,
      questions: fc.array(fields({ name: names(), type, class: recordClass }), { minLength: 1, maxLength: 2 }),
      answers: section,
      authority: section,
      additional: section,
      opt: fc.oneof(fc.constant([]), opt),
    })
    .map(({ opt: edns, ...message }) => ({ ...message, additional: [...message.additional, ...edns] }));
}
