import assert from 'node:assert/strict';
import { hostPrograms } from '../../../src/userland/registry.ts';
import { needTool } from '../../machine.ts';
import { EmulatedDns, forEffort, needDns, RealDns } from './dns-lab.ts';

const HOSTS =
  '127.0.0.1 localhost\n::1 localhost ip6-localhost\n10.77.0.77 inhosts alias.inhosts\n10.77.0.78 inhosts\n';

const LINES = [
  'getent hosts four.example',
  'getent hosts a.example',
  'getent hosts nope.example',
  'getent hosts inhosts',
  'getent hosts alias.inhosts',
  'getent hosts 10.77.0.2',
  'getent hosts 10.77.0.77',
  'getent hosts 10.77.0.3',
  'getent hosts twice.example',
  'getent hosts localhost',
  'getent hosts four.example a.example nope.example',
  'getent hosts ::1',
  'getent hosts 2001:db8::1',
  'getent hosts 10.77.2',
  'getent hosts 0x0a4d0002',
  'getent hosts big.example',
  'getent hosts',
  'getent ahosts a.example',
  'getent ahosts inhosts',
  'getent ahostsv4 www.example',
  'getent ahostsv6 a.example',
  'getent ahosts 10.77.0.2',
  'getent ahosts nope.example',
  'getent ahosts many.example',
  'getent ahostsv4 servfail.example',
  'getent -s files hosts inhosts',
  'getent -s dns hosts inhosts',
  'getent --service=hosts:files hosts four.example',
  'getent',
  'getent foo',
  'getent -x',
  'getent --help',
  'getent --usage',
];

describe('userland/dns/getent', function () {
  this.timeout(60_000);
  let real: RealDns | undefined;
  let emulated: EmulatedDns;
  before(async function () {
    needDns(this);
    needTool(this, ['getent', '--version'], '2.36');
    real = new RealDns('ge');
    emulated = new EmulatedDns();
    await real.ready();
  });
  after(() => real?.dispose());

  for (const line of forEffort(LINES)) {
    it(line, async () => {
      assert.deepEqual(emulated.ask({ line, hosts: HOSTS }), await real!.ask({ line, hosts: HOSTS }));
    });
  }

  it('says before the run what is lacking', () => {
    const { check } = hostPrograms().get('getent')!;
    assert.match(check!(['passwd'])!.message, /^getent passwd is not supported by Dockwire; supported: ahosts /);
    assert.equal(check!(['hosts', 'a']), undefined);
    assert.equal(emulated.ask({ line: 'getent passwd' }).exit, 127);
    assert.equal(emulated.ask({ line: 'getent -s nis hosts a' }).exit, 127);
    assert.equal(emulated.ask({ line: 'getent -A ahosts a' }).exit, 127);
    assert.match(emulated.ask({ line: 'getent -V' }).stdout, /^getent \(Debian GLIBC 2\.36/);
  });
});
