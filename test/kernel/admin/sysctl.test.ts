import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CONF_FIELDS } from '../../../src/kernel/sysctl-conf.ts';
import { sysctl } from '../../../src/kernel/admin/sysctl.ts';
import { EFFORT, World } from '../kit.ts';
import { onDockwire, onRealLinux } from './real-tools.ts';

const LINES = [
  'sysctl',
  'sysctl -w',
  'sysctl -h',
  'sysctl -V',
  'sysctl -Z',
  'sysctl --bogus',
  'sysctl -r',
  'sysctl net.ipv4.ip_forward net.ipv4.conf.lo.tag',
  'sysctl -n net.ipv4.ip_default_ttl net.ipv4.tcp_wmem',
  'sysctl -b net.ipv4.ip_default_ttl net.ipv4.tcp_wmem',
  'sysctl -N net.ipv4.ip_forward',
  'sysctl -q -N net.ipv4.ip_forward',
  'sysctl -w net.ipv4.ip_forward=1',
  'sysctl -a -r ipv4.conf.*accept_redirects$',
  'sysctl net.ipv4.conf.default.forwarding=0',
  'sysctl -q -w net.ipv4.ip_forward=0',
  'sysctl -n -w net.ipv4.ip_forward=1',
  'sysctl -N -w net.ipv4.ip_forward=0',
  'sysctl -b -w net.ipv4.ip_forward=0',
  'sysctl --dry-run -w net.ipv4.ip_forward=1',
  'sysctl -w net.ipv4.ip_forward',
  'sysctl net.ipv4.nosuch net.ipv4.ip_forward',
  'sysctl net.ipv4.nosuch=1 net.ipv4.ip_forward=1',
  'sysctl -e net.ipv4.nosuch',
  'sysctl -e net.ipv4.nosuch=1',
  'sysctl net.ipv4.ip_default_ttl=999',
  'sysctl net.ipv4.ip_default_ttl=',
  'sysctl net.ipv4.ip_default_ttl = 33',
  'sysctl net.ipv4.route',
  'sysctl net.ipv4.conf.lo',
  'sysctl net.ipv4.conf.lo=1',
  'sysctl net.ipv4.conf.lo.mc_forwarding=1',
  'sysctl net.ipv4.route.flush',
  'sysctl -w net.ipv4.route.flush=1',
  'sysctl -a -r neigh.lo',
  'sysctl --deprecated -a -r neigh.lo',
  'sysctl net.ipv4.neigh.lo.retrans_time net.ipv4.neigh.default.locktime',
  'sysctl -p /nonexistent',
  'sysctl -p',
  'sysctl net/ipv4/ip_forward net.ipv4/ip_forward',
  'sysctl net.ipv4.conf.*.tag=6',
  'sysctl net.bridge',
  'sysctl net.ipv4.ip_local_reserved_ports=8080,9000-9005',
  'sysctl net.ipv4.ip_local_reserved_ports net.ipv4.ping_group_range',
  'sysctl -r tag net.ipv4.ip_forward net.ipv4.conf.lo.tag',
];

/** Both, without what the machine under the real kernel has tuned or lacks. */
function answers(context: Mocha.Context, lines: readonly string[]): { real: unknown[]; ours: unknown[] } {
  const real = onRealLinux(context, lines);
  const host = new World().host('h');
  host.admin.type('ip netns add t');
  host.admin.type('ip -n t link set lo up');
  const typed = lines.map((line) => `ip netns exec t ${line}`);
  const ours = onDockwire(typed, host).map((answer, i) => ({ ...answer, line: lines[i]! }));
  return { real, ours };
}

describe('kernel/admin/sysctl', function () {
  this.timeout(20_000);

  it('answers as procps does', function () {
    const { real, ours } = answers(this, LINES);
    assert.deepEqual(ours, real);
  });

  it('has the files and the values of a fresh namespace', function () {
    const filter = /^net\.(?:ipv4|bridge)\./;
    const tuned = /tcp_|\.udp_(?:hash|child)/;
    const keysOf = (text: string): string[] =>
      text.split('\n').filter((line) => filter.test(line) && !tuned.test(line.split(' ')[0]!));
    const real = onRealLinux(this, ['sysctl -a 2>&1'])[0]!;
    const host = new World().host('h');
    host.admin.type('ip netns add t');
    host.admin.type('ip -n t link set lo up');
    const ours = host.admin.type('ip netns exec t sysctl -a');
    assert.deepEqual(keysOf(ours.stdout), keysOf(real.stdout));
  });

  it('carries `all`, `default` and the interfaces together as Linux does', function () {
    const leaves = [...CONF_FIELDS.keys()].filter((leaf) => leaf !== 'mc_forwarding').slice(0, 40);
    const where = fc.constantFrom('all', 'default', 'lo', 'v0', 'v1', 'v2', 'v3');
    const write = fc
      .tuple(where, fc.constantFrom('forwarding', 'rp_filter', ...leaves), fc.integer({ min: 0, max: 2 }))
      .map(([name, leaf, value]) => `sysctl -w net.ipv4.conf.${name}.${leaf}=${value}`);
    const other = fc.constantFrom(
      'sysctl -w net.ipv4.ip_forward=1',
      'sysctl -w net.ipv4.ip_forward=0',
      'ip link add v0 type veth peer name v1',
      'ip link add v2 type veth peer name v3',
      'ip link del v0',
      'ip link set v2 up',
      'ip addr add 10.0.0.1/24 dev v0',
      'ip addr add 10.0.0.2/24 dev v3',
    );
    const script = fc.array(fc.oneof({ weight: 3, arbitrary: write }, { weight: 2, arbitrary: other }), {
      minLength: 5,
      maxLength: 25,
    });
    const show = "sysctl -a -r 'ipv4.conf' 2>/dev/null";
    for (const lines of fc.sample(script, { numRuns: 6 * EFFORT, seed: 3 })) {
      const real = onRealLinux(this, [...lines, show]).at(-1)!.stdout;
      const host = new World().host('h');
      host.admin.type('ip netns add t');
      host.admin.type('ip -n t link set lo up');
      for (const line of lines) host.admin.type(`ip netns exec t ${line}`);
      const ours = host.admin.type('ip netns exec t sysctl -a -r ipv4.conf').stdout;
      assert.deepEqual(ours.split('\n'), real.split('\n'), lines.join('\n'));
    }
  });

  it('reads files of settings, with comments and names that stand for many', () => {
    const host = new World().host('h');
    host.admin.type('ip link add v0 type veth peer name v1');
    const text =
      '# c\n; d\n net.ipv4.ip_forward = 1 \nnet.ipv4.bogus=1\n' +
      '-net.ipv4.ip_default_ttl=x\ngarbage\nnet.ipv4.conf.v*.tag=5\n';
    assert.deepEqual(
      sysctl(host.rootNs, ['-p', '/f'], (path) => (path === '/f' ? text : undefined)),
      {
        exit: 1,
        stdout: 'net.ipv4.ip_forward = 1\nnet.ipv4.conf.v0.tag = 5\nnet.ipv4.conf.v1.tag = 5\n',
        stderr:
          'sysctl: /f(6): invalid syntax, continuing...\n' +
          'sysctl: cannot stat /proc/sys/net/ipv4/bogus: No such file or directory\n' +
          'sysctl: setting key "net.ipv4.ip_default_ttl": Invalid argument\n',
      },
    );
  });

  it('writes names with dots by a slash', () => {
    const host = new World().host('h');
    host.admin.type('ip link add eth0.10 type veth peer name b');
    const answers = onDockwire(['sysctl net.ipv4.conf.eth0/10.tag=3', 'sysctl net/ipv4/conf/eth0.10/tag'], host);
    assert.deepEqual(
      answers.map(({ stdout }) => stdout),
      ['net.ipv4.conf.eth0/10.tag = 3\n', 'net.ipv4.conf.eth0/10.tag = 3\n'],
    );
  });
});
