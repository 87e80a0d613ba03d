import assert from 'node:assert/strict';
import { devOf, type, World } from '../kit.ts';
import { onDockwire, onRealLinux } from './real-tools.ts';

const LINES = [
  ...[
    'ip link add v0 type veth peer name v1',
    'ip link add br0 type bridge',
    'ethtool',
    'ethtool -K',
    'ethtool --foo v0',
  ],
  ...['ethtool -K v0', 'ethtool -K v0 tx', 'ethtool -K v0 tx maybe', 'ethtool -K nope tx off', 'ethtool -K v0 foo off'],
  ...[
    'ethtool -K v0 tx on rx off nosuch-bit on',
    'ethtool -K v0 tx off',
    'ethtool -K v0 tx off',
    'ethtool -K v0 tx on',
  ],
  ...['ethtool -K v0 rx off', 'ethtool -K v0 tso off', 'ethtool -K v0 gso off', 'ethtool -K v0 gso on tso on'],
  ...['ethtool -K v0 gro on', 'ethtool -K v0 lro on', 'ethtool -K v0 sg off', 'ethtool -k v0', 'ethtool -K v0 sg on'],
  ...['ethtool -K br0 tx off rx off tso off gso off gro off', 'ethtool -K br0 tx on', 'ethtool -k br0'],
  ...['ethtool -K lo tx off', 'ethtool -k lo', 'ethtool -k nope', 'ethtool -k', 'ethtool -i v0', 'ethtool -i br0'],
  ...['ethtool -i lo', 'ethtool -i nope', 'ethtool -S br0', 'ethtool -S nope', 'ethtool -K v0 rxvlan off'],
  ...['ethtool -K v1 tx off rx off tso off gso off gro off', 'ethtool -k v1', 'ethtool --show-features v1'],
  ...['ethtool --offload v1 tx on', 'ethtool -K v0 ntuple on', 'ethtool -P v0', 'ethtool -P nope'],
  ...['ethtool v0', 'ethtool br0', 'ethtool lo', 'ethtool nope', 'ip link set v0 up', 'ethtool v0', 'ethtool v0 v1'],
  ...['ip link set v1 up', 'ip link set lo up', 'ethtool lo', 'ethtool v1', 'ip link set v0 master br0', 'ethtool br0'],
  ...['ip link set br0 up', 'ethtool br0', 'ip link set v0 down', 'ethtool br0'],
];

/** Features come and go with versions of the kernel: this one is the newest. */
function known(text: string): string {
  return text.replaceAll(/^\s*tx-tcp-accecn-segmentation.*\n/gm, '');
}

describe('admin: ethtool', () => {
  it('answers as the real ethtool does', function () {
    const real = onRealLinux(this, LINES);
    const [mine, theirs] = [onDockwire(LINES), real].map((answers) =>
      answers.map(({ line, exit, stdout, stderr }) => [line, exit, known(stdout), stderr]),
    );
    assert.deepEqual(mine, theirs);
  });

  it('shows captures the look of half a checksum only when told so', () => {
    const host = new World().host('h', { eth0: '' });
    const look = (): boolean | undefined => devOf(host, 'eth0').offload?.checksumLook;
    assert.equal(look(), undefined);
    assert.match(host.admin.type('ethtool -k eth0').stdout, /^tx-checksumming: on$/m);
    assert.equal(look(), false, 'although the card could do it');
    type(host, 'ethtool -K eth0 tx on');
    assert.equal(look(), true);
    type(host, 'ethtool -K eth0 tx off');
    assert.equal(look(), false);
  });

  it('names the end of a veth pair', () => {
    const host = new World().host('h');
    type(host, 'ip link add v0 type veth peer name v1');
    const { stdout } = host.admin.type('ethtool -S v1');
    assert.match(stdout, new RegExp(`^ {5}peer_ifindex: ${devOf(host, 'v0').ifIndex}$`, 'm'));
  });

  it('says what it does not do', () => {
    const host = new World().host('h', { eth0: '' });
    for (const line of ['ethtool -s eth0 speed 10', 'ethtool --json -k eth0']) {
      const { exit, stderr } = host.admin.type(line);
      assert.equal(exit, 127, line);
      assert.match(stderr, /^ethtool .*: not supported by Dockwire; supported: DEVNAME, -k, -K/, line);
    }
  });
});
