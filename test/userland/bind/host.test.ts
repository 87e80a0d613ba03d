import assert from 'node:assert/strict';
import { hostPrograms } from '../../../src/userland/registry.ts';
import { needTool } from '../../machine.ts';
import { EmulatedDns, forEffort, needDns, RealDns } from '../dns/dns-lab.ts';
import { settledBind } from './settled.ts';

const HOST_LINES = [
  'host four.example',
  'host a.example',
  'host twice.example',
  'host nope.example',
  'host servfail.example',
  'host refused.example',
  'host 10.77.0.2',
  'host 10.77.0.3',
  'host 2001:db8::1',
  'host example',
  'host m.example',
  'host t.example',
  'host -t mx m.example',
  'host -t txt t.example',
  'host -t srv _http._tcp.example',
  'host -t soa example',
  'host -t ns example',
  'host -t any example',
  'host -t a m.example',
  'host -t cname www.example',
  'host -t ptr 10.77.0.2',
  'host four.example 10.77.0.2',
  'host four.example nope.example',
  'host -W 1 -R 1 drop.example',
  'host',
  'host -x',
  'host -t foo a',
  'host -T four.example',
  'host big.example',
  'host dangle.example',
  'host outside.example',
  'host -a four.example',
  'host -v four.example',
  'host a..b',
  'host -V',
];

const NSLOOKUP_LINES = [
  'nslookup four.example',
  'nslookup a.example',
  'nslookup twice.example',
  'nslookup nope.example',
  'nslookup servfail.example',
  'nslookup refused.example',
  'nslookup 10.77.0.2',
  'nslookup 10.77.0.3',
  'nslookup 2001:db8::1',
  'nslookup m.example',
  'nslookup -type=mx m.example',
  'nslookup -type=txt t.example',
  'nslookup -type=srv _http._tcp.example',
  'nslookup -type=soa example',
  'nslookup -type=ns example',
  'nslookup -type=any example',
  'nslookup -q=cname www.example',
  'nslookup -query=aaaa four.example',
  'nslookup -type=mx nope.example',
  'nslookup -type=a -norecurse four.example',
  'nslookup four.example 10.77.0.2',
  'nslookup four.example ns.example',
  'nslookup four.example nope.example',
  'nslookup -timeout=1 -retry=1 drop.example',
  'nslookup big.example',
  'nslookup dangle.example',
  'nslookup outside.example',
  'nslookup -type=foo a',
  'nslookup -foo a',
  'nslookup a..b',
  'nslookup -vc four.example',
  'nslookup -version',
  'nslookup a.example 10.77.0.2 c',
];

const SEARCHED = ['four', 'nope', 'a.sub'].flatMap((name) => [`host ${name}`, `nslookup ${name}`]);

describe('userland/bind: host and nslookup', function () {
  this.timeout(60_000);
  let real: RealDns | undefined;
  let emulated: EmulatedDns;
  before(async function () {
    needDns(this);
    needTool(this, ['host', '-V'], 'host 9.18');
    needTool(this, ['nslookup', '-version'], 'nslookup 9.18');
    real = new RealDns('ho');
    emulated = new EmulatedDns();
    await real.ready();
  });
  after(() => real?.dispose());

  for (const [resolvConf, lines] of [
    ['nameserver 10.77.0.2\n', [...HOST_LINES, ...NSLOOKUP_LINES]],
    ['nameserver 10.77.0.2\nsearch sub.example example\n', [...SEARCHED, 'host -N 3 a.sub', 'host -t mx m']],
    ['nameserver 10.99.0.1\n', ['host a', 'nslookup a']],
    ['nameserver 10.77.0.2\nnameserver 10.77.0.2\n', ['host servfail.example', 'nslookup servfail.example']],
  ] as const) {
    for (const line of forEffort(lines)) {
      it(`${line} (${resolvConf.replaceAll('\n', '; ')})`, async () => {
        const ask = { resolvConf, line };
        assert.deepEqual(settledBind(emulated.ask(ask)), settledBind(await real!.ask(ask)));
      });
    }
  }

  it('says before the run what is lacking', () => {
    const programs = hostPrograms();
    assert.match(programs.get('host')!.check!(['-l', 'a'])!.message, /^host -l is not supported by Dockwire/);
    assert.match(programs.get('host')!.refusal!(['-x'])!.message, /invalid option -- 'x'/);
    assert.match(programs.get('nslookup')!.check!([])!.message, /^nslookup without a name is not supported/);
    assert.equal(programs.get('nslookup')!.check!(['-debug', 'a'])!.argIndex, 0);
    assert.equal(programs.get('nslookup')!.check!(['a']), undefined);
    assert.equal(emulated.ask({ line: 'nslookup' }).exit, 127);
    assert.equal(emulated.ask({ line: 'host -l example' }).exit, 127);
  });
});
