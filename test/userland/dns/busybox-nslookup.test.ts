import assert from 'node:assert/strict';
import { busyboxPrograms } from '../../../src/userland/registry.ts';
import { needTool } from '../../machine.ts';
import { EmulatedDns, forEffort, needDns, RealDns } from './dns-lab.ts';
import type { Asked } from './dns-lab.ts';

const LINES = [
  'nslookup four.example',
  'nslookup a.example',
  'nslookup nope.example',
  'nslookup www.example',
  'nslookup twice.example',
  'nslookup m.example',
  'nslookup inhosts',
  'nslookup 10.77.0.2',
  'nslookup 10.77.0.3',
  'nslookup servfail.example',
  'nslookup refused.example',
  'nslookup -timeout=1 -retry=2 drop.example',
  'nslookup four.example 10.77.0.2',
  'nslookup four.example 10.77.0.2:53',
  'nslookup four.example ns.example',
  'nslookup four.example nope.example',
  'nslookup -type=mx m.example',
  'nslookup -querytype=txt t.example',
  'nslookup -type=any example',
  'nslookup -type=ptr 10.77.0.2',
  'nslookup -type=soa example',
  'nslookup -type=srv _http._tcp.example',
  'nslookup -type=ns -q=a example',
  'nslookup big.example',
  'nslookup 2001:db8::1',
  'nslookup',
  'nslookup -x',
  'nslookup a b c',
  'nslookup -type=foo x',
  'nslookup -t 1 x',
  'nslookup -retry=x four.example',
  'nslookup -debug four.example',
];
const SEARCH = 'nameserver 10.77.0.2\nsearch sub.example example\n';
const SEARCHED = ['nslookup a', 'nslookup a.sub', 'nslookup -type=mx m', 'nslookup a.'];

/** Which of several questions is answered first is chance, and how long it took. */
function settled({ stdout, stderr, exit, questions }: Asked): object {
  return { stdout: stdout.replace(/in \d+ms/g, 'in Tms'), stderr, exit, questions };
}

describe('userland/dns/busybox-nslookup', function () {
  this.timeout(60_000);
  let real: RealDns | undefined;
  let emulated: EmulatedDns;
  before(async function () {
    needDns(this);
    needTool(this, ['busybox'], 'BusyBox v1.35.0');
    real = new RealDns('bn');
    emulated = new EmulatedDns(busyboxPrograms());
    await real.ready();
  });
  after(() => real?.dispose());

  for (const [resolvConf, lines] of [
    [undefined, LINES],
    [SEARCH, SEARCHED],
    ['nameserver 10.99.0.1\n', ['nslookup a']],
  ] as const) {
    for (const line of forEffort(lines)) {
      it(`${line} (${resolvConf?.replaceAll('\n', '; ') ?? ''})`, async () => {
        const etc = resolvConf === undefined ? {} : { resolvConf };
        const answer = await real!.ask({ ...etc, line: `busybox ${line}` });
        assert.deepEqual(settled(emulated.ask({ ...etc, line })), settled(answer));
      });
    }
  }

  it('goes on to the next server when a port is closed', () => {
    const { stdout, stderr, exit } = emulated.ask({
      resolvConf: 'nameserver 10.77.0.3\nnameserver 10.77.0.2\n',
      line: 'nslookup -timeout=1 four.example',
    });
    assert.equal(
      stdout,
      'Server:\t\t10.77.0.2\nAddress:\t10.77.0.2:53\n\nName:\tfour.example\nAddress: 10.77.0.2\n\n\n',
    );
    assert.match(stderr, /^(nslookup: read: Connection refused\n)+/);
    assert.equal(exit, 0);
  });
});
