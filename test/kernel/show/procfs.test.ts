import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { Host } from '../../../src/kernel/host.ts';
import { Files } from '../../../src/kernel/proc/files.ts';
import { ProgramRegistry } from '../../../src/kernel/proc/program-registry.ts';
import type { Process } from '../../../src/kernel/proc/process.ts';
import { need } from '../../machine.ts';
import { World } from '../kit.ts';

/** Runs `body` in a process of the host's first namespace. */
function inProcess(host: Host, body: (proc: Process) => void): void {
  host.processes.spawn({
    argv: ['test'],
    program: function* test(proc) {
      body(proc);
      return 0;
    },
    ns: host.rootNs,
    hostname: 'h1',
    files: new Files(),
    env: new Map(),
    registry: new ProgramRegistry(),
    stdin: 'eof',
    stdout: () => undefined,
    stderr: () => undefined,
  });
}

const SETUP = [
  'ip link set lo up',
  'ip link add v0 type veth peer name v1',
  'ip link set v0 address 02:00:00:00:00:0a',
  'ip link set v0 up',
  'ip link set v1 up',
  'ip addr add 10.0.0.1/24 dev v0',
  'ip route add default via 10.0.0.9 metric 50',
  'ip route add unreachable 10.6.0.0/16',
  'ip route add blackhole 10.8.0.1',
  'ip neigh add 10.0.0.50 lladdr 02:00:00:00:00:50 nud permanent dev v0',
];

const FILES = [
  '/proc/sys/net/ipv4/ip_forward',
  '/proc/sys/net/ipv4/ip_local_port_range',
  '/proc/net/route',
  '/proc/net/arp',
  '/sys/class/net/v0/address',
  '/sys/class/net/v0/mtu',
  '/sys/class/net/v0/operstate',
  '/sys/class/net/v0/carrier',
  '/sys/class/net/v0/flags',
  '/sys/class/net/v0/type',
  '/sys/class/net/lo/flags',
  '/sys/class/net/lo/operstate',
  '/sys/class/net/lo/type',
];

describe('kernel/show/procfs', () => {
  it('says what the files of a real kernel say', function () {
    need(this, 'netns');
    const script = [...SETUP.slice(1), 'mount -t sysfs sysfs /sys', `for f in ${FILES.join(' ')}; do cat $f; done`];
    // Only the kernel's own routes to addresses of IPv6 would differ.
    const real = spawnSync('unshare', ['--net', '--mount', 'sh', '-c', [SETUP[0], ...script].join('\n')], {
      encoding: 'utf8',
    });
    assert.equal(real.stderr, '');
    const host = new World().host('h');
    for (const line of SETUP) assert.equal(host.admin.type(line).stderr, '', line);
    inProcess(host, (proc) => {
      assert.deepEqual(
        FILES.map((path) => proc.readFile(path))
          .join('')
          .split('\n'),
        real.stdout.split('\n'),
      );
    });
  });

  it('takes what is written to the tree, and says why not', () => {
    const host = new World().host('h');
    inProcess(host, (proc) => {
      assert.equal(proc.writeFile('/proc/sys/net/ipv4/ip_forward', '1\n', false), '');
      assert.deepEqual([host.rootNs.sysctls.ipForward, host.rootNs.devices[1]!.conf.forwarding], [1, 1]);
      assert.equal(proc.writeFile('/proc/sys/net/ipv4/ip_forward', 'x\n', false), 'EINVAL');
      assert.equal(proc.writeFile('/proc/sys/net/ipv4/nosuch', '1\n', false), 'ENOENT');
      assert.equal(proc.writeFile('/proc/sys/net/ipv4/conf/lo/mc_forwarding', '1\n', false), 'EACCES');
      assert.equal(proc.writeFile('/proc/sys/net/ipv4', '1\n', false), 'EISDIR');
      assert.equal(proc.writeFile('/proc/net/arp', '1\n', false), 'EACCES');
      assert.equal(proc.openFile('/proc/sys/net/ipv4/route/flush'), 'EACCES');
      assert.equal(proc.openFile('/proc/sys/net'), 'EISDIR');
      assert.equal(proc.openFile('/proc/nosuch'), 'ENOENT');
    });
  });

  it('lists directories, and leaves other files alone', () => {
    const host = new World().host('h');
    host.admin.type('ip link add v0 type veth peer name v1');
    inProcess(host, (proc) => {
      assert.deepEqual(proc.listDirectory('/sys/class/net'), ['lo', 'v0', 'v1']);
      assert.deepEqual(proc.listDirectory('/proc/sys/net/ipv4/conf'), ['all', 'default', 'lo', 'v0', 'v1']);
      assert.equal(proc.readFile('/proc/sys/kernel/hostname'), 'h1\n');
      assert.equal(proc.writeFile('/tmp/x', 'a\n', false), '');
      assert.equal(proc.writeFile('tmp/x', 'b\n', true), '');
      assert.equal(proc.readFile('/tmp/x'), 'a\nb\n');
      assert.equal(proc.writeFile('/tmp', 'x', false), 'EISDIR');
      assert.deepEqual([proc.readFile('/dev/null'), proc.writeFile('/dev/null', 'x', false)], ['', '']);
    });
  });

  it('counts frames in /proc/net/dev and /proc/net/snmp under Linux’s names', () => {
    const host = new World().host('h');
    host.rootNs.mib.ipForwDatagrams = 7;
    host.rootNs.devices[1]!.txBytes = 123;
    inProcess(host, (proc) => {
      const [names, values] = proc
        .readFile('/proc/net/snmp')!
        .split('\n')
        .map((line) => line.split(' '));
      assert.equal(values![names!.indexOf('ForwDatagrams')], '7');
      const received = '    lo:       0       0    0    0    0     0          0         0';
      const loopback = `${received}      123       0    0    0    0     0       0          0`;
      assert.equal(proc.readFile('/proc/net/dev')!.split('\n')[2], loopback);
    });
  });
});
