import assert from 'node:assert/strict';
import { ip4 } from '../../src/base/addr.ts';
import * as resolver from '../../src/userland/resolve.ts';
import { TableKit } from '../kernel/proc/table-kit.ts';
import { needTools } from '../machine.ts';
import type { Asked } from './dns/dns-lab.ts';
import { EmulatedDns, forEffort, needDns, RealDns } from './dns/dns-lab.ts';

const BY_SEARCH = 'nameserver 10.77.0.2\nsearch sub.example example\n';

/** resolv.conf ('' for the one server) and what is typed. */
const CASES: readonly (readonly [string, string])[] = [
  ['', 'ping -c 1 -W 1 a.example'],
  ['', 'ping -c 2 -i 0.2 four.example'],
  ['', 'ping -n -c 1 www.example'],
  ['', 'ping -c 1 10.77.0.2'],
  ['', 'ping -c 1 twice.example'],
  ['', 'ping -c 1 nope.example'],
  ['', 'ping -c 1 dangle.example'],
  ['', 'ping -c 1 outside.example'],
  ['', 'ping -c 1 m.example'],
  ['', 'ping -c 1 servfail.example'],
  ['', 'ping -c 1 refused.example'],
  ['', 'ping -c 1 a..b'],
  ['', 'ping -c 1 .a'],
  ['', 'nc -z -u -w 1 big.example 1'],
  ['', 'ping -c 1 alias.four'],
  ['', 'arping -c 1 -w 1 -I eth0 nope.example'],
  ['', 'arping -c 1 -w 1 -I eth0 servfail.example'],
  ['', 'nc -z -u -w 1 nope.example 1'],
  ['', 'traceroute -m 1 four.example'],
  ['', 'traceroute -4 -n -m 1 four.example'],
  ['', 'traceroute nope.example'],
  ['nameserver 10.77.0.3\nnameserver 10.77.0.2\n', 'ping -n -c 1 four.example'],
  ['nameserver 10.77.0.3\n', 'ping -c 1 four.example'],
  ['nameserver 10.99.0.9\nnameserver 10.77.0.2\n', 'ping -c 1 four.example'],
  ['nameserver 10.77.0.2\noptions timeout:1 attempts:2\n', 'ping -c 1 drop.example'],
  [BY_SEARCH, 'ping -c 1 -W 1 a'],
  [BY_SEARCH, 'ping -c 1 -W 1 a.sub'],
  [BY_SEARCH, 'ping -c 1 nope'],
  [BY_SEARCH, 'ping -c 1 nope.'],
  [BY_SEARCH, 'ping -c 1 four.example.'],
  [BY_SEARCH, 'ping -c 1 servfail'],
  [BY_SEARCH, 'ping -c 1 refused'],
  [BY_SEARCH, 'ping -c 1 m'],
  [`${BY_SEARCH}options ndots:2\n`, 'ping -c 1 -W 1 a.sub'],
  [`${BY_SEARCH}options ndots:3\n`, 'ping -c 1 four.example'],
  ['nameserver 10.77.0.2\ndomain example\n', 'ping -c 1 four'],
  ['nameserver 10.77.0.2\nsearch .\n', 'traceroute -n -m 1 a.sub.example'],
  ['nameserver 10.77.0.2\noptions single-request\n', 'ping -c 1 four.example'],
  ['nameserver 10.77.0.2\noptions single-request-reopen\n', 'ping -c 1 four.example'],
  ['nameserver 10.77.0.2\noptions edns0 trust-ad\n', 'ping -c 1 four.example'],
  ['nameserver 10.77.0.2\noptions no-aaaa\n', 'ping -c 1 four.example'],
  ['nameserver 10.77.0.2\noptions use-vc\n', 'ping -c 1 four.example'],
  ['nameserver 10.77.0.2\noptions rotate\n', 'ping -c 1 four.example'],
];

/** Times and identifiers are chance. */
function settled({ stdout, stderr, exit, questions }: Asked): object {
  const text = (output: string): string =>
    output
      .replace(/time=[\d.]+ ms/g, 'time=T ms')
      .replace(/time \d+ms/g, 'time T')
      .replace(/[\d.]+ ms/g, 'T ms')
      .replace(/= [\d./]+ ms/g, '= T ms')
      .replace(/(rtt .* = ).*/g, '$1T');
  return { stdout: text(stdout), stderr: text(stderr), exit, questions };
}

describe('userland/resolve:', () => {
  it('a program resolves numbers first, then its files', () => {
    const kit = new TableKit();
    kit.files.write('/etc/hosts', '10.0.0.2  node2.example node2\n');
    const found: unknown[] = [];
    kit.run(function* resolves(proc) {
      for (const name of ['10.2', 'node2', 'nosuch']) found.push(yield* resolver.resolveFromFiles(proc, name));
      return 0;
    });
    const [address, addresses] = [ip4('10.0.0.2'), [ip4('10.0.0.2')]];
    assert.deepEqual(found, [
      { address, addresses, canonicalName: '10.2', isNumeric: true },
      { address, addresses, canonicalName: 'node2.example', isNumeric: false },
      'Name or service not known',
    ]);
  });

  describe('beside glibc', function () {
    this.timeout(120_000);
    let real: RealDns | undefined;
    let emulated: EmulatedDns;
    before(async function () {
      needDns(this);
      needTools(this, ['ping', 'arping', 'nc', 'traceroute']);
      real = new RealDns('rs');
      emulated = new EmulatedDns();
      await real.ready();
    });
    after(() => real?.dispose());

    for (const [resolvConf, line] of forEffort(CASES)) {
      it(`${line} (${resolvConf.replaceAll('\n', '; ')})`, async () => {
        const ask = { line, ...(resolvConf === '' ? {} : { resolvConf }) };
        assert.deepEqual(settled(emulated.ask(ask)), settled(await real!.ask(ask)));
      });
    }
  });
});
