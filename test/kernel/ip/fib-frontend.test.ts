import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseCidr, prefixMask } from '../../../src/base/addr.ts';
import type { FibRouteFields } from '../../../src/kernel/ip/fib.ts';
import { FibNexthop, FibRoute, RT_TABLE_LOCAL } from '../../../src/kernel/ip/fib.ts';
import { Fib } from '../../../src/kernel/ip/fib-frontend.ts';
import { flowTo } from '../../../src/kernel/ip/flow.ts';
import { ruleOf } from '../../../src/kernel/ip/rules.ts';
import { showRoutes } from '../../../src/kernel/show/ip-route-list.ts';
import { onRealLinux } from '../admin/real-tools.ts';
import { address, devOf, EFFORT, World } from '../kit.ts';
import { PLAIN } from '../../../src/kernel/show/options.ts';

const host = new World().host('h', { eth0: '', eth1: '' });
const [eth0, eth1] = [devOf(host, 'eth0'), devOf(host, 'eth1')];
const ADD = { isCreate: true, isExclusive: true, isReplace: false, isAppend: false };

function route(text: string, more: Partial<FibRouteFields> & { dev?: typeof eth0 } = {}): FibRoute {
  const { address: destination, prefixLen } = parseCidr(text)!;
  return new FibRoute({
    type: 'unicast',
    table: 254,
    destination,
    prefixLen,
    tos: 0,
    metric: 0,
    protocol: 3,
    scope: 253,
    prefSrc: 0,
    nexthops: [new FibNexthop(more.dev ?? eth0, 0, 1, 254, false)],
    metrics: [],
    realm: 0,
    ...more,
  });
}

function found(fib: Fib, dst: string | number, marks = {}): FibRoute | null {
  const answer = fib.lookup(flowTo(typeof dst === 'string' ? address(dst) : dst, marks));
  return typeof answer === 'string' ? null : answer.route;
}

describe('kernel/ip/fib-frontend', function () {
  this.timeout(30_000);

  it('asks the table of this host’s own addresses first, then main, then default', () => {
    const fib = new Fib();
    const own = route('10.0.0.1/32', { type: 'local', table: RT_TABLE_LOCAL });
    const all = route('0.0.0.0/0', { table: 253 });
    const main = route('10.0.0.0/8');
    for (const each of [all, main, own]) assert.equal(fib.insert(each, ADD), '');
    assert.deepEqual([found(fib, '10.0.0.1'), found(fib, '10.0.0.2'), found(fib, '8.8.8.8')], [own, main, all]);
    assert.deepEqual([fib.addressType(address('10.0.0.1')), fib.addressType(-1)], ['local', 'broadcast']);
    assert.deepEqual(
      [fib.addressType(address('224.0.0.9')), fib.addressType(address('10.0.0.2'))],
      ['multicast', 'unicast'],
    );
  });

  it('keeps answers only where they depend on the destination alone', () => {
    const fib = new Fib();
    const tos = route('10.0.0.0/8', { tos: 16 });
    assert.equal(fib.isPlain, true);
    fib.insert(tos, ADD);
    assert.equal(fib.isPlain, false);
    fib.remove((each) => each === tos);
    assert.equal(fib.isPlain, true);
    fib.setRules([ruleOf({ table: 254 })]);
    assert.equal(fib.isPlain, false);
  });

  it('tells who listens of what comes and goes', () => {
    const fib = new Fib();
    const heard: string[] = [];
    fib.listener = (each, isDeleted) => heard.push(`${isDeleted ? '-' : '+'}${each.metric}`);
    fib.insert(route('10.0.0.0/8', { metric: 1 }), ADD);
    fib.insert(route('10.0.0.0/8', { metric: 1 }), ADD);
    fib.insert(route('10.0.0.0/8', { metric: 1, dev: eth1 }), { ...ADD, isExclusive: false, isReplace: true });
    fib.remove(() => true);
    assert.deepEqual(heard, ['+1', '-1', '+1', '-1']);
  });

  it('answers as a search through all routes does', () => {
    const prefix = fc.tuple(
      fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      fc.constantFrom(0, 1, 8, 15, 24, 31, 32),
    );
    const entry = fc.tuple(prefix, fc.nat({ max: 3 }), fc.boolean());
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 40 }), fc.array(fc.nat({ max: 39 })), (entries, probes) => {
        const fib = new Fib();
        const kept: FibRoute[] = [];
        for (const [[at, prefixLen], metric, isFirst] of entries) {
          const dev = isFirst ? eth0 : eth1;
          const made = route('0.0.0.0/0', { destination: at & prefixMask(prefixLen), prefixLen, metric, dev });
          if (fib.insert(made, ADD) === '') kept.push(made);
        }
        const better = (a: FibRoute, b: FibRoute): number => b.prefixLen - a.prefixLen || a.metric - b.metric;
        for (const probe of probes) {
          const dst = (entries[probe % Math.max(entries.length, 1)]?.[0][0] ?? 0) ^ (probe & 3);
          const matching = kept.filter((each) => ((dst ^ each.destination) & prefixMask(each.prefixLen)) === 0);
          assert.equal(found(fib, dst), matching.sort(better)[0] ?? null);
        }
      }),
      { numRuns: 100 * EFFORT },
    );
  });

  it('lists what a real kernel lists after the same random commands', function () {
    const setup = [
      'ip link set lo up',
      'ip link add v0 type veth peer name v1',
      'ip link add w0 type veth peer name w1',
      'ip link set v0 up',
      'ip link set v1 up',
      'ip link set w0 up',
      'ip addr add 10.0.0.1/24 dev v0',
      'ip addr add 10.9.0.1/16 dev w0',
    ];
    for (const lines of fc.sample(script(), { numRuns: 10 * EFFORT, seed: 1234 })) {
      const typed = [...setup, ...lines];
      const real = onRealLinux(this, [...typed, 'ip -4 route show table all']);
      const machine = new World().host('h');
      for (const [i, line] of typed.entries()) {
        const { exit, stderr } = machine.admin.type(line);
        const { exit: realExit, stderr: realStderr } = real[i]!;
        assert.deepEqual({ exit, stderr }, { exit: realExit, stderr: realStderr }, typed.slice(0, i + 1).join('\n'));
      }
      const ours = showRoutes(machine.rootNs, ['table', 'all'], PLAIN).stdout;
      assert.deepEqual(listing(ours), listing(real.at(-1)!.stdout), typed.join('\n'));
    }
  });
});

/**
 * The lines of a listing. Of a route with several ways the flag of the whole is left out: it tells which of them the
 * kernel looked at when the last of its events came, each way's own flag is the truth.
 */
function listing(text: string): string[] {
  return text.replaceAll(/linkdown (?=\n\tnexthop)(?<!nexthop.*)/g, '').split('\n');
}

/** Commands that add, change and take away routes, and let interfaces and addresses come and go. */
function script(): fc.Arbitrary<string[]> {
  const prefix = fc.constantFrom(
    'default',
    '10.0.0.0/8',
    '10.0.0.0/24',
    '10.1.0.0/16',
    '10.1.0.0/24',
    '10.1.0.1',
    '172.16.0.0/12',
    '192.168.0.0/16',
  );
  const verb = fc.constantFrom('add', 'add', 'add', 'append', 'prepend', 'replace', 'change', 'del', 'del');
  const way = fc.constantFrom(
    'via 10.0.0.9',
    'via 10.9.0.9',
    'dev v0',
    'dev w0',
    'via 10.0.0.7 dev v0',
    'via 10.77.0.1 dev v0 onlink',
    'dev v0 src 10.0.0.1',
    'nexthop via 10.0.0.9 nexthop via 10.9.0.9 weight 2',
    'nexthop dev v0 nexthop dev w0',
    'via 10.0.0.8 mtu 1400 advmss 1000',
    'via 10.200.0.1',
  );
  const metric = fc.constantFrom('', '', ' metric 5', ' metric 7');
  const tos = fc.constantFrom('', '', '', ' tos 0x10', ' tos 0x20');
  const more = fc.constantFrom('', '', ' proto static', ' table 100', ' table 356', ' scope link', ' scope global');
  const one = fc.tuple(verb, prefix, way, metric, tos, more).map(([v, p, w, m, t, x]) => {
    const isMultiple = w.startsWith('nexthop');
    return isMultiple ? `ip route ${v} ${p}${m}${t}${x} ${w}` : `ip route ${v} ${p} ${w}${m}${t}${x}`;
  });
  const bare = fc.tuple(prefix, more).map(([p, x]) => `ip route del ${p}${x}`);
  const refusing = fc
    .tuple(verb, fc.constantFrom('blackhole', 'unreachable', 'prohibit', 'throw'), prefix, metric, more)
    .filter(([, , , , x]) => !x.includes('scope'))
    .map(([v, type, p, m, x]) => `ip route ${v} ${type} ${p}${m}${x}`);
  const other = fc.constantFrom(
    'ip link set v0 down',
    'ip link set v0 up',
    'ip link set w0 down',
    'ip link set w0 up',
    'ip link set v1 down',
    'ip link set v1 up',
    'ip addr add 10.0.0.2/24 dev v0',
    'ip addr add 10.1.0.9/16 dev w0',
    'ip addr del 10.9.0.1/16 dev w0',
    'ip addr del 10.0.0.1/24 dev v0',
    'ip route add local 10.66.0.0/24 dev lo',
  );
  return fc.array(
    fc.oneof(
      { weight: 8, arbitrary: one },
      { weight: 1, arbitrary: bare },
      { weight: 2, arbitrary: refusing },
      { weight: 2, arbitrary: other },
    ),
    { minLength: 10, maxLength: 40 },
  );
}
