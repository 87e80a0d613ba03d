import assert from 'node:assert/strict';
import { World } from '../kit.ts';
import { onDockwire, onRealLinux } from './real-tools.ts';

const LINES = [
  ...[
    'ip link add v0 type veth peer name v1',
    'ip link add br0 type bridge',
    'ip link set v0 master br0',
    'ethtool v0',
  ],
  ...['ethtool br0', 'ethtool nope', 'ip link set v0 up', 'ethtool v0', 'ethtool br0', 'ip link set br0 up'],
  ...['ethtool br0', 'ip link set v1 up', 'ethtool v1', 'ethtool br0', 'ip link set lo up', 'ethtool lo'],
];

describe('admin: the link that ethtool shows', () => {
  it('is shown as the real ethtool does', function () {
    const real = onRealLinux(this, LINES);
    assert.deepEqual(onDockwire(LINES), real);
  });

  it('of a card is one of a virtual machine', () => {
    const host = new World().host('h', { eth0: '' });
    const { stdout } = host.admin.type('ethtool eth0');
    assert.match(stdout, /^\tSpeed: Unknown!\n\tDuplex: Unknown! \(255\)$/m);
    assert.match(stdout, /^\tLink detected: (yes|no)$/m);
  });
});
