import assert from 'node:assert/strict';
import { answerLocally, localBytes, reply } from '../../../src/docker/dns/local-answer.ts';
import type { LocalNames } from '../../../src/docker/dns/local-answer.ts';
import type { ResolverHabits } from '../../../src/docker/dns/resolver-habits.ts';
import { RESOLVER_20, RESOLVER_29 } from '../../../src/docker/dns/resolver-habits.ts';
import { Rng } from '../../../src/sim/rng.ts';
import * as dns from '../../../src/wire/dns.ts';
import { EngineLab } from '../engine-lab.ts';

const ALIAS = 'a.very.long.alias.that.fills.a.datagram.when.there.are.some.of.them';
const WITH_ALIAS = `--network net1 --network-alias ${ALIAS}`;

function names(habits: ResolverHabits, keepsSingleLabels = false): LocalNames {
  const lab = new EngineLab(1);
  lab.sh('docker network create net1');
  for (let i = 0; i < 8; i++) lab.sh(`docker run -d --name c${i} ${WITH_ALIAS} bb sleep 1000`);
  lab.sh('docker run -d --name a..b --network net1 bb sleep 1000');
  const { endpoints } = lab.engine.getContainer('c0').sandbox!;
  return { endpoints, remoteNames: lab.engine.remoteNames, habits, keepsSingleLabels, rng: Rng.fromSeed(1) };
}

function query(name: string, type = 1, flags = dns.RD): dns.DnsMessage {
  return { ...dns.makeQuery(7, { name, type, class: 1 }), flags };
}

describe('answers that the engine knows itself', () => {
  it('come in any order, each with the whole name', () => {
    const known = names(RESOLVER_20);
    const orders = new Set<string>();
    for (let i = 0; i < 20; i++) {
      const answer = answerLocally(query(`${ALIAS}.`), known);
      assert.ok(typeof answer !== 'string');
      assert.equal(answer.answers.length, 8);
      orders.add(JSON.stringify(answer.answers));
    }
    assert.ok(orders.size > 10);
  });

  it('are cut where they are too long; newer engines make them shorter first', () => {
    const known = names(RESOLVER_20);
    const answer = answerLocally(query(`${ALIAS}.`), known);
    assert.ok(typeof answer !== 'string');
    const read = (bytes: Uint8Array): readonly [number, boolean] => {
      const message = dns.parseBytes(bytes);
      assert.ok(typeof message !== 'string');
      return [message.answers.length, (message.flags & dns.TC) !== 0];
    };
    assert.deepEqual(read(localBytes(answer, 512, false, RESOLVER_20)), [5, true]);
    assert.deepEqual(read(localBytes(answer, 512, true, RESOLVER_20)), [5, false]);
    assert.deepEqual(read(localBytes(answer, 1232, false, RESOLVER_20)), [8, false]);
    assert.deepEqual(read(localBytes(answer, 512, false, RESOLVER_29)), [8, false]);
    assert.equal(localBytes(answer, 1232, false, RESOLVER_29).length, dns.emit(answer, 'none').length);
  });

  it('are none for single labels where somebody has said something about ndots', () => {
    const known = names(RESOLVER_20, true);
    const answer = answerLocally(query('nosuch.'), known);
    assert.deepEqual(answer, reply(query('nosuch.'), dns.RA));
    assert.equal(answerLocally(query('nosuch.x.'), known), 'forward');
    assert.equal(answerLocally(query('nosuch.', 16), known), 'forward');
    assert.equal(answerLocally(query('nosuch.'), { ...known, keepsSingleLabels: false }), 'forward');
  });

  it('to odd questions about addresses are forwarded by newer engines only', () => {
    const [older, newer] = [names(RESOLVER_20), names(RESOLVER_29)];
    assert.equal(answerLocally(query('c0.', 12), older), 'none');
    assert.equal(answerLocally(query('c0.', 12), newer), 'forward');
    const twice = '2.0.18.172.in-addr.arpa.in-addr.arpa.';
    assert.notEqual(answerLocally(query(twice, 12), older), 'forward');
    assert.equal(answerLocally(query(twice, 12), newer), 'forward');
    // A container may be called what no name of the DNS can be.
    assert.equal(answerLocally(query('10.0.18.172.in-addr.arpa.', 12), older), 'none');
  });

  it('repeat what was wanted of a query, not of a notification', () => {
    assert.equal(reply(query('c0.', 1, dns.RD | dns.CD), dns.RA).flags, 0x8190);
    assert.equal(reply(query('c0.', 1, 0x2000 | dns.RD | dns.CD), dns.RA).flags, 0xa080);
  });
});
