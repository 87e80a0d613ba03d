import assert from 'node:assert/strict';
import { ip4 } from '../../../../src/base/addr.ts';
import { buildRules } from '../../../../src/kernel/nf/build-rule.ts';
import { parseCommand } from '../../../../src/kernel/nf/command-parser.ts';
import { Conntrack } from '../../../../src/kernel/nf/conntrack/conntrack.ts';
import { conntrackDefaults } from '../../../../src/kernel/nf/conntrack/settings.ts';
import {
  CT_ESTABLISHED,
  CT_ESTABLISHED_REPLY,
  CT_NEW,
  CT_RELATED_REPLY,
} from '../../../../src/kernel/nf/conntrack/status.ts';
import { IPS_ASSURED, IPS_CONFIRMED, IPS_DST_NAT, IPS_SEEN_REPLY } from '../../../../src/kernel/nf/conntrack/status.ts';
import { ConntrackTable } from '../../../../src/kernel/nf/conntrack/table.ts';
import { UNTRACKED } from '../../../../src/kernel/nf/conntrack/untracked.ts';
import type { NfPacket } from '../../../../src/kernel/nf/packet.ts';
import { NfTable } from '../../../../src/kernel/nf/table.ts';
import { splitWords } from '../../../../src/kernel/nf/words.ts';
import type { FrameFlows } from '../../../../src/link/frame.ts';
import { Slab } from '../../../../src/link/frame.ts';

const slab = new Slab();
const table = new ConntrackTable(1);
const ct = new Conntrack(table, conntrackDefaults(), { wakeAt: () => undefined, kernelLog: () => undefined });
table.nowNs[0] = 5e9;
/** 10.0.0.1:1000 → 1.2.3.4:80, which is 10.9.9.9:8080 in truth. */
const slot = table.alloc(
  Int32Array.of(ip4('10.0.0.1'), ip4('1.2.3.4'), (1000 << 16) | 80, 6),
  Int32Array.of(ip4('10.9.9.9'), ip4('10.0.0.1'), (8080 << 16) | 1000, 6),
);
table.status[slot] = IPS_CONFIRMED | IPS_SEEN_REPLY | IPS_DST_NAT;
table.expiresNs[slot] = 5e9 + 30.5e9;
table.marks[slot] = 0x1234;

/** Whether the rule is met by a packet that stands so to the connection. */
function meets(typed: string, flows: FrameFlows | null, ctinfo: number): boolean {
  const [rule] = buildRules(parseCommand(splitWords(`-A FORWARD ${typed}`)).rule, new NfTable('filter'));
  const frame = slab.take(20);
  frame.flows = flows;
  frame.ctSlot = slot;
  frame.ctinfo = ctinfo;
  const isMet = rule!.matches.every((match) => match.matches({ frame } as NfPacket));
  frame.flows = null;
  slab.release(frame);
  return isMet;
}

const CASES: readonly (readonly [
  name: string,
  flows: FrameFlows | null,
  ctinfo: number,
  yes: readonly string[],
  no: readonly string[],
])[] = [
  [
    'a packet of no connection',
    null,
    CT_NEW,
    ['--ctstate INVALID', '! --ctstate NEW,RELATED', '--ctstate INVALID --ctproto tcp', '! --ctstate UNTRACKED'],
    ['--ctstate NEW', '! --ctstate INVALID', '--ctproto tcp', '! --ctproto udp', '--ctdir ORIGINAL', '--ctstatus NONE'],
  ],
  [
    'a packet that is not tracked',
    UNTRACKED,
    CT_NEW,
    ['--ctstate UNTRACKED', '! --ctstate INVALID,NEW'],
    ['--ctstate INVALID', '! --ctstate UNTRACKED', '--ctorigsrc 10.0.0.1'],
  ],
  ['a new connection', ct, CT_NEW, ['--ctstate NEW', '--ctstate NEW,INVALID'], ['--ctstate ESTABLISHED,RELATED']],
  ['an error about it', ct, CT_RELATED_REPLY, ['--ctstate RELATED', '--ctdir REPLY'], ['--ctstate ESTABLISHED']],
  [
    'a packet of a connection',
    ct,
    CT_ESTABLISHED,
    [
      '--ctstate ESTABLISHED',
      '--ctstate DNAT',
      '! --ctstate NEW,SNAT',
      '--ctdir ORIGINAL',
      '--ctproto tcp',
      '! --ctproto 17',
      '--ctorigsrc 10.0.0.0/24',
      '--ctorigdst 1.2.3.4',
      '! --ctorigdst 1.2.3.5',
      '--ctreplsrc 10.9.0.0/16',
      '--ctrepldst 10.0.0.1',
      '--ctorigsrcport 1000',
      '--ctorigdstport 79:81',
      '--ctreplsrcport 8080',
      '--ctrepldstport 1000:2000',
      '! --ctorigdstport 81',
      '--ctstatus SEEN_REPLY',
      '--ctstatus CONFIRMED,ASSURED',
      '! --ctstatus ASSURED',
      '! --ctstatus NONE',
      '--ctexpire 30',
      '--ctexpire 30:40',
      '! --ctexpire 31',
    ],
    [
      '--ctstate SNAT',
      '! --ctstate DNAT',
      '--ctdir REPLY',
      '! --ctproto tcp',
      '--ctorigsrc 10.0.1.0/24',
      '! --ctorigsrc 10.0.0.1',
      '--ctorigdst 10.9.9.9',
      '--ctreplsrc 1.2.3.4',
      '--ctorigdstport 8080',
      '! --ctreplsrcport 8000:9000',
      '--ctstatus ASSURED,EXPECTED',
      '--ctstatus NONE',
      '--ctexpire 31',
      '! --ctexpire 5:30',
      '--ctstate ESTABLISHED --ctorigdst 1.2.3.5',
    ],
  ],
  ['an answer', ct, CT_ESTABLISHED_REPLY, ['--ctstate ESTABLISHED', '--ctdir REPLY'], ['--ctdir ORIGINAL']],
];

describe('kernel/nf/match/conntrack', () => {
  for (const [name, flows, ctinfo, yes, no] of CASES) {
    it(`decides about ${name}`, () => {
      for (const asked of yes) assert.equal(meets(`-m conntrack ${asked}`, flows, ctinfo), true, asked);
      for (const asked of no) assert.equal(meets(`-m conntrack ${asked}`, flows, ctinfo), false, asked);
    });
  }

  it('takes a connection that is not in the table yet for one without time', () => {
    table.status[slot] = IPS_ASSURED;
    assert.equal(meets('-m conntrack --ctexpire 0', ct, CT_NEW), true);
    assert.equal(meets('-m conntrack ! --ctstatus CONFIRMED', ct, CT_NEW), true);
  });

  it('knows the states under their old name', () => {
    assert.equal(meets('-m state --state NEW', ct, CT_NEW), true);
    assert.equal(meets('-m state ! --state NEW', ct, CT_NEW), false);
    assert.equal(meets('-m state --state UNTRACKED', UNTRACKED, CT_NEW), true);
  });

  it('asks a connection for its mark', () => {
    assert.equal(meets('-m connmark --mark 0x34/0xff', ct, CT_NEW), true);
    assert.equal(meets('-m connmark ! --mark 0x1234', ct, CT_NEW), false);
    assert.equal(meets('-m connmark ! --mark 5', null, CT_NEW), false);
  });
});
