import { assertSame } from './same-script.ts';

const GROUP = '01:00:5e:01:02:03';

describe('userland/iproute2: ip maddress', () => {
  it('shows and changes what interfaces listen to, as the real one does', function () {
    assertSame(this, [
      'ip link add br0 type bridge',
      'ip maddr show dev br0',
      'ip link set br0 up',
      'ip maddr show dev br0',
      'ip link set br0 type bridge mcast_snooping 0',
      'ip maddr show br0',
      'ip link set br0 type bridge mcast_snooping 1',
      'ip link add v0 type veth peer name v1',
      'ip link set v0 up',
      'ip maddr',
      ...['-4', '-6', '-0', '-o', '-j', '-j -p', '-s', '-br'].map((option) => `ip ${option} maddr show dev v0`),
      `ip maddr add ${GROUP} dev v0`,
      `ip maddr add ${GROUP} dev v0`,
      'ip maddr add 02:00:00:00:00:09 dev v0',
      'ip maddr add 01:00:5e:00:00:01 dev v0',
      'ip maddr show dev v0',
      'ip -j -p maddr show dev v0',
      'bridge fdb show dev v0',
      'ip maddr del 01:00:5e:00:00:01 dev v0',
      `ip maddr del ${GROUP} dev v0`,
      `ip maddr del ${GROUP} dev v0`,
      'ip maddr show dev v0',
      'ip link set br0 down',
      'ip maddr show dev br0',
      'ip link set br0 up',
      'ip maddr show dev br0',
    ]);
  });

  it('complains as the real one does', function () {
    assertSame(this, [
      'ip link add v0 type veth peer name v1',
      ...['', ' add', ' add foo dev v0', ' add 1.2.3.4 dev v0', ` add ${GROUP} dev nope`, ` add ${GROUP}`].map(
        (words) => `ip maddr${words} help`.replace(/(add.*) help$/, '$1'),
      ),
      `ip maddr add ${GROUP} dev v0 foo`,
      `ip maddr add ${GROUP} dev v0 dev v1`,
      `ip maddr add ${GROUP} dev`,
      `ip maddr del ${GROUP} dev v0`,
      'ip maddr foo',
      'ip maddr show dev nope',
      'ip maddr show dev v0 dev v1',
      'ip maddr show dev',
    ]);
  });
});
