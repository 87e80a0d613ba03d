import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatCidr, formatIp4, ip4, parseCidr } from '../../../src/base/addr.ts';
import { consolidateIpam } from '../../../src/docker/cli/values/ipam-config.ts';
import { DaemonError } from '../../../src/docker/errors.ts';
import { Ipam } from '../../../src/docker/ipam/ipam.ts';
import type { PoolAddresses } from '../../../src/docker/ipam/network-addresses.ts';
import {
  allocateNetworkAddresses,
  defaultGatewayOf,
  releaseNetworkAddresses,
  requestEndpointAddress,
  splitIpamConfigs,
} from '../../../src/docker/ipam/network-addresses.ts';
import { recordedText } from '../recordings.ts';

const RUNS = 300 * Number(process.env['DOCKWIRE_EFFORT'] ?? 1);
const NO_POOL =
  'could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the network';
const OVERLAP = 'Pool overlaps with other one on this address space';
const NONE_LEFT = 'No available addresses on this pool';

/** Makes the addresses of a network called t1 by the options that a person would type. */
function allocate(ipam: Ipam, line: string, avoid: readonly string[] = []): readonly PoolAddresses[] {
  const values = (name: string): string[] => [...line.matchAll(new RegExp(`--${name} (\\S+)`, 'g'))].map((m) => m[1]!);
  const pairs = values('aux-address').map((text) => text.split('=') as [string, string]);
  const configs = consolidateIpam({
    subnets: values('subnet'),
    ranges: values('ip-range'),
    gateways: values('gateway'),
    auxAddresses: new Map(pairs),
  });
  return allocateNetworkAddresses(ipam, {
    networkName: 't1',
    ipamDriver: values('ipam-driver')[0] ?? '',
    configs: splitIpamConfigs(configs).ip4,
    avoid: avoid.map((text) => parseCidr(text)!),
  });
}

/** `SUBNET GATEWAY AUX…` of each pool, or the refusal. */
function answer(ipam: Ipam, line: string): string {
  try {
    return allocate(ipam, line)
      .map(({ pool, gateway, auxAddresses }) => {
        const addresses = [gateway!, ...auxAddresses.values()].map(formatIp4);
        return `${formatCidr(pool.subnet)} ${addresses.join(' ')}`;
      })
      .join(', ');
  } catch (error) {
    if (!(error instanceof DaemonError)) throw error;
    return error.message;
  }
}

/** An engine that has made its default bridge. */
function startedIpam(): Ipam {
  const ipam = new Ipam();
  allocate(ipam, '--subnet 172.17.0.0/16');
  return ipam;
}

describe('the addresses of a network', () => {
  it('are those that a real engine chose', () => {
    const asked: readonly [string, string][] = [
      ['', '172.18.0.0/16 172.18.0.1'],
      ['--ipam-driver default', '172.18.0.0/16 172.18.0.1'],
      ['--subnet fd00::/64', '172.18.0.0/16 172.18.0.1'],
      ['--subnet 10.5.0.0/24', '10.5.0.0/24 10.5.0.1'],
      ['--subnet 10.1.2.3/24', '10.1.2.3/24 10.1.2.1'],
      ['--subnet 10.5.0.0/024', '10.5.0.0/24 10.5.0.1'],
      ['--subnet 10.5.0.0/24 --gateway ::ffff:10.5.0.9', '10.5.0.0/24 10.5.0.9'],
      ['--subnet 0.0.0.0/1', '0.0.0.0/1 0.0.0.1'],
      ['--subnet 255.255.255.0/24', '255.255.255.0/24 255.255.255.1'],
      ['--subnet 10.5.0.0/30 --ip-range 10.5.0.0/31', '10.5.0.0/30 10.5.0.1'],
      ['--subnet 10.5.2.0/24 --ip-range 10.5.2.3/16', '10.5.2.0/24 10.5.2.1'],
      ['--subnet 10.5.2.0/24 --ip-range 10.5.2.200/25', '10.5.2.0/24 10.5.2.128'],
      ['--subnet 10.5.2.0/24 --ip-range 10.5.2.200/32', '10.5.2.0/24 10.5.2.200'],
      ['--subnet 10.5.2.0/24 --ip-range 10.5.2.0/25 --gateway 10.5.2.200', '10.5.2.0/24 10.5.2.200'],
      ['--subnet 10.5.0.0/24 --ip-range 10.5.0.128/25 --aux-address a=10.5.0.9', '10.5.0.0/24 10.5.0.128 10.5.0.9'],
      ['--subnet 10.5.0.0/24 --aux-address DefaultGatewayIPv4=10.5.0.7', '10.5.0.0/24 10.5.0.1 10.5.0.7'],
      ['--subnet 172.17.5.0/24 --ip-range 172.17.5.0/25', '172.17.5.0/24 172.17.5.1'],
      ['--subnet 172.17.0.0/16 --ip-range 172.17.5.0/25', '172.17.0.0/16 172.17.5.0'],
      ['--subnet 172.16.0.0/12 --ip-range 172.17.5.0/25', '172.16.0.0/12 172.17.5.0'],
      ['--subnet 172.17.0.0/16 --ip-range 172.17.0.0/16', '172.17.0.0/16 172.17.0.2'],
      ['--subnet 10.5.0.0/24 --subnet 10.6.0.0/24', '10.5.0.0/24 10.5.0.1, 10.6.0.0/24 10.6.0.1'],
      ['--ipam-driver null', ''],
    ];
    for (const [line, wanted] of asked) assert.equal(answer(startedIpam(), line), wanted, line);
  });

  it('are refused in the words of a real engine, and all is given back', () => {
    const inUse = 'Address already in use';
    const asked: readonly [string, string][] = [
      ['--subnet 10.0.0.0/33', 'Invalid subnet 10.0.0.0/33 : invalid CIDR address: 10.0.0.0/33'],
      ['--subnet foo', 'Invalid subnet foo : invalid CIDR address: foo'],
      ['--subnet fd00::/129', 'Invalid subnet fd00::/129 : invalid CIDR address: fd00::/129'],
      ['--subnet 10.05.0.0/24', 'Invalid subnet 10.05.0.0/24 : invalid CIDR address: 10.05.0.0/24'],
      ['--ipam-driver foo --subnet 10.5.0.0/33', 'Invalid subnet 10.5.0.0/33 : invalid CIDR address: 10.5.0.0/33'],
      ['--ipam-driver foo', 'plugin "foo" not found'],
      ['--ipam-driver a"b/c', 'plugin "a\\"b/c" not found'],
      ['--ipam-driver Default', 'plugin "Default" not found'],
      ['--ipam-driver null --subnet 10.5.0.0/24', 'null ipam driver does not handle specific address pool requests'],
      ['--subnet 172.17.0.0/16', OVERLAP],
      ['--subnet 172.17.0.128/25', OVERLAP],
      ['--subnet 172.16.0.0/12', OVERLAP],
      ['--subnet 0.0.0.0/0', OVERLAP],
      ['--subnet 0.0.0.0/0 --gateway 1.2.3.4', OVERLAP],
      ['--subnet 10.5.0.0/31', `failed to allocate gateway (): ${NONE_LEFT}`],
      ['--subnet 10.5.0.4/32', `failed to allocate gateway (): ${NONE_LEFT}`],
      ['--subnet 10.5.0.0/31 --gateway 10.5.0.1', `failed to allocate gateway (10.5.0.1): ${NONE_LEFT}`],
      ['--subnet 10.5.0.4/32 --gateway 10.5.0.4', `failed to allocate gateway (10.5.0.4): ${NONE_LEFT}`],
      ['--subnet 10.5.0.0/30 --ip-range 10.5.0.3/32', `failed to allocate gateway (): ${NONE_LEFT}`],
      ['--subnet 10.5.0.0/24 --gateway 10.5.0.0', `failed to allocate gateway (10.5.0.0): ${inUse}`],
      ['--subnet 10.5.0.0/24 --gateway 10.5.0.255', `failed to allocate gateway (10.5.0.255): ${inUse}`],
      ['--subnet 10.5.2.0/24 --gateway 10.5.2.9/24', 'invalid gateway address 10.5.2.9/24 in Ipam configuration'],
      [
        '--subnet 10.5.2.0/24 --ip-range 10.5.2.0',
        'failed to parse pool request for address space "LocalDefault" pool "10.5.2.0/24" subpool "10.5.2.0": ' +
          'Invalid Address SubPool',
      ],
      [
        '--subnet 10.5.0.0/24 --aux-address a=10.5.0.1',
        `failed to allocate secondary ip address (a:10.5.0.1): ${inUse}`,
      ],
      [
        '--subnet 10.5.0.0/24 --aux-address a=10.5.0.2 --aux-address b=10.5.0.2',
        `failed to allocate secondary ip address (b:10.5.0.2): ${inUse}`,
      ],
      [
        '--subnet 10.5.0.0/24 --gateway 10.5.0.7 --aux-address a=10.5.0.7',
        `failed to allocate secondary ip address (a:10.5.0.7): ${inUse}`,
      ],
      [
        '--subnet 10.5.0.0/30 --aux-address a=10.5.0.2 --aux-address b=10.5.0.1',
        `failed to allocate secondary ip address (b:10.5.0.1): ${NONE_LEFT}`,
      ],
      [
        '--subnet 10.5.0.0/24 --subnet 10.6.0.0/24 --gateway 10.5.0.9 --gateway 10.6.0.255',
        `failed to allocate gateway (10.6.0.255): ${inUse}`,
      ],
    ];
    const ipam = startedIpam();
    for (const [line, wanted] of asked) assert.equal(answer(ipam, line), wanted, line);
    assert.equal(answer(ipam, '--subnet 10.0.0.0/8'), '10.0.0.0/8 10.0.0.1');
  });

  it('are lost for good when an auxiliary address is none or lies elsewhere: the real engine forgets the pool', () => {
    const ipam = startedIpam();
    const line = '--subnet 10.5.0.0/24 --aux-address a=10.5.0.9/24';
    assert.equal(answer(ipam, line), 'non parsable secondary ip address (a:10.5.0.9/24) passed for network t1');
    assert.equal(answer(ipam, line), OVERLAP);
    assert.throws(() => {
      const config = { subnet: '10.6.0.7/24', range: '', gateway: '', auxAddresses: new Map([['b', '10.7.0.1']]) };
      allocateNetworkAddresses(ipam, { networkName: 't1', ipamDriver: '', configs: [config], avoid: [] });
    }, new DaemonError('auxiliary address: (b:10.7.0.1) must belong to the master pool: 10.6.0.0/24'));
    assert.equal(answer(ipam, '--subnet 10.6.0.0/24'), OVERLAP);
  });

  it('are free again when the network goes', () => {
    const ipam = startedIpam();
    const lines = ['--subnet 10.5.0.0/24 --aux-address a=10.5.0.2', '--subnet 172.17.0.0/16 --ip-range 172.17.9.0/24'];
    for (const line of [...lines, ...lines]) releaseNetworkAddresses(ipam, allocate(ipam, line));
    assert.equal(answer(ipam, '--subnet 172.17.0.0/16 --ip-range 172.17.9.0/24'), '172.17.0.0/16 172.17.9.0');
  });

  it('avoid what the host has, unless a subnet was asked for', () => {
    const ipam = startedIpam();
    assert.equal(formatCidr(allocate(ipam, '', ['172.18.7.0/24'])[0]!.pool.subnet), '172.19.0.0/16');
    assert.equal(formatCidr(allocate(ipam, '--subnet 10.1.0.0/16', ['10.1.0.0/16'])[0]!.pool.subnet), '10.1.0.0/16');
    assert.throws(() => allocate(ipam, '', ['0.0.0.0/0']), new DaemonError(NO_POOL));
  });

  it('tell where default routes lead', () => {
    const gateway = (line: string): string => formatIp4(defaultGatewayOf(allocate(new Ipam(), line)[0]!)!);
    assert.equal(gateway('--subnet 10.5.0.0/24 --aux-address DefaultGatewayIPv6=10.5.0.7'), '10.5.0.1');
    assert.equal(gateway('--subnet 10.5.0.0/24 --aux-address DefaultGatewayIPv4=10.5.0.7'), '10.5.0.7');
  });

  it('leave no trace when they are refused, whatever was wrong', () => {
    const subnets = ['10.5.0.0/24', '10.5.0.0/29', '10.5.0.9/30', '10.5.1.0/24', '10.5.0.0/31', '172.17.3.0/24', ''];
    const option = fc.constantFrom('', '--gateway', '--ip-range', '--aux-address a=', '--aux-address b=');
    const value = fc.constantFrom('10.5.0.1', '10.5.0.8/30', '10.5.0.255', '10.5.0.3', '10.5.0.9', '172.17.3.0/25');
    const word = fc.tuple(option, value).map(([name, text]) => (name.endsWith('=') ? name + text : `${name} ${text}`));
    fc.assert(
      fc.property(fc.constantFrom(...subnets), fc.array(word, { maxLength: 3 }), (subnet, words) => {
        const line = `${subnet === '' ? '' : '--subnet'} ${subnet} ${words.join(' ')}`;
        const ipam = startedIpam();
        try {
          releaseNetworkAddresses(ipam, allocate(ipam, line));
        } catch (error) {
          fc.pre(!(error as Error).message.startsWith('non parsable'));
        }
        assert.equal(answer(ipam, '--subnet 10.5.0.0/23'), '10.5.0.0/23 10.5.0.1');
        assert.equal(answer(ipam, '--subnet 172.17.3.0/24 --ip-range 172.17.3.0/25'), '172.17.3.0/24 172.17.3.1');
      }),
      { numRuns: RUNS },
    );
  });
});

describe('the address of an endpoint', () => {
  const pools = (...lines: string[]) => lines.flatMap((line) => allocate(new Ipam(), line)).map(({ pool }) => pool);
  const request = (from: ReturnType<typeof pools>, preferred = ''): string => {
    try {
      return formatIp4(requestEndpointAddress(from, preferred === '' ? null : ip4(preferred), 'tiny (ff)').address);
    } catch (error) {
      if (!(error instanceof DaemonError)) throw error;
      return error.message;
    }
  };

  it('is the lowest free one, of the first pool that has one', () => {
    const two = pools('--subnet 10.5.0.0/30', '--subnet 10.6.0.0/30');
    assert.deepEqual(
      ['', '', ''].map(() => request(two)),
      ['10.5.0.2', '10.6.0.2', "no available IPv4 addresses on this network's address pools: tiny (ff)"],
    );
  });

  it('is the one asked for, in the pool where it lies, if it is free', () => {
    const two = pools('--subnet 10.5.0.0/24 --ip-range 10.5.0.128/25', '--subnet 10.6.0.0/30');
    assert.equal(request(two, '10.5.0.7'), '10.5.0.7');
    assert.equal(request(two, '10.5.0.7'), 'Address already in use');
    assert.equal(request(two, '10.5.0.255'), 'Address already in use');
    assert.equal(request(two, '10.6.0.2'), '10.6.0.2');
    assert.equal(request(two, '10.6.0.2'), NONE_LEFT);
    const elsewhere = "Invalid address 10.7.0.1: It does not belong to any of this network's subnets";
    assert.equal(request(two, '10.7.0.1'), elsewhere);
  });

  it('follows the recorded sequences of run, rm, stop and start', function () {
    const text = recordedText(this, 'ipam/ipam.txt');
    for (const [net, line] of [
      ['bridge', '--subnet 172.17.0.0/16'],
      ['u1', '--subnet 172.19.0.0/16'],
    ] as const) {
      const [pool] = pools(line);
      const addressOf = new Map<string, string>();
      const lines = text.split(`# network ${net}: run k1 k2 k3\n`)[1]!.split('\n# ')[0]!.trimEnd().split('\n');
      const free = (...names: string[]): void => {
        for (const name of names) {
          pool!.releaseAddress(ip4(addressOf.get(name)!));
          addressOf.delete(name);
        }
      };
      for (const each of lines.slice(0, 11)) {
        const word = /^(?:rm|stop|restart) (\w+)/.exec(each)?.[1];
        if (word === 'all') free(...addressOf.keys());
        else if (word !== undefined) free(word);
        const shown = /^(?:start |restart )?(k\d):? \w+ (\S+)/.exec(each);
        if (shown === null) continue;
        assert.equal(request([pool!]), shown[2], each);
        addressOf.set(shown[1]!, shown[2]!);
      }
      assert.deepEqual([...addressOf.keys()], ['k6']);
    }
  });
});
