import assert from 'node:assert/strict';
import { hostPrograms } from '../../src/userland/registry.ts';
import { EmulatedLab, PAIR } from './net-lab.ts';

function answers(lines: readonly string[]): (readonly [exit: number | null, stdout: string, stderr: string])[] {
  const lab = new EmulatedLab(PAIR);
  return lines.map((line) => {
    const [{ exit, stdout, stderr }] = lab.run(hostPrograms(), [{ ns: 'a', line }]) as [
      { exit: number | null; stdout: string; stderr: string },
    ];
    return [exit, stdout, stderr];
  });
}

const HEAD = 'Module                  Size  Used by\n';

describe('userland: modprobe and lsmod', () => {
  it('load without a word what the kernel has, and remember it', () => {
    const lines = [
      'lsmod',
      'modprobe br_netfilter',
      'modprobe -a xt_conntrack nf-nat',
      'lsmod',
      'modprobe -r xt_conntrack',
    ];
    const found = answers([...lines, 'lsmod']);
    assert.deepEqual(found, [
      [0, HEAD, ''],
      [0, '', ''],
      [0, '', ''],
      [
        0,
        `${HEAD}nf_nat                 16384  0\nxt_conntrack           16384  0\nbr_netfilter           16384  0\n`,
        '',
      ],
      [0, '', ''],
      [0, `${HEAD}nf_nat                 16384  0\nbr_netfilter           16384  0\n`, ''],
    ]);
  });

  it('say which modules there are not', () => {
    const directory = 'not found in directory /lib/modules/6.1.0-28-amd64\n';
    assert.deepEqual(
      answers(['modprobe nosuch', 'modprobe -q nosuch', 'modprobe -a veth nosuch', 'modprobe', 'modprobe -n veth']),
      [
        [1, '', `modprobe: FATAL: Module nosuch ${directory}`],
        [1, '', ''],
        [1, '', `modprobe: WARNING: Module nosuch ${directory}`],
        [1, '', 'modprobe: ERROR: missing parameters. See -h.\n'],
        [0, '', ''],
      ],
    );
  });

  it('leave options that they do not know to later', () => {
    const [[exit, , stderr]] = answers(['modprobe -c']) as [[number, string, string]];
    assert.equal(exit, 127);
    assert.match(stderr, /^modprobe: .*not supported by Dockwire/);
  });
});
