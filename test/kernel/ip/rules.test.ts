import assert from 'node:assert/strict';
import { kernelRoute } from '../../../src/kernel/ip/fib.ts';
import { flowTo } from '../../../src/kernel/ip/flow.ts';
import type { FibRule } from '../../../src/kernel/ip/rules.ts';
import { defaultRules, ruleOf, rulesLookup } from '../../../src/kernel/ip/rules.ts';
import { address, devOf, World } from '../kit.ts';

const host = new World().host('h', { eth0: '', eth1: '' });
const [eth0, eth1] = [devOf(host, 'eth0'), devOf(host, 'eth1')];

/** Which table answers where every table has a default route; or why none does. */
function asked(rules: readonly Partial<FibRule>[], marks = {}, silent: readonly number[] = []): string {
  const answer = rulesLookup(rules.map(ruleOf), flowTo(address('10.2.0.1'), marks), (table) => {
    if (silent.includes(table)) return null;
    const route = kernelRoute('unicast', 0, 0, eth0, table);
    return { route, hop: route.nexthops[0]! };
  });
  return typeof answer === 'string' ? answer : String(answer.route.prefSrc);
}

describe('kernel/ip/rules', () => {
  it('ask local, main, default, until one answers', () => {
    const rules = defaultRules();
    assert.deepEqual([asked(rules), asked(rules, {}, [255]), asked(rules, {}, [255, 254])], ['255', '254', '253']);
    assert.equal(asked(rules, {}, [253, 254, 255]), 'ENETUNREACH');
  });

  it('look at addresses, interfaces, marks, type of service, protocol and ports, or at their absence', () => {
    const last = { table: 9 };
    const from = { src: address('10.1.0.0'), srcLen: 16, table: 1 };
    assert.equal(asked([from, last], { src: address('10.1.2.3') }), '1');
    assert.equal(asked([from, last]), '9');
    assert.equal(asked([{ ...from, isInverted: true }, last]), '1');
    assert.equal(asked([{ iif: 'eth1', table: 1 }, last], { iif: eth1 }), '1');
    assert.equal(asked([{ iif: 'lo', table: 1 }, last]), '1', 'what this host sends comes from lo');
    assert.equal(asked([{ oif: 'eth1', table: 1 }, last], { oif: eth1 }), '1');
    assert.equal(asked([{ mark: 1, markMask: 0xf, table: 1 }, last], { mark: 0x11 }), '1');
    assert.equal(asked([{ tos: 16, table: 1 }, last], { tos: 17 }), '1');
    const ports = { ipProtocol: 17, dstPorts: { start: 50, end: 60 }, table: 1 };
    assert.equal(asked([ports, last], { protocol: 17, dstPort: 53 }), '1');
    assert.equal(asked([ports, last], { protocol: 17, dstPort: 61 }), '9');
    assert.equal(asked([{ uidRange: { start: 5, end: 9 }, table: 1 }, last]), '9', 'everybody is root');
  });

  it('refuse, pass over, jump, and take no notice of answers that are too short', () => {
    const last = { table: 9, priority: 50 };
    assert.equal(asked([{ action: 'blackhole' }, last]), 'EINVAL');
    assert.equal(asked([{ action: 'unreachable' }, last]), 'ENETUNREACH');
    assert.equal(asked([{ action: 'prohibit' }, last]), 'EACCES');
    assert.equal(asked([{ action: 'nop' }, last]), '9');
    const jump = { action: 'goto', target: 50 } as const;
    assert.equal(asked([jump, { table: 1, priority: 10 }, last]), '9');
    assert.equal(asked([{ table: 1, suppressPrefixLength: 0 }, last]), '9');
    assert.equal(asked([{ table: 1, suppressPrefixLength: -1 }, last]), '1');
  });
});
