import assert from 'node:assert/strict';
import { IFCONFIG } from '../../../src/userland/net-tools/ifconfig.ts';
import { assertSame, sayDockwire } from '../iproute2/same-script.ts';
import { needTools } from '../../machine.ts';

describe('userland/net-tools: ifconfig', () => {
  it('shows and sets interfaces as the real one does', function () {
    needTools(this, ['ifconfig']);
    assertSame(
      this,
      [
        'ip link add va type veth peer name vb',
        // The work that looks after carriers runs once a second.
        'sleep 1.1',
        'ip link set lo up',
        'ifconfig va 10.0.0.1 netmask 255.255.255.0',
        'ifconfig',
        'ifconfig -a',
        'ifconfig -s',
        'ifconfig -a -s',
        'ifconfig va:1 10.1.0.1',
        'ifconfig va',
        'ifconfig va:1',
        'ifconfig',
        'ifconfig nope',
        'ifconfig nope up',
        'ifconfig va mtu foo',
        'ifconfig va mtu 10',
        'ifconfig va mtu 1400',
        'ifconfig va hw ether foo',
        'ifconfig va hw ether 02:00:00:00:00:09',
        'ifconfig va promisc allmulti -arp txqueuelen 7',
        'ifconfig va',
        'ifconfig va -promisc -allmulti arp',
        'ifconfig va 10.0.0.1/16',
        'ifconfig va',
        'ifconfig va broadcast 10.0.9.9',
        'ifconfig va add 10.5.5.5',
        'ip addr show va',
        'ifconfig va del 10.5.5.5',
        'ifconfig va down',
        'ifconfig va',
        'ifconfig va 10.0.0.2 up',
        'ifconfig vb up',
        'ifconfig',
        'ip addr',
        'ifconfig va:1 down',
        'ip addr',
        'ifconfig va 0',
        'ifconfig va',
        'ifconfig -foo',
      ].filter((line) => line !== 'ip link set lo up'),
    );
  });

  it('says of names that they do not resolve', () => {
    const said = sayDockwire(['ifconfig lo foo', 'ifconfig lo netmask foo']);
    const hint = "ifconfig: `--help' gives usage information.\n";
    assert.deepEqual(
      said.map(({ exit, stderr }) => [exit, stderr]),
      [
        [1, `foo: Host name lookup failure\n${hint}`],
        [1, 'foo: Host name lookup failure\n'],
      ],
    );
  });

  it('says what Dockwire lacks', () => {
    assert.equal(IFCONFIG.check!(['eth0', 'tunnel', '::1'])?.message, 'tunnel is not supported by Dockwire');
    assert.equal(IFCONFIG.check!(['eth0', 'up']), undefined);
  });
});
