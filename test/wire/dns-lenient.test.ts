import assert from 'node:assert/strict';
import fc from 'fast-check';
import * as dns from '../../src/wire/dns.ts';
import { parseLenient } from '../../src/wire/dns-lenient.ts';

const QUESTION = { name: 'cb.net1.', type: 1, class: 1 };
const record = (address: number): dns.DnsMessage['answers'][number] => {
  return { name: 'cb.net1.', type: 1, class: 1, ttl: 600, data: { kind: 'A', address } };
};
const MESSAGE: dns.DnsMessage = {
  id: 7,
  flags: 0x8180,
  questions: [QUESTION],
  answers: [record(1), record(2)],
  authority: [record(3)],
  additional: [record(4)],
};

describe('messages read as miekg/dns does', () => {
  it('are the same as others when nothing is wrong with them', () => {
    const bytes = dns.emit(MESSAGE, 'case-sensitive');
    assert.deepEqual(parseLenient(bytes), { message: dns.parseBytes(bytes), isWhole: true });
  });

  it('may have less than they promise, and lose the section with a fault and what follows', () => {
    const bytes = dns.emit(MESSAGE, 'none');
    const [question, each] = [12 + 13, 9 + 14];
    const counts = (length: number): string => {
      const { message, isWhole } = parseLenient(bytes.slice(0, length))!;
      const { questions, answers, authority, additional } = message;
      return `${[questions, answers, authority, additional].map((rows) => rows.length).join(' ')} ${isWhole}`;
    };
    assert.equal(counts(question + each), '1 1 0 0 true');
    assert.equal(counts(question + 2 * each), '1 2 0 0 true');
    assert.equal(counts(question + 2 * each - 1), '1 0 0 0 false');
    assert.equal(counts(question + 3 * each + 4), '1 2 1 0 false');
    assert.equal(counts(question), '1 0 0 0 true');
    assert.equal(counts(12), '0 0 0 0 true');
  });

  it('never surprise, whatever the bytes', () => {
    const anyBytes = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.tuple(fc.nat(120), fc.nat(255)).map(([at, value]) => {
        return dns.emit(MESSAGE, 'case-sensitive').map((byte, i) => (i === at ? value : byte));
      }),
    );
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const read = parseLenient(bytes);
        assert.equal(read === undefined, bytes.length < dns.HEADER_LEN);
        const strict = dns.parseBytes(bytes);
        if (typeof strict !== 'string') assert.deepEqual(read, { message: strict, isWhole: true });
      }),
    );
  });
});
