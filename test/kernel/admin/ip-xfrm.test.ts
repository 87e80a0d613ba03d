import { deepEqual, equal } from 'node:assert/strict';
import { changesXfrm, lackOfXfrm } from '../../../src/kernel/admin/ip-xfrm.ts';
import { World } from '../kit.ts';
import type { Answer } from './real-tools.ts';
import { onDockwire, onRealLinux } from './real-tools.ts';

/** Lines that the tool itself refuses: the kernel is not asked. */
const REFUSED = `state add foo
state add
state list foo
state list src
state list src foo
state add src 1.1.1.1 dst 2.2.2.2 proto esp spi 5 mode foo
state add src any proto esp
state add mark
state add mark 5 proto esp
state add src 1.1.1.1 dst 2.2.2.2 proto esp spi 5 aead
state add src 1.1.1.1 dst 2.2.2.2 proto esp spi 5 aead a
state add src 1.1.1.1 dst 2.2.2.2 proto esp spi 5 aead a b
state add proto esp spi 5 aead a b c
state add proto esp spi 5 aead a 0xzz 64
state add proto esp spi 5 aead a 0x11 64 aead a 0x11 64
state add proto esp spi 5 enc a 0x11 aead a 0x11 64
state add proto esp spi 5 comp deflate
state add proto esp spi 5 mode ro aead a 0x11 64
state add proto esp spi 5 aead a b 64
state add proto esp spi 5 aead rfc4106\\(gcm\\(aes\\)\\) 0x00 72
state add proto esp spi 5 flag esn aead a b 64
state add proto esp spi 5 flag foo aead a b 64
state add proto esp spi 5 replay-window 5000 aead a b 64
state add proto esp spi 5 replay-window x aead a b 64
state add proto foo
state add proto esp spi x
state add proto esp spi 5 limit foo 5
state add proto esp spi 5 limit byte-hard x
state add src 1.1.1.1/33 proto esp
state add src 1.1.1.1 dst 2.2.2.2 proto esp reqid
state add src 1.1.1.1 dst 2.2.2.2 proto esp reqid x
state add src 1.1.1.1 dst 2.2.2.2 proto esp mark x
state add src 1.1.1.1 dst 2.2.2.2 proto esp mark 5 mask x
state delete src 1.1.1.1 dst 2.2.2.2 proto esp spi 9
state get src 1.1.1.1 dst 2.2.2.2 proto esp spi 9
state get src 1.1.1.1 proto hao spi 9
state get src 1.1.1.1 proto comp spi 0x10000
state flush foo
state flush proto foo
state flush proto esp
state flush
state deleteall
state
sa
state count
state foo
state help
policy help
help

foo
policy add foo
policy add dir out foo bar
policy add dir out dir in
policy list foo
policy list mark 5
policy add dir up
policy add src 1.1.1.1
policy add dir out tmpl
policy add dir out tmpl foo
policy add dir out tmpl proto foo
policy add src 1.1.1.1 src 2.2.2.2 dir out sport 5
policy add proto icmp sport 5 dir out
policy add proto 99 type 5 dir out
policy add proto udp key 5 dir out
policy add proto udp type 5 dir out
policy add proto gre key x dir out
policy add proto udp dport 70000 dir out
policy get dir out
policy get src 1.1.1.1
policy get src 1.1.1.1 index 5 dir out
policy get index 5 index 6 dir out
policy delete src 9.9.9.9 dir out
policy delete index 9 dir out
policy flush
policy flush ptype foo
policy flush foo
policy update src 1.1.1.1 dir out priority x
policy add dir out action foo
policy add dir out proto foo
policy add dir out proto 300
policy add dir out dev nope
policy add dir out ptype foo
policy add dir in index 9
policy add dir out tmpl proto esp level foo
policy deleteall
policy getdefault
policy count
policy foo`.split('\n');

/** What is done to policies and how they look, one line after the other. */
const POLICIES = `policy add src 10.0.0.0/8 dst 1.2.3.4 dir in
policy add src 10.0.0.0/8 dst 1.2.3.4 dir out action block
policy add src 10.0.0.0/8 dst 1.2.3.4 dir fwd priority 7 tmpl proto esp level use
policy add src 10.0.0.0/8 dst 1.2.3.4 dir in
policy add PEER12 dir out mark 13681891 TEMPLATE12 spi 0x5ae0424e reqid 13681891 mode transport
policy add PEER13 dir out mark 13681891 mask 0xffffffff TEMPLATE13 spi 0x5be043e1 reqid 13681891 mode transport
policy
policy list dir out
policy list src 10.0.0.0/9
policy list src 10.128.0.0/9
policy list proto udp
policy list dport 4789
policy list dport 1
policy list action block
policy list priority 7
policy list index 18
policy list flag localok
policy list ptype main
policy get PEER12 dir out
policy get PEER12 dir out mark 13681891
policy get index 18 dir fwd
policy get index 18 dir in
policy update PEER12 dir out mark 13681891 TEMPLATE12 spi 0x443fc27b reqid 13681891
policy
policy update src 7.7.7.7 dir in priority 3 flag localok icmp
policy add src 7.7.7.8 dir in flag 0x7
policy add src 7.7.7.9 dir in flag localok
policy list flag icmp
policy add src 1.1.1.7 dir in mark 5
policy add src 1.1.1.7 dir in mark 0 mask 7
policy add src 1.1.1.7 dir in mark 7 mask 0
policy list src 1.1.1.7
policy delete src 1.1.1.7 dir in mark 0 mask 7
policy delete src 1.1.1.7 dir in mark 5
policy list src 1.1.1.7
policy add proto icmp type 8 code 0 dir out
policy add proto gre key 10.0.0.1 dir out
policy add proto gre key 77 dir out
policy add proto 99 dir out
policy add proto ah dir out
policy add proto udp sport 5 dport 0 dir out
policy add dev lo dir out
policy add proto any dir out
policy add dir in index 16
policy add dir fwd
policy
policy count
policy delete index 16 dir in
policy deleteall dir fwd
policy deleteall proto gre
policy
policy flush
policy
policy count`
  .replaceAll(/PEER(\d+)/g, 'src 192.168.50.11/32 dst 192.168.50.$1/32 proto udp dport 4789')
  .replaceAll(/TEMPLATE(\d+)/g, 'tmpl src 192.168.50.11 dst 192.168.50.$1 proto esp')
  .split('\n');

const KEY = '0x000102030405060708090a0b0c0d0e0f00000005';

/** Without what a clock says. */
function timeless(answer: Answer): string {
  const { line, exit, stdout, stderr } = answer;
  return `# ${line}\n${stdout.replaceAll(/ add \d{4}-\S+ \S+/g, ' add THEN')}${stderr}[${exit}]`;
}

describe('kernel/admin/ip-xfrm', () => {
  it('refuses what the real tool refuses, in its words', function () {
    this.timeout(20_000);
    const lines = REFUSED.map((line) => `ip xfrm ${line}`.trimEnd());
    deepEqual(onDockwire(lines).map(timeless), onRealLinux(this, lines).map(timeless));
  });

  it('keeps and prints policies as the real kernel does', function () {
    this.timeout(20_000);
    const lines = POLICIES.map((line) => `ip xfrm ${line}`);
    deepEqual(onDockwire(lines).map(timeless), onRealLinux(this, lines).map(timeless));
  });

  it('does not forget what the real kernel cannot show here: states', () => {
    const host = new World().host('h');
    const [added, again, updated, other, listed] = onDockwire(
      [
        'ip xfrm state add src 1.1.1.1 dst 2.2.2.2 proto esp spi 5 AEAD replay-window 32 mark 7 output-mark 3',
        'ip xfrm state add src 1.1.1.1 dst 2.2.2.2 proto esp spi 5 AEAD mark 7',
        'ip xfrm state update src 1.1.1.1 dst 2.2.2.2 proto esp spi 5 AEAD mark 7 limit packet-hard 9',
        'ip xfrm state update src 1.1.1.1 dst 2.2.2.2 proto esp spi 6 AEAD',
        'ip xfrm state',
      ].map((line) => line.replace('AEAD', `aead rfc4106\\(gcm\\(aes\\)\\) ${KEY} 96`)),
      host,
    );
    deepEqual([added!.exit, again!.stderr, updated!.exit], [0, 'RTNETLINK answers: File exists\n', 0]);
    equal(other!.stderr, 'RTNETLINK answers: No such process\n');
    equal(
      listed!.stdout,
      'src 1.1.1.1 dst 2.2.2.2\n' +
        '\tproto esp spi 0x00000005 reqid 0 mode transport\n' +
        '\treplay-window 32 \n' +
        '\tmark 0x7/0xffffffff output-mark 0x3/0xffffffff\n' +
        `\taead rfc4106(gcm(aes)) ${KEY} 96\n` +
        '\tanti-replay context: seq 0x0, oseq 0x0, bitmap 0x00000000\n' +
        '\tsel src 0.0.0.0/0 dst 0.0.0.0/0 \n',
    );
  });

  it('names what Dockwire lacks', () => {
    for (const line of ['state add proto ah spi 5 auth md5 0x11', 'state add proto esp spi 5 enc aes 0x11']) {
      const [answer] = onDockwire([`ip xfrm ${line}`]);
      equal(answer!.exit, 127);
      equal(/^ip xfrm state with .*: not supported by Dockwire; supported: /.test(answer!.stderr), true);
    }
    deepEqual(lackOfXfrm(['monitor']), { index: 0, what: 'xfrm monitor' });
    deepEqual(lackOfXfrm(['state', 'allocspi']), { index: 1, what: 'xfrm state allocspi' });
    equal(lackOfXfrm(['policy', 'list']), undefined);
  });

  it('keeps in the log of the door what changed something', () => {
    deepEqual(
      ['state', 'state list', 'policy get dir out', 'policy', 'state count'].map((line) =>
        changesXfrm(line.split(' ')),
      ),
      [false, false, false, false, false],
    );
    deepEqual(
      ['state add x', 'policy del x', 'state flush', 'policy update'].map((line) => changesXfrm(line.split(' '))),
      [true, true, true, true],
    );
  });
});
