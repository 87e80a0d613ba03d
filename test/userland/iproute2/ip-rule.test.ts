import { assertSame } from './same-script.ts';

const RULES = [
  'from 10.1/16 lookup 100',
  'to 10.2.0.0/16 iif v0 oif d0 tos 0x10 fwmark 0x1/0xf table 200 prio 10',
  'not from 1.2.3.4 blackhole',
  'unreachable pref 5',
  'prohibit',
  'goto 32766 pref 7',
  'nop',
  'goto 99 pref 8',
  'goto 3 pref 8',
  'lookup main suppress_prefixlength 0 pref 9',
  'lookup main suppress_ifgroup 3 pref 9',
  'lookup main suppress_ifgroup default pref 9',
  'blackhole suppress_prefixlength 0 pref 9',
  'ipproto udp sport 53 dport 100-200 lookup 7',
  'ipproto 99 lookup 7',
  'fwmark 7',
  'iif nosuch table 9',
  'protocol static table 9',
  'uidrange 0-100 table 9',
  '',
  'from 10.1/16 lookup 100',
  'from 10.1/16 lookup 100 pref 32765',
  'bogus',
  'table nosuch',
  'pref x',
  'tos x',
  'fwmark x',
  'fwmark 1/x',
  'from foo',
  'from',
  'goto x',
  'ipproto nosuch',
];

const LINES = [
  'ip rule',
  'ip -d rule',
  'ip -j rule',
  'ip link add v0 type veth peer name d0',
  ...RULES.map((words) => `ip rule add ${words}`.trimEnd()),
  'ip rule',
  'ip -d rule show',
  'ip -j rule list',
  'ip -j -p rule list',
  'ip -N rule',
  'ip rule show table 100',
  'ip rule show from 10.1/16',
  'ip rule show iif v0',
  'ip rule show pref 9',
  'ip rule show bogus',
  'ip rule del pref 5',
  'ip rule del pref 5',
  'ip rule del from 10.1/16',
  'ip rule del blackhole',
  'ip rule del fwmark 7',
  'ip rule del',
  'ip rule del table 9999',
  'ip rule',
  'ip rule bogus',
  'ip rule flush',
  'ip rule',
];

describe('userland/iproute2 ip rule', function () {
  this.timeout(20_000);

  it('answers as on a real Linux', function () {
    assertSame(this, LINES);
  });
});
