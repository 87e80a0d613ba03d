import assert from 'node:assert/strict';
import { hostPrograms } from '../../../src/userland/registry.ts';
import { needTool } from '../../machine.ts';
import { EmulatedDns, forEffort, needDns, RealDns } from '../dns/dns-lab.ts';
import { settledBind } from './settled.ts';

const LINES = [
  'dig four.example',
  'dig',
  'dig +short www.example',
  'dig @10.77.0.2 a.example AAAA',
  'dig +noedns @10.77.0.2 nope.example',
  'dig -x 10.77.0.2',
  'dig -x 10.77.0.2 +short',
  'dig -x 10.77 +noall +question',
  'dig -x 2001:db8::1 +noall +question',
  'dig +noall +answer m.example MX',
  'dig mx m.example +short',
  'dig +short t.example TXT',
  'dig example ANY',
  'dig +noedns big.example',
  'dig +ignore big.example +noedns',
  'dig +tcp four.example',
  'dig +short +tcp big.example',
  'dig servfail.example',
  'dig refused.example',
  'dig +time=1 +tries=1 drop.example',
  'dig +time=1 +tries=1 +short drop.example',
  'dig +tcp +time=1 +tries=1 drop.example',
  'dig @10.99.0.9 four.example',
  'dig +tcp +tries=2 @10.99.0.9 four.example',
  'dig @nope.example four.example',
  'dig @ns.example four.example',
  'dig four.example a.example',
  'dig four.example +nostats +noall +answer a.example +short',
  'dig +short four.example a.example mx',
  'dig a..b',
  'dig four.example TYPE731',
  'dig +nocmd +nocomments four.example',
  'dig +nocomments +nostats four.example',
  'dig +noquestion +nostats +nocmd four.example',
  'dig four.example +nocmd +nostats',
  'dig four.example +noall +answer',
  'dig four.example @10.77.0.2 +nostats',
  'dig -q four.example -t a -c IN +short',
  'dig -h',
  'dig -v',
  'dig +foo x',
  'dig +sho x',
  'dig -Z',
  'dig _http._tcp.example SRV',
  'dig example SOA',
  'dig four.example +identify +short',
  'dig +dnssec +bufsize=4096 big.example',
  'dig +qr four.example',
  'dig +nocl four.example',
  'dig +nottlid +noall +answer +question four.example',
  'dig outside.example',
  'dig dangle.example',
  'dig -t foo four.example',
  'dig -c foo four.example',
  'dig +noall +stats four.example',
  'dig +noall +comments four.example',
  'dig +nordflag +noall +comments four.example',
  'dig +cdflag +noadflag +noall +comments four.example',
  'dig +noedns +noall +comments four.example',
  'dig -u four.example +noall +stats',
  "dig 'a b.example' +noall +question",
  'dig +noall +answer +domain=example four',
  'dig +ti=1 four.example +short',
  'dig +vc +noall +stats four.example',
];
const SEARCH = 'nameserver 10.77.0.2\nsearch sub.example example\n';
const SEARCHED = [
  'dig +search +noall +question +answer four',
  'dig +search +noall +question nope',
  'dig +ndots=2 +search +noall +question four.example',
  'dig +noall +question four',
];

describe('userland/bind/dig', function () {
  this.timeout(60_000);
  let real: RealDns | undefined;
  let emulated: EmulatedDns;
  before(async function () {
    needDns(this);
    needTool(this, ['dig', '-v'], 'DiG 9.18');
    real = new RealDns('dg');
    emulated = new EmulatedDns();
    await real.ready();
  });
  after(() => real?.dispose());

  for (const [resolvConf, lines] of [
    ['nameserver 10.77.0.2\n', LINES],
    [SEARCH, SEARCHED],
    ['', ['dig +tries=1 +time=1 four.example']],
  ] as const) {
    for (const line of forEffort(lines)) {
      it(`${line} (${resolvConf.replaceAll('\n', '; ')})`, async () => {
        assert.deepEqual(
          settledBind(emulated.ask({ resolvConf, line })),
          settledBind(await real!.ask({ resolvConf, line })),
        );
      });
    }
  }

  it('tries a closed port as often as it was told, then the next server', () => {
    const { stdout } = emulated.ask({
      resolvConf: 'nameserver 10.77.0.3\nnameserver 10.77.0.2\n',
      line: 'dig +noall +answer four.example',
    });
    const refused = ';; communications error to 10.77.0.3#53: connection refused\n';
    assert.equal(stdout, `${refused.repeat(3)}four.example.\t\t300\tIN\tA\t10.77.0.2\n`);
  });

  it('says before the run what is lacking and what it does not understand', () => {
    const { check, refusal } = hostPrograms().get('dig')!;
    assert.match(check!(['+trace', 'a'])!.message, /^dig \+trace is not supported by Dockwire; supported: \+aaflag /);
    assert.equal(check!(['-b', '10.0.0.1', 'a'])!.argIndex, 0);
    assert.equal(check!(['a', '+short']), undefined);
    assert.equal(refusal!(['a', '+foo'])!.argIndex, 1);
    assert.equal(refusal!(['a']), undefined);
    assert.equal(emulated.ask({ line: 'dig +trace a' }).exit, 127);
  });
});
