import assert from 'node:assert/strict';
import { consolidateIpam, IpamOptionError } from '../../../../src/docker/cli/values/ipam-config.ts';
import { transcript } from '../../recordings.ts';

/** Reads the address options of a command line; the values are single words. */
function optionsOf(line: string) {
  const values = (name: string): string[] => [...line.matchAll(new RegExp(`--${name} (\\S+)`, 'g'))].map((m) => m[1]!);
  const pairs = values('aux-address').map((text) => [text.split('=')[0]!, text.slice(text.indexOf('=') + 1)] as const);
  return {
    subnets: values('subnet'),
    ranges: values('ip-range'),
    gateways: values('gateway'),
    auxAddresses: new Map(pairs),
  };
}

/** What comes of the options: one text for each subnet, or the refusal. */
function answer(line: string): string | string[] {
  try {
    return consolidateIpam(optionsOf(line)).map(({ subnet, range, gateway, auxAddresses }) =>
      [subnet, range, gateway, ...[...auxAddresses].map((pair) => pair.join('='))].join(' '),
    );
  } catch (error) {
    if (!(error instanceof IpamOptionError)) throw error;
    return error.message;
  }
}

describe('the address options of docker network create', () => {
  it('are sorted by subnet', () => {
    assert.deepEqual(answer(''), []);
    assert.deepEqual(answer('--subnet 10.5.0.0/24'), ['10.5.0.0/24  ']);
    assert.deepEqual(
      answer(
        '--subnet 10.5.0.0/24 --subnet 10.6.0.0/24 --subnet fd00::/64 --gateway 10.6.0.9 --gateway fd00::9 ' +
          '--ip-range 10.6.0.128/25 --aux-address a=10.5.0.1 --aux-address b=10.6.0.1 --aux-address c=10.6.0.2',
      ),
      ['10.5.0.0/24   a=10.5.0.1', '10.6.0.0/24 10.6.0.128/25 10.6.0.9 b=10.6.0.1 c=10.6.0.2', 'fd00::/64  fd00::9'],
    );
  });

  it('are left to the daemon where the client needs not understand them', () => {
    assert.deepEqual(answer('--subnet foo'), ['foo  ']);
    assert.deepEqual(answer('--subnet 10.5.2.0/24 --ip-range 10.5.2.0'), ['10.5.2.0/24 10.5.2.0 ']);
    assert.deepEqual(answer('--subnet 10.5.2.0/24 --gateway 10.5.2.9/24'), ['10.5.2.0/24  10.5.2.9/24']);
    assert.deepEqual(answer('--subnet 10.5.0.0/24 --ip-range 10.5.0.0/16'), ['10.5.0.0/24 10.5.0.0/16 ']);
  });

  it('are refused in the words that a real client answered with', () => {
    const asked: readonly [string, string][] = [
      ['--gateway 10.6.0.1', 'every ip-range or gateway must have a corresponding subnet'],
      ['--ip-range 10.5.0.0/25', 'every ip-range or gateway must have a corresponding subnet'],
      [
        '--subnet 10.5.0.0/24 --gateway 10.5.0.2 --gateway 10.5.0.3',
        'every ip-range or gateway must have a corresponding subnet',
      ],
      ['--subnet 10.5.0.0/24 --gateway 10.6.0.1', 'no matching subnet for gateway 10.6.0.1'],
      ['--subnet 10.5.0.0/24 --gateway zzz', 'no matching subnet for gateway zzz'],
      ['--subnet 10.5.0.0/24 --gateway fd00::1', 'no matching subnet for gateway fd00::1'],
      ['--subnet 10.5.2.0/24 --gateway 10.5.2.9/33', 'invalid CIDR address: 10.5.2.9/33'],
      ['--subnet 10.5.0.0/24 --ip-range 10.6.0.0/25', 'no matching subnet for range 10.6.0.0/25'],
      ['--subnet 10.5.0.0/24 --ip-range 10.0.0.0/8', 'no matching subnet for range 10.0.0.0/8'],
      ['--subnet 10.5.2.0/24 --ip-range foo', 'no matching subnet for range foo'],
      ['--subnet 10.5.2.0/24 --ip-range 10.5.2.0/33', 'invalid CIDR address: 10.5.2.0/33'],
      ['--aux-address a=10.5.0.9', 'no matching subnet for aux-address 10.5.0.9'],
      ['--subnet 10.5.0.0/24 --aux-address a=foo', 'no matching subnet for aux-address foo'],
      ['--subnet 10.5.0.0/24 --aux-address a=', 'no matching subnet for aux-address '],
      ['--subnet 10.5.0.0/24 --aux-address a=10.5.0.9/33', 'invalid CIDR address: 10.5.0.9/33'],
      [
        '--subnet 10.5.0.0/24 --aux-address a=10.5.0.9,b=10.5.0.10',
        'no matching subnet for aux-address 10.5.0.9,b=10.5.0.10',
      ],
      ['--subnet 10.5.0.0/24 --subnet 10.5.0.128/25', 'multiple overlapping subnet configuration is not supported'],
      ['--subnet 10.5.0.0/24 --subnet 10.5.0.0/24', 'multiple overlapping subnet configuration is not supported'],
      ['--subnet fd00::/64 --subnet fd00::1/80', 'multiple overlapping subnet configuration is not supported'],
      [
        '--subnet 10.5.0.0/24 --subnet 10.6.0.0/24 --ip-range 10.5.0.0/25 --ip-range 10.5.0.128/25',
        'cannot configure multiple ranges (10.5.0.128/25, 10.5.0.0/25) on the same subnet (10.5.0.0/24)',
      ],
      [
        '--subnet 10.5.0.0/24 --subnet 10.6.0.0/24 --gateway 10.5.0.2 --gateway 10.5.0.3',
        'cannot configure multiple gateways (10.5.0.3, 10.5.0.2) for the same subnet (10.5.0.0/24)',
      ],
      [
        '--subnet 10.5.0.0/24 --subnet 10.6.0.0/24 --gateway 10.5.0.2 --gateway 10.5.0.3 --ip-range 10.7.0.0/16',
        'no matching subnet for range 10.7.0.0/16',
      ],
      ['--subnet foo --subnet 10.6.0.0/24', 'invalid subnet: invalid CIDR address: foo'],
      ['--subnet 10.6.0.0/24 --subnet foo', 'invalid subnet: invalid CIDR address: foo'],
      ['--subnet foo --subnet bar', 'invalid subnet: invalid CIDR address: bar'],
      ['--subnet foo --gateway 1.2.3.4', 'invalid subnet: invalid CIDR address: foo'],
      ['--subnet foo --ip-range 10.5.0.0/25', 'invalid subnet: invalid CIDR address: foo'],
      ['--subnet foo --aux-address a=1.2.3.4', 'invalid subnet: invalid CIDR address: foo'],
    ];
    for (const [line, wanted] of asked) assert.equal(answer(line), wanted, line);
  });

  it('are refused as recorded', function () {
    const lines = transcript(this, 'single/05-errors.txt').filter(
      ({ command, text, exit }) =>
        /^docker network create .*--(subnet|gateway)/.test(command) && exit === 1 && !text.startsWith('Error response'),
    );
    assert.ok(lines.length >= 4);
    for (const { command, text } of lines) assert.equal(`${String(answer(command))}\n`, text, command);
  });
});
