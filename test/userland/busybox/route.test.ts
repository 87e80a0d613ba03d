import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { busyboxPrograms } from '../../../src/userland/registry.ts';
import { runTyped } from '../../differential/typed.ts';
import { World } from '../../kernel/kit.ts';
import { need, needTools } from '../../machine.ts';

const SETUP = [
  'ip link set lo up',
  'ip link add v0 type veth peer name v1',
  'ip link set v0 up',
  'ip link set v1 up',
  'ip addr add 10.0.0.1/24 dev v0',
  'ip neigh add 10.0.0.50 lladdr 02:00:00:00:00:50 dev v0',
];
const LINES = [
  'route add default gw 10.0.0.9',
  'route add -net 10.2.0.0/16 dev v0',
  'route add -host 10.3.0.1 dev v0 metric 5',
  'route add -net 10.4.0.0/16 reject',
  'route add default gw 10.0.0.9',
  'route add -net 10.7.0.0/16 gw 10.99.0.1',
  'route add -net 10.7.0.0/16 dev nosuch',
  'route -n',
  'route',
  'route -e',
  'route del default',
  'route del default',
  'route -Z',
  'arp -n 10.0.0.50',
  'arp -Z',
];
const MARK = '\u0001';

describe('userland/busybox/route', () => {
  it('and arp answer as in its images', function () {
    needTools(this, ['busybox']);
    need(this, 'netns');
    const typed = LINES.map((line) => `busybox ${line}; printf '${MARK}%s${MARK}' $?`);
    const script = [...SETUP, ...typed].join('\n');
    const real = spawnSync('unshare', ['--net', 'sh', '-c', `exec 2>&1\n${script}`], { encoding: 'utf8' }).stdout;
    const world = new World();
    const host = world.host('h');
    for (const line of SETUP) assert.equal(host.admin.type(line).stderr, '', line);
    const registry = busyboxPrograms();
    let ours = '';
    for (const line of LINES) {
      const { stdout, stderr, exit } = runTyped(world, host, '', line, registry);
      ours += `${stderr}${stdout}${MARK}${exit}${MARK}`;
    }
    assert.deepEqual(ours.split(MARK), real.split(MARK));
  });
});
