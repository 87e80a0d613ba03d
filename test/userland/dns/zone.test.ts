import assert from 'node:assert/strict';
import { authorityReply, failed, tellQuestion } from '../../../src/userland/dns/authority.ts';
import type { Fault } from '../../../src/userland/dns/authority.ts';
import { readZoneLine } from '../../../src/userland/dns/zone-text.ts';
import { Zone, zoneReply } from '../../../src/userland/dns/zone.ts';
import * as dns from '../../../src/wire/dns.ts';
import { formatRecord } from '../../../src/wire/dns.ts';
import { typeNumber } from '../../../src/wire/dns-record.ts';

const LINES = [
  'example. 3600 SOA ns.example. root.example. 1 2 3 4 60',
  'www.example. CNAME a.example.',
  'a.example. A 10.0.0.1',
  'A.example. A 10.0.0.2',
  'a.example. TXT x',
  'loop.example. CNAME loop.example.',
  'dangle.example. CNAME nope.example.',
  'out.example. CNAME www.elsewhere.',
  'x.y.example. A 10.0.0.3',
  '*.wild.example. A 10.0.0.4',
  'no.wild.example. TXT y',
];

function zoneOf(lines: readonly string[]): Zone {
  const zone = new Zone();
  for (const line of lines) for (const record of readZoneLine(line, 300)!) zone.add(record);
  return zone;
}

const ZONE = zoneOf(LINES);

function ask(name: string, type: string, zone = ZONE): [string, ...string[]] {
  const { rcode, answers, authority } = zone.answer({ name, type: typeNumber(type)!, class: 1 });
  return [dns.rcodeName(rcode), ...answers.map(formatRecord), ...authority.map((each) => `auth ${formatRecord(each)}`)];
}

const START = 'auth example. 60 IN SOA ns.example. root.example. 1 2 3 4 60';

describe('userland/dns/zone', () => {
  it('answers with the records of a name and type, in any case', () => {
    assert.deepEqual(ask('a.EXAMPLE.', 'A'), [
      'NOERROR',
      'a.example. 300 IN A 10.0.0.1',
      'A.example. 300 IN A 10.0.0.2',
    ]);
    assert.equal(ask('a.example.', 'ANY').length, 4);
  });

  it('tells a name without such records from no name', () => {
    assert.deepEqual(ask('a.example.', 'MX'), ['NOERROR', START]);
    assert.deepEqual(ask('y.example.', 'A'), ['NOERROR', START]);
    assert.deepEqual(ask('nope.example.', 'A'), ['NXDOMAIN', START]);
    assert.deepEqual(ask('nope.', 'A'), ['NXDOMAIN']);
    assert.deepEqual(ask('a.', 'A', new Zone()), ['NXDOMAIN']);
    assert.equal(new Zone().isEmpty, true);
    assert.equal(ZONE.isEmpty, false);
  });

  it('follows aliases as far as it can', () => {
    assert.deepEqual(ask('www.example.', 'TXT'), [
      'NOERROR',
      'www.example. 300 IN CNAME a.example.',
      'a.example. 300 IN TXT "x"',
    ]);
    assert.deepEqual(ask('www.example.', 'CNAME'), ['NOERROR', 'www.example. 300 IN CNAME a.example.']);
    assert.deepEqual(ask('dangle.example.', 'A'), ['NXDOMAIN', 'dangle.example. 300 IN CNAME nope.example.', START]);
    assert.deepEqual(ask('out.example.', 'A'), ['NOERROR', 'out.example. 300 IN CNAME www.elsewhere.']);
    assert.equal(ask('loop.example.', 'A')[0], 'NOERROR');
  });

  it('a wildcard stands for names that do not exist', () => {
    assert.deepEqual(ask('b.wild.example.', 'A'), ['NOERROR', 'b.wild.example. 300 IN A 10.0.0.4']);
    assert.deepEqual(ask('c.b.wild.example.', 'A'), ['NOERROR', 'c.b.wild.example. 300 IN A 10.0.0.4']);
    assert.deepEqual(ask('b.wild.example.', 'TXT'), ['NOERROR', START]);
    assert.deepEqual(ask('no.wild.example.', 'A'), ['NOERROR', START]);
  });
});

describe('userland/dns/authority', () => {
  const faults: Fault[] = [
    { name: 'drop.', kind: 'drop' },
    { name: 'fail.', kind: 'servfail' },
    { name: 'no.', kind: 'refuse' },
  ];
  const query = (name: string): dns.DnsMessage => dns.makeQuery(7, { name, type: 1, class: 1 });

  it('has the faults that it was told to have, and leaves to others what it does not know', () => {
    const reply = (name: string, isRecursive = false): unknown => {
      const answer = authorityReply(query(name), { zone: ZONE, faults, isRecursive });
      return typeof answer === 'object' && answer !== null ? dns.rcodeOf(answer) : answer;
    };
    assert.deepEqual(
      ['x.drop.', 'fail.', 'a.no.', 'a.example.', 'nope.'].map((name) => reply(name)),
      [null, dns.SERVFAIL, dns.REFUSED, dns.NOERROR, dns.NXDOMAIN],
    );
    assert.deepEqual([reply('nope.', true), reply('a.example.', true)], ['unknown', dns.NOERROR]);
  });

  it('speaks EDNS to those who do', () => {
    const asked = dns.makeQuery(7, { name: 'a.example.', type: 1, class: 1 }, { udpSize: 4096 });
    assert.equal(dns.ednsOf(failed(asked, dns.SERVFAIL))?.udpSize, 1232);
    assert.equal(dns.ednsOf(failed(query('a.'), dns.SERVFAIL)), undefined);
    const reply = zoneReply(asked, ZONE.answer(asked.questions[0]!), dns.AA);
    assert.equal(reply.flags, dns.QR | dns.AA | dns.RD);
    assert.equal(reply.answers.length, 2);
  });

  it('tells what it was asked', () => {
    const asker = { address: 0x0a00_0001, port: 5, isTcp: true };
    assert.equal(tellQuestion(query('a.example.'), asker), '10.0.0.1:5 tcp a.example. IN A');
  });
});
