import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { ip4 } from '../../src/base/addr.ts';
import * as dns from '../../src/wire/dns.ts';
import type { DnsMessage } from '../../src/wire/dns.ts';
import type { Compression } from '../../src/wire/dns-name.ts';
import { RUNS } from './codec.ts';
import { messages } from './dns-messages.ts';
import { exactView, guarded } from './frames.ts';
import { needTruth, readPcapFile } from './machine.ts';
import type { Skippable } from '../machine.ts';

const compression = fc.constantFrom<Compression>('none', 'case-sensitive', 'case-insensitive');

const QUERY_CB = '049e01000001000000000000026362000001 0001'.replace(' ', '');
const ANSWER_CB: DnsMessage = {
  id: 0x049e,
  flags: dns.QR | dns.RD | dns.RA,
  questions: [{ name: 'cb.', type: 1, class: 1 }],
  answers: [{ name: 'cb.', type: 1, class: 1, ttl: 600, data: { kind: 'A', address: ip4('172.18.0.3') } }],
  authority: [],
  additional: [],
};

/** The DNS messages of a recording, without the length that TCP puts in front. */
function recorded(test: Skippable, name: string): readonly Uint8Array[] {
  return readPcapFile(needTruth(test, `docker/dns/${name}.pcap`)).flatMap((frame) => {
    const [protocol, ihl] = [frame[23]!, (frame[14]! & 15) * 4];
    const l4 = 14 + ihl;
    const view = exactView(frame);
    const isDns = frame[12] === 8 && frame[13] === 0 && protocol === 17 && frame.length > l4 + 20;
    const payload = frame.slice(l4 + 8, l4 + (isDns ? view.getUint16(l4 + 4) : 8));
    return isDns ? [payload] : [];
  });
}

function inUpperCase(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, each: unknown) =>
    typeof each === 'string' ? each.toUpperCase() : each,
  );
}

describe('wire/dns', () => {
  it('reads a query and writes it', () => {
    const query = dns.makeQuery(0x049e, { name: 'cb.', type: 1, class: 1 });
    assert.equal(Buffer.from(dns.emit(query, 'none')).toString('hex'), QUERY_CB);
    assert.deepEqual(dns.parseBytes(Buffer.from(QUERY_CB, 'hex')), query);
    assert.equal(dns.format(query), 'query 1182 cb. IN A');
  });

  it('reads back what it has written, with and without compression', () => {
    fc.assert(
      fc.property(messages(), compression, fc.nat(7), (message, how, o) => {
        const bytes = dns.emit(message, how);
        const { view } = guarded(bytes, o, 0xff);
        const read = dns.parse(view, o, o + bytes.length);
        // A name that points at another spelling of itself comes back in that.
        if (how === 'case-insensitive') assert.deepEqual(inUpperCase(read), inUpperCase(message));
        else assert.deepEqual(read, message);
        assert.ok(bytes.length <= dns.emit(message, 'none').length);
      }),
      RUNS,
    );
  });

  it('says that a message which is cut anywhere has ended', () => {
    fc.assert(
      fc.property(messages(), compression, (message, how) => {
        const bytes = dns.emit(message, how);
        for (let length = 0; length < bytes.length; length++) {
          assert.equal(dns.parseBytes(bytes.slice(0, length)), 'unexpected end of input', `${length} bytes`);
        }
      }),
      { numRuns: Math.ceil(RUNS.numRuns / 10) },
    );
  });

  it('never breaks on damaged messages', () => {
    const damage = fc.array(fc.tuple(fc.nat(200), fc.nat(0xff)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(messages(), compression, damage, (message, how, hits) => {
        const bytes = dns.emit(message, how);
        for (const [at, value] of hits) bytes[at % bytes.length] = value;
        const read = dns.parseBytes(bytes);
        if (typeof read !== 'string') assert.equal(typeof dns.format(read), 'string');
      }),
      RUNS,
    );
  });

  it('reads every message of the recordings and writes the same bytes', function () {
    for (const name of ['ca-lo', 'ca-eth0', 'host-eth0', 'alias-lo']) {
      const all = recorded(this, name);
      assert.ok(all.length > 20);
      for (const bytes of all) {
        const message = dns.parseBytes(bytes);
        assert.ok(typeof message !== 'string', message as string);
        // The engine writes names in full, the outside server points at the question.
        const emitted = (['none', 'case-sensitive'] as const).map((how) => Buffer.from(dns.emit(message, how)));
        assert.ok(
          emitted.some((each) => each.equals(bytes)),
          dns.format(message),
        );
      }
    }
  });

  it('answers with the id, the question and what was desired', () => {
    const query = dns.makeQuery(7, ANSWER_CB.questions[0]!, { udpSize: 1232 });
    const reply = dns.replyTo(query, dns.RA);
    assert.deepEqual(reply, { ...ANSWER_CB, id: 7, answers: [] });
    assert.equal(dns.rcodeOf({ ...reply, flags: dns.withRcode(reply.flags, dns.NXDOMAIN) }), 3);
    assert.equal(dns.format(ANSWER_CB), 'response 1182 NOERROR cb. IN A: cb. 600 IN A 172.18.0.3');
    assert.deepEqual([...dns.emitForStream(query, 'none')].slice(0, 4), [0, 31, 0, 7]);
    assert.equal(dns.opcode(0x2800), 5);
  });

  it('carries EDNS in OPT', () => {
    const edns = { udpSize: 1232, version: 1, isDnssecOk: true, extendedRcode: 1, options: [] };
    const message = { ...ANSWER_CB, additional: [dns.optRecord(edns)] };
    const read = dns.parseBytes(dns.emit(message, 'none'));
    assert.ok(typeof read !== 'string');
    assert.deepEqual(dns.ednsOf(read), edns);
    assert.equal(dns.rcodeName(dns.rcodeOf(read)), 'BADVERS');
    assert.equal(dns.ednsOf(ANSWER_CB), undefined);
    assert.equal(dns.rcodeName(12), 'RESERVED12');
  });

  it('leaves records out until the message fits, additional ones first, and OPT never', () => {
    const many = { ...ANSWER_CB, answers: new Array(40).fill(ANSWER_CB.answers[0]!) as typeof ANSWER_CB.answers };
    const opt = dns.optRecord({ udpSize: 1232 });
    const cut = dns.truncate({ ...many, additional: [...ANSWER_CB.answers, opt] }, 512, 'none');
    assert.equal(cut.flags & dns.TC, dns.TC);
    assert.deepEqual(cut.additional, [opt]);
    assert.equal(cut.answers.length, Math.floor((512 - 20 - 11) / 18));
    const extra = { ...ANSWER_CB, additional: many.answers };
    assert.equal(dns.truncate(extra, 512, 'none').flags & dns.TC, 0);
    assert.equal(dns.truncate(ANSWER_CB, 512, 'none'), ANSWER_CB);
    assert.deepEqual(dns.truncate(many, 5, 'none').answers, []);
  });
});
