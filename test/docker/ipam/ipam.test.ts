import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatCidr, formatIp4, ip4, parseCidr } from '../../../src/base/addr.ts';
import { DaemonError } from '../../../src/docker/errors.ts';
import { DEFAULT_POOLS } from '../../../src/docker/ipam/default-pools.ts';
import type { AddressPool } from '../../../src/docker/ipam/ipam.ts';
import { Ipam } from '../../../src/docker/ipam/ipam.ts';
import { recordedText } from '../recordings.ts';

const EFFORT = Number(process.env['DOCKWIRE_EFFORT'] ?? 1);
const OVERLAP = 'Pool overlaps with other one on this address space';
const NONE_LEFT = 'No available addresses on this pool';
const NO_POOL =
  'could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the network';

const cidr = (text: string) => parseCidr(text)!;

function poolOf(ipam: Ipam, subnet: string, range?: string): AddressPool {
  return ipam.requestPool({ subnet: cidr(subnet), range: range === undefined ? undefined : cidr(range), avoid: [] });
}

/** What an action answers: the text of its value, or of its refusal. */
function answer(action: () => string): string {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof DaemonError)) throw error;
    return error.message;
  }
}

const take = (pool: AddressPool, preferred?: string): string =>
  answer(() => formatIp4(pool.requestAddress(preferred === undefined ? undefined : ip4(preferred))));

describe('default pools on request', () => {
  const requestText = (ipam: Ipam, avoid = ['192.168.50.13/24']): string =>
    formatCidr(ipam.requestPool({ avoid: avoid.map(cidr) }).subnet);

  it('come in the recorded order, past networks of the host, until none is left', function () {
    const lines = recordedText(this, 'ipam/ipam.txt').match(/^p\d+ \S+/gm)!;
    // The recording starts behind two networks that were there and have gone, and comes to their pools at the end.
    const wanted = lines.map((line) => line.split(' ')[1]!);
    const ipam = new Ipam();
    const early = [1, 2, 3].map(() => ipam.requestPool({ avoid: [] }));
    assert.deepEqual(
      early.map((pool) => formatCidr(pool.subnet)),
      ['172.17.0.0/16', '172.18.0.0/16', '172.19.0.0/16'],
    );
    for (const pool of early.slice(1)) ipam.releasePool(pool);
    assert.deepEqual(
      wanted.map(() => requestText(ipam)),
      wanted,
    );
    assert.throws(() => requestText(ipam), new DaemonError(NO_POOL));
  });

  it('come back when all others are in use, as recorded: p3 went, q3 has its pool', () => {
    const ipam = new Ipam();
    const pools = DEFAULT_POOLS.map(() => ipam.requestPool({ avoid: [] }));
    ipam.releasePool(pools[5]!);
    assert.equal(requestText(ipam), '172.22.0.0/16');
  });

  it('are not used again at once: the cursor goes on, and behind the end to the beginning', () => {
    const ipam = new Ipam();
    for (const wanted of DEFAULT_POOLS) {
      const pool = ipam.requestPool({ avoid: [] });
      assert.deepEqual(pool.subnet, wanted);
      ipam.releasePool(pool);
    }
    assert.equal(requestText(ipam), '172.17.0.0/16');
  });

  it('are tried from the first one again when the pool that was found lies before the cursor', () => {
    const ipam = new Ipam();
    const pools = DEFAULT_POOLS.map(() => ipam.requestPool({ avoid: [] }));
    const free = (...indexes: number[]): void => {
      for (const i of indexes) ipam.releasePool(pools[i]!);
    };
    free(2);
    assert.equal(requestText(ipam), '172.19.0.0/16');
    free(1);
    // Found as the 30th from 172.20 on. A cursor that went round would stand at 172.19 now.
    assert.equal(requestText(ipam), '172.18.0.0/16');
    free(0, 4);
    assert.equal(requestText(ipam), '172.17.0.0/16');
    assert.equal(requestText(ipam), '172.21.0.0/16');
  });

  it('are passed over for good when the host has routes to them, and tried again after all others', () => {
    const ipam = new Ipam();
    poolOf(ipam, '172.17.0.0/16');
    assert.equal(requestText(ipam, ['172.18.5.0/24', '172.19.0.9/32']), '172.20.0.0/16');
    assert.equal(requestText(ipam, []), '172.21.0.0/16');
    assert.equal(requestText(ipam, ['172.0.0.0/8']), '192.168.0.0/20');
    assert.throws(() => requestText(ipam, ['128.0.0.0/1']), new DaemonError(NO_POOL));
    // As seen: a search in vain moves the cursor past all that it had in hand, here to where it began.
    assert.equal(requestText(ipam, []), '192.168.16.0/20');
  });

  it('take no notice of the host where a subnet is asked for', () => {
    const ipam = new Ipam();
    const subnet = cidr('192.168.50.0/24');
    assert.equal(formatCidr(ipam.requestPool({ subnet, avoid: [subnet] }).subnet), '192.168.50.0/24');
  });
});

describe('subnets asked for', () => {
  it('overlap no other, keep their host bits, and are free again when they are released', () => {
    const ipam = new Ipam();
    const pool = poolOf(ipam, '10.1.2.3/24');
    assert.equal(formatCidr(pool.subnet), '10.1.2.3/24');
    for (const text of ['10.1.2.3/24', '10.1.2.0/24', '10.1.2.128/25', '10.0.0.0/8', '0.0.0.0/0']) {
      assert.throws(() => poolOf(ipam, text), new DaemonError(OVERLAP));
    }
    assert.equal(take(pool), '10.1.2.1');
    ipam.releasePool(pool);
    assert.equal(take(poolOf(ipam, '10.1.2.0/23')), '10.1.2.1');
  });

  it('may overlap when they have a range that is not the same, and then share their addresses', () => {
    const ipam = new Ipam();
    const whole = poolOf(ipam, '172.17.0.0/16');
    assert.equal(take(whole), '172.17.0.1');
    const part = poolOf(ipam, '172.17.0.0/16', '172.17.0.0/16');
    assert.equal(take(part), '172.17.0.2');
    assert.equal(take(whole), '172.17.0.3');
    assert.throws(() => poolOf(ipam, '172.17.0.9/16', '172.17.0.0/16'), new DaemonError(OVERLAP));
    const otherSize = poolOf(ipam, '172.16.0.0/12', '172.17.0.0/16');
    assert.equal(take(otherSize), '172.17.0.0');
    ipam.releasePool(whole);
    assert.throws(() => poolOf(ipam, '172.17.0.0/16'), new DaemonError(OVERLAP));
    assert.equal(take(part), '172.17.0.4');
    ipam.releasePool(part);
    ipam.releasePool(otherSize);
    assert.equal(take(poolOf(ipam, '172.17.0.0/16')), '172.17.0.1');
  });
});

describe('an address pool', () => {
  it('has nothing to give for /31 and /32, and then not even what is asked for', () => {
    for (const text of ['10.5.0.0/31', '10.5.0.4/32']) {
      const pool = poolOf(new Ipam(), text);
      assert.equal(take(pool), NONE_LEFT);
      assert.equal(take(pool, text.slice(0, -3)), NONE_LEFT);
    }
  });

  it('takes from its range, wherever that begins or ends; what is asked for may lie outside', () => {
    const first = (subnet: string, range: string): string => take(poolOf(new Ipam(), subnet, range));
    assert.equal(first('10.47.0.0/24', '10.47.0.64/26'), '10.47.0.64');
    assert.equal(first('10.5.2.0/24', '10.5.2.200/25'), '10.5.2.128');
    assert.equal(first('10.5.2.0/24', '10.5.2.200/32'), '10.5.2.200');
    assert.equal(first('10.5.2.0/24', '10.5.2.3/16'), '10.5.2.1');
    assert.equal(first('10.5.2.0/24', '10.5.2.0/32'), NONE_LEFT);
    assert.equal(first('10.5.0.0/30', '10.5.0.3/32'), NONE_LEFT);
    const pool = poolOf(new Ipam(), '10.5.2.0/24', '10.5.2.0/25');
    assert.equal(take(pool, '10.5.2.200'), '10.5.2.200');
    assert.equal(take(pool, '10.5.2.200'), 'Address already in use');
    assert.equal(take(pool, '10.5.2.0'), 'Address already in use');
    assert.equal(take(pool, '10.5.2.255'), 'Address already in use');
    assert.equal(take(pool, '10.5.3.1'), 'Requested address is out of range');
  });

  it('counts addresses above 127.255.255.255 as well as those below', () => {
    assert.equal(take(poolOf(new Ipam(), '192.168.0.0/20')), '192.168.0.1');
    assert.equal(take(poolOf(new Ipam(), '255.255.255.0/24', '255.255.255.128/25')), '255.255.255.128');
    assert.equal(take(poolOf(new Ipam(), '0.0.0.0/0', '128.0.0.0/1')), '128.0.0.0');
  });

  it('does not take back what it has not given', () => {
    const ipam = new Ipam();
    const pool = poolOf(ipam, '10.5.0.0/24');
    assert.throws(() => {
      pool.releaseAddress(ip4('10.5.0.7'));
    }, /released once/);
    ipam.releasePool(pool);
    assert.throws(() => {
      ipam.releasePool(pool);
    }, /released once/);
  });

  it('of /8 gives a hundred thousand addresses without counting from the start for each', function () {
    this.timeout(5000);
    const pool = poolOf(new Ipam(), '10.0.0.0/8');
    for (let i = 1; i <= 100_000; i++) assert.equal(pool.requestAddress(), ip4('10.0.0.0') + i);
    // The worst case of a remembered position: the lowest address goes and comes back all the time.
    for (let i = 0; i < 20_000; i++) {
      pool.releaseAddress(ip4('10.0.0.1'));
      assert.equal(pool.requestAddress(), ip4('10.0.0.1'));
      assert.equal(pool.requestAddress(), ip4('10.0.0.0') + 100_001 + i);
    }
  });
});

/** The same by the simplest means: lists that are searched from end to end. */
class ListIpam {
  readonly pools: { subnet: string; range: string; held: string[] }[] = [];
  /** By subnet without host bits. */
  private readonly taken = new Map<string, Set<number>>();
  private nextDefault = 0;

  requestPool(subnetText: string, range: string, avoid: readonly string[]): string {
    let subnet = subnetText;
    if (subnet === '') {
      const found = this.nextDefaultSubnet(avoid);
      if (found === undefined) return NO_POOL;
      subnet = found;
    }
    const network = span(subnet).join('-');
    const isKnown = this.taken.has(network);
    if (range === '' && [...this.taken.keys()].some((other) => areTouching(network, other))) return OVERLAP;
    if (this.pools.some((pool) => range !== '' && span(pool.subnet).join('-') === network && pool.range === range)) {
      return OVERLAP;
    }
    if (!isKnown) this.taken.set(network, new Set(span(subnet)));
    this.pools.push({ subnet, range, held: [] });
    return subnet;
  }

  releasePool(index: number): void {
    const [pool] = this.pools.splice(index, 1);
    const network = span(pool!.subnet).join('-');
    if (!this.pools.some((other) => span(other.subnet).join('-') === network)) this.taken.delete(network);
  }

  requestAddress(index: number, preferred: number | undefined): string {
    const { subnet, range, held } = this.pools[index]!;
    const [low, high] = span(subnet);
    const taken = this.taken.get(`${low}-${high}`)!;
    if (preferred !== undefined && (preferred < low || preferred > high)) return 'Requested address is out of range';
    if (taken.size === high - low + 1) return NONE_LEFT;
    let found = preferred;
    if (found !== undefined && taken.has(found)) return 'Address already in use';
    const [from, to] = range === '' ? [low, high] : span(range);
    for (let i = Math.max(from, low); found === undefined && i <= Math.min(to, high); i++) if (!taken.has(i)) found = i;
    if (found === undefined) return NONE_LEFT;
    taken.add(found);
    held.push(formatIp4(found));
    return formatIp4(found);
  }

  releaseAddress(index: number, which: number): string | undefined {
    const { subnet, held } = this.pools[index]!;
    const [address] = held.splice(which % Math.max(held.length, 1), 1);
    if (address !== undefined) this.taken.get(span(subnet).join('-'))!.delete(ip4(address) >>> 0);
    return address;
  }

  private nextDefaultSubnet(avoid: readonly string[]): string | undefined {
    const held: string[] = [];
    for (;;) {
      const busy = [...this.taken.keys(), ...held.map((each) => span(each).join('-'))];
      const order = DEFAULT_POOLS.map((_, i) => this.nextDefault + i);
      const at = order.find((i) => {
        const own = span(formatCidr(DEFAULT_POOLS[i % 31]!)).join('-');
        return !busy.some((other) => areTouching(own, other));
      });
      if (at === undefined) return undefined;
      this.nextDefault = at + 1 >= 31 ? 0 : at + 1;
      const subnet = formatCidr(DEFAULT_POOLS[at % 31]!);
      if (!avoid.some((other) => areTouching(span(subnet).join('-'), span(other).join('-')))) return subnet;
      held.push(subnet);
    }
  }
}

/** The first and the last address of a subnet, as unsigned numbers. */
function span(text: string): [number, number] {
  const [address, length] = text.split('/') as [string, string];
  const size = 2 ** (32 - Number(length));
  const first = Math.floor((ip4(address) >>> 0) / size) * size;
  return [first, first + size - 1];
}

function areTouching(left: string, right: string): boolean {
  const [a, b] = left.split('-').map(Number) as [number, number];
  const [c, d] = right.split('-').map(Number) as [number, number];
  return a <= d && c <= b;
}

describe('address management beside a list that is searched', () => {
  const SUBNETS = ['', '', '10.0.0.0/29', '10.0.0.3/29', '10.0.0.8/29', '10.0.0.0/28', '10.0.0.4/30', '10.0.0.6/31'];
  const LARGER = ['172.18.0.0/16', '172.16.0.0/12', '192.168.16.0/30', '192.168.0.0/17', '10.9.9.9/32'];
  const RANGES = ['', '', '/29', '/30', '/31', '/32', '/27'];
  const AVOID = [[], [], ['172.19.1.0/24'], ['172.20.0.1/32', '192.168.0.0/18'], ['0.0.0.0/1'], ['128.0.0.0/1']];
  const step = fc.record({
    kind: fc.constantFrom('pool', 'pool', 'pool', 'address', 'address', 'address', 'address', 'give', 'drop'),
    subnetIndex: fc.nat(2),
    range: fc.constantFrom(...RANGES),
    avoid: fc.constantFrom(...AVOID),
    which: fc.nat(1000),
    offset: fc.integer({ min: -2, max: 12 }),
  });

  // Few in each run, so that they meet.
  const few = fc.shuffledSubarray([...SUBNETS, ...LARGER], { minLength: 1, maxLength: 3 });

  it('answers the same over thousands of random requests', () => {
    fc.assert(
      fc.property(few, fc.array(step, { maxLength: 80 }), (subnets, steps) => {
        const ipam = new Ipam();
        const list = new ListIpam();
        const pools: AddressPool[] = [];
        for (const { kind, subnetIndex, range, avoid, which, offset } of steps) {
          const subnet = subnets[subnetIndex % subnets.length]!;
          const index = which % Math.max(pools.length, 1);
          const pool = pools[index];
          if (kind === 'pool') {
            const base = subnet.split('/')[0]!;
            const rangeText = subnet === '' || range === '' ? '' : `${base}${range}`;
            const wanted = list.requestPool(subnet, rangeText, avoid);
            const got = answer(() => {
              const made = ipam.requestPool({
                subnet: subnet === '' ? undefined : cidr(subnet),
                range: rangeText === '' ? undefined : cidr(rangeText),
                avoid: avoid.map(cidr),
              });
              pools.push(made);
              return formatCidr(made.subnet);
            });
            assert.equal(got, wanted);
          } else if (pool === undefined) {
            continue;
          } else if (kind === 'drop') {
            list.releasePool(index);
            ipam.releasePool(pool);
            pools.splice(index, 1);
          } else if (kind === 'give') {
            const address = list.releaseAddress(index, which);
            if (address !== undefined) pool.releaseAddress(ip4(address));
          } else {
            const preferred = which % 2 === 0 ? undefined : span(formatCidr(pool.subnet))[0] + offset;
            const wanted = list.requestAddress(index, preferred);
            assert.equal(take(pool, preferred === undefined ? undefined : formatIp4(preferred)), wanted);
          }
        }
      }),
      { numRuns: 400 * EFFORT },
    );
  });
});
