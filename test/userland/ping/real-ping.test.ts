/**
 * The same command lines, typed to the real ping and busybox ping in namespaces of a real kernel, and to the emulated
 * ones in an emulated copy of these: output and exit codes must be equal but for measured times.
 */
import assert from 'node:assert/strict';
import { busyboxPrograms, hostPrograms } from '../../../src/userland/registry.ts';
import { maskTimes } from '../../differential/typed.ts';
import { need, needTool } from '../../machine.ts';
import type { Result } from '../net-lab.ts';
import { EmulatedLab, PAIR, RealLab } from '../net-lab.ts';

/** Typed in namespace a (10.77.0.1), which has a veth to b (10.77.0.2), and a neighbour 10.77.0.50 that is nobody. */
const COMMON = [
  'ping -c 2 -i 0.2 10.77.0.2',
  'ping -q -c 3 -i 0.1 10.77.0.2',
  'ping -c 1 -s 0 10.77.0.2',
  'ping -c 1 -s 4000 10.77.0.2',
  'ping -c 1 -s 65507 10.77.0.2',
  'ping -c1 -W1 -t 5 -I eth0 10.77.0.2',
  'ping -c 1 -I 10.77.0.1 10.77.0.2',
  'ping -c 1 -I nodev 10.77.0.2',
  'ping -c 1 -I 10.77.0.9 10.77.0.2',
  'ping -c 2 -i 0.2 -W 1 10.77.0.50',
  'ping -w 1 -i 0.3 10.77.0.2',
  'ping -c 10 -w 1 -i 0.3 10.77.0.2',
  'ping -c 3 -w 1 -W 2 -i 0.3 10.77.0.50',
  'ping -c 1 10.99.0.1',
  'ping -c 1 127.0.0.1',
  'ping -c 1 10.77.2',
  'ping -c 1 0',
  'ping 10.77.0.2 -c 1 -p ff -n',
  'ping -A -c 3 10.77.0.2',
  'ping -c 1 -W 4 10.77.0.99',
  'ping -c x 10.77.0.2',
  'ping -s 70000x 10.77.0.2',
  'ping -i',
  'ping -z',
  'ping',
];
const IPUTILS = [
  ...COMMON,
  'ping -c 1 -s 8 10.77.0.2',
  'ping -M do -c 1 -s 1472 10.77.0.2',
  'ping -M do -c 1 -W 1 -s 1473 10.77.0.2',
  'ping -M dont -c 1 -s 1473 10.77.0.2',
  'ping -c 1 -W 1 10.77.0.255',
  'ping -b -c 1 -W 0.2 10.77.0.255',
  'ping -b -M want -c 1 -W 0.2 10.77.0.255',
  'ping -O -c 3 -i 0.2 -W 0.5 10.77.0.50',
  'ping -c 4 -i 0.5 -W 5 10.77.0.98',
  'ping -f -c 3 10.77.0.2',
  'ping -f -c 5 -W 0.2 10.77.0.50',
  'ping -l 3 -c 5 -i 0.1 10.77.0.2',
  'ping -e 777 -a -c 1 10.77.0.2',
  'ping -D -c 1 10.77.0.2',
  'ping -v -4 -c 1 10.77.0.2',
  'ping -i 1,5 -c 1 10.77.0.2',
  'ping -Q 0x10 -U -B -d -C -S 9999 -c 1 10.77.0.2',
  'ping -Q 300 10.77.0.2',
  'ping -M foo 10.77.0.2',
  'ping -t 0 10.77.0.2',
  'ping -l 0 10.77.0.2',
  'ping -p xyz 10.77.0.2',
  'ping -c 1 -s 70000 -W 1 10.77.0.2',
  'ping -V',
];
const BUSYBOX = [...COMMON, 'ping -c 1 -s 3 10.77.0.2', 'ping -s 65508 10.77.0.2', 'ping -c 1 a b'];

/** Times that were measured, process numbers and clocks, and what the run of time does to the last digits. */
function masked({ stdout, stderr, exit }: Result): Result {
  const text = maskTimes(stdout)
    .replace(/ipg\/ewma [\d./]+ ms/, 'ipg/ewma T ms')
    .replace(/ident=\d+/, 'ident=N')
    .replace(/\[\d{10}\.\d{6}\]/, '[CLOCK]');
  return { stdout: text, stderr, exit };
}

describe('userland/ping against the real ones:', function () {
  this.timeout(30_000);
  let lab: RealLab | null = null;

  before(function () {
    need(this, 'netns');
    needTool(this, ['ping', '-V'], 'iputils 20221126');
    needTool(this, ['busybox', '--help'], 'BusyBox v1.35.0 (Debian 1:1.35.0-4+deb12u1');
    lab = new RealLab(PAIR, 'ping');
  });

  after(() => {
    lab?.dispose();
  });

  const judges = [
    { title: 'iputils', prefix: '', lines: IPUTILS, registry: hostPrograms() },
    { title: 'busybox', prefix: 'busybox ', lines: BUSYBOX, registry: busyboxPrograms() },
  ];
  it('every command line has the same output and exit code', async () => {
    const runs = judges.flatMap(({ title, prefix, lines, registry }) =>
      lines.map(async (line) => {
        const expected = await lab!.runOne({ ns: 'a', line: prefix + line });
        const [actual] = new EmulatedLab(PAIR).run(registry, [{ ns: 'a', line }]);
        return { title, line, expected: masked(expected), actual: masked(actual!) };
      }),
    );
    for (const { title, line, expected, actual } of await Promise.all(runs)) {
      assert.deepEqual(actual, expected, `${title}: ${line}`);
    }
  });
});
