import { deepEqual, throws } from 'node:assert/strict';
import { VxlanRules } from '../../../../src/docker/drivers/overlay/vxlan-rules.ts';
import { DaemonError } from '../../../../src/docker/errors.ts';
import { RecordingDoor } from '../../recording-door.ts';

/** A door behind which none of the rules is there. */
function emptyDoor(also = 'nothing else'): RecordingDoor {
  const door = new RecordingDoor();
  door.refuse = new RegExp(` -C | ${also} `);
  return door;
}

const U32 = '-p udp --dport 4789 -m u32 --u32 0\\>\\>22\\&0x3C@12\\&0xFFFFFF00=1049088';
const BPF =
  '-p udp --dport 4789 -m bpf --bytecode ' +
  '6,177\\ 0\\ 0\\ 0,64\\ 0\\ 0\\ 12,84\\ 0\\ 0\\ 4294967040,21\\ 1\\ 0\\ 1049088,6\\ 0\\ 0\\ 0,6\\ 0\\ 0\\ 4294967295';

describe('docker/drivers/overlay/vxlan-rules', () => {
  it('marks what leaves, lets in what was decrypted and drops the rest, in this order', () => {
    const door = emptyDoor();
    new VxlanRules(door, 4789).program(4098, true);
    deepEqual(door.take(), [
      `iptables --wait -t mangle -A OUTPUT ${U32} -j MARK --set-mark 13681891`,
      `iptables --wait -t filter -A INPUT -m policy --dir in --pol ipsec ${U32} -j ACCEPT`,
      `iptables --wait -t filter -I INPUT -m policy --dir in --pol none ${U32} -j DROP`,
    ]);
  });

  it('knows the network by xt_bpf where xt_u32 is missing', () => {
    const door = emptyDoor('u32');
    new VxlanRules(door, 4789).program(4098, true);
    deepEqual(door.take(), [
      `iptables --wait -t mangle -A OUTPUT ${BPF} -j MARK --set-mark 13681891`,
      `iptables --wait -t filter -A INPUT -m policy --dir in --pol ipsec ${BPF} -j ACCEPT`,
      `iptables --wait -t filter -I INPUT -m policy --dir in --pol none ${BPF} -j DROP`,
    ]);
  });

  it('removes both kinds where a network is not encrypted, and does nothing where there are none', () => {
    const rules = new RecordingDoor();
    new VxlanRules(rules, 4789).program(4098, false);
    const deleted = rules.take().filter((line) => line.includes(' -D '));
    deepEqual(
      deleted.map((line) => line.replace(/ -j .*/, '').replace(/^iptables --wait -t /, '')),
      [
        `mangle -D OUTPUT ${U32}`,
        `mangle -D OUTPUT ${BPF}`,
        ...[U32, BPF].flatMap((match) => [
          `filter -D INPUT -m policy --dir in --pol ipsec ${match}`,
          `filter -D INPUT -m policy --dir in --pol none ${match}`,
        ]),
      ],
    );
    const none = emptyDoor();
    new VxlanRules(none, 4789).program(4098, false);
    deepEqual(none.take(), []);
  });

  it('tells of both matches when neither will do, and takes back what it has made', () => {
    const door = new RecordingDoor();
    door.refuse = / -C | --pol ipsec /;
    throws(
      () => {
        new VxlanRules(door, 4789).program(4098, true);
      },
      (error) =>
        error instanceof DaemonError &&
        /^2 errors occurred:\n\t\* could not add input accept rule: .*\n.*\n?.*\t\* could not add/s.test(error.message),
    );
  });
});
