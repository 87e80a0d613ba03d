/** Every segment that is refused is counted with a reason, the one that a real kernel gives (dropreason-core.h). */
import assert from 'node:assert/strict';
import { fatesOf, parseLadders } from './ladder.ts';

const PASSIVE = ['0 listen', '0 < S 0:1 win 5840 <mss 1460,sackOK>', '10 < . 1:1 ack 1 win 5840', '10 accept'];
const STAMPED = [
  '0 listen',
  '0 < S 0:1 win 5840 <mss 1460,sackOK,ts 1000 0>',
  '10 < . 1:1 ack 1 win 5840 <nop,nop,ts 1010 last>',
  '10 accept',
];

/** What begins the case, what is given then, and how it dies; '' when it was of use. */
const CASES: readonly (readonly [readonly string[], string, string])[] = [
  [[], '< S 0:1 win 100', 'NO_SOCKET'],
  [PASSIVE, '< P. 1:11 ack 1 win 5840', ''],
  [PASSIVE, '< P. 1:11 ack 1 win 5840 badsum', 'TCP_CSUM'],
  [PASSIVE, '< P. 1:11 ack 1 win 5840 hdr 4', 'PKT_TOO_SMALL'],
  [PASSIVE, '< P 1:11 win 5840', 'TCP_FLAGS'],
  [PASSIVE, '< F 1:2 win 5840', 'TCP_FLAGS'],
  [PASSIVE, '< . -99:1 ack 1 win 5840', 'TCP_OLD_DATA'],
  [PASSIVE, '< . -99:0 ack 1 win 5840', 'TCP_OLD_SEQUENCE'],
  [PASSIVE, '< . 100001:100101 ack 1 win 5840', 'TCP_INVALID_SEQUENCE'],
  [PASSIVE, '< P. 1:11 ack 1000 win 5840', 'TCP_ACK_UNSENT_DATA'],
  [PASSIVE, '< P. 1:11 ack -100000 win 5840', 'TCP_TOO_OLD_ACK'],
  [PASSIVE, '< R 5:5 win 0', 'TCP_RESET'],
  [PASSIVE, '< R 100000:100000 win 0', 'TCP_INVALID_SEQUENCE'],
  [PASSIVE, '< R 1:1 win 0', ''],
  [PASSIVE, '< S 5:6 win 5840', 'TCP_INVALID_SYN'],
  [PASSIVE, '< S. 0:1 ack 1 win 5840', 'TCP_INVALID_SYN'],
  [[...PASSIVE, '20 < . 101:201 ack 1 win 5840'], '< . 121:181 ack 1 win 5840', 'TCP_OFOMERGE'],
  [[...PASSIVE, '20 < . 1:11 ack 1 win 5840'], '< . 63001:64461 ack 1 win 5840', 'TCP_INVALID_END_SEQUENCE'],
  [[...PASSIVE, '20 close'], '< P. 1:11 ack 2 win 5840', 'TCP_ABORT_ON_DATA'],
  [STAMPED, '< P. 1:11 ack 1 win 5840 <nop,nop,ts 900 last>', 'TCP_RFC7323_PAWS'],
  [STAMPED, '< . 0:0 ack 1 win 5840 <nop,nop,ts 900 last>', 'TCP_RFC7323_PAWS_ACK'],
  [['0 connect'], '< R 0:0 win 0', 'TCP_RESET'],
  [['0 connect'], '< R. 0:0 ack 5 win 0', 'TCP_INVALID_ACK_SEQUENCE'],
  [['0 connect'], '< . 0:0 ack 1 win 0', 'TCP_FLAGS'],
  [['0 listen'], '< R 0:0 win 0', 'TCP_RESET'],
  [['0 listen'], '< . 0:0 ack 5 win 0', 'TCP_FLAGS'],
  [['0 listen'], '< FS 0:2 win 0', 'TCP_FLAGS'],
];

describe('drop reasons of TCP', () => {
  for (const [before, given, reason] of CASES) {
    it(`${before.length === 0 ? 'closed' : before.map((line) => line.split(' ')[1]).join(' ')}: ${given}`, () => {
      const lines = [...before, `100 ${given}`, '110 end'];
      const [ladder] = parseLadders(`== case\n${lines.join('\n')}`);
      assert.deepEqual(fatesOf(ladder!).dropped, reason === '' ? {} : { [reason]: 1 });
    });
  }

  it('counts what is refused under the names of /proc/net/netstat, too', () => {
    const lines = [...PASSIVE, '100 < R 5:5 win 0', '700 < S 5:6 win 0', '1300 < . 9:9 ack 1 win 1', '1301 end'];
    const [ladder] = parseLadders(`== case\n${lines.join('\n')}`);
    assert.deepEqual(fatesOf(ladder!).counted, { TCPChallengeACK: 2, TCPSYNChallenge: 1, TCPPureAcks: 2 });
  });
});
