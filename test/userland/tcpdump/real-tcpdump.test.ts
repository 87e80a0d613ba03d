import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostPrograms } from '../../../src/userland/registry.ts';
import { needTcpdump, pcapOf } from '../../wire/machine.ts';
import { SAMPLE_FRAMES } from '../../wire/frames.ts';
import { needTool } from '../../machine.ts';
import { EmulatedLab, PAIR, RealLab } from '../net-lab.ts';

/** Ways to print a file; sequence numbers are absolute in ours, and names would be looked up. */
const STYLES = [
  ...['', '-e', '-v', '-vv', '-q', '-t', '-tt', '-ttt', '-tttt', '-ttttt', '-x', '-xx', '-X', '-XX', '-#', '-c 3'],
  ...['--number -e', '-tttt --nano', '-e -XX -vv', '-x -v -tt', '--count', 'icmp', 'arp or udp', '-A'],
];

/** Mistakes, and what is printed without a frame. */
const COMPLAINTS = [
  ...['-i nope', '-i eth0 foo bar', '-i eth0 port', '-i eth0 -c', '-i eth0 -c 0', '-i eth0 -c x', '-s x -i eth0'],
  ...['--foo', '-i eth0 -Q foo', '--time-stamp-precision=foo', '-i 99', '-h', '--version', '-i eth0 -Z nouser'],
  ...['-i eth0 host 300.1.1.1', '-i eth0 port nosuchport', '-i eth0 proto foo', '-i eth0 net 10.0.0.1/24'],
  ...['-i eth0 icmp and', '-r /nonexistent', '-i eth0 -s 300000'],
];

const LIVE: readonly (readonly [tcpdump: string, ping: string])[] = [
  ['tcpdump -i eth0 -n -t -c 2 icmp', 'ping -c 1 -q 10.77.0.2'],
  ['tcpdump -i eth0 -n -t -e -v -c 4 not arp', 'ping -c 2 -i 0.2 -q 10.77.0.2'],
  ['tcpdump -i any -n -t -c 4 icmp', 'ping -c 2 -i 0.2 -q 10.77.0.2'],
  ['tcpdump -i any -n -t -c 2 icmp', 'ping -c 1 -q 10.77.0.1'],
  ['tcpdump -i lo -n -t -c 2', 'ping -c 1 -q 10.77.0.1'],
  ['tcpdump -Q in -i eth0 -n -t -c 1 icmp', 'ping -c 1 -q 10.77.0.2'],
  ['tcpdump -Q out -i eth0 -n -t -c 1 icmp', 'ping -c 1 -q 10.77.0.2'],
];

/** What a run chose by itself. */
function alike(text: string): string {
  return text
    .replaceAll(/\bid \d+/g, 'id N')
    .replaceAll(/^\d+ packets? received by filter$/gm, 'N packets received by filter');
}

/** The same file a day and more later: to the real one the second 0 is no time. */
function later(file: Uint8Array): Uint8Array {
  const v = new DataView(file.buffer);
  for (let at = 24; at < file.length; at += 16 + v.getUint32(at + 8, true)) {
    v.setUint32(at, v.getUint32(at, true) + 1_735_689_600, true);
    v.setUint32(at + 4, (at * 977) % 1_000_000, true);
  }
  return file;
}

describe('userland/tcpdump, beside the real one', () => {
  const registry = hostPrograms();

  it('prints captures as it does', function () {
    needTcpdump(this);
    const folder = mkdtempSync(join(tmpdir(), 'dockwire-tcpdump-'));
    try {
      const path = join(folder, 'x.pcap');
      const bytes = later(pcapOf(SAMPLE_FRAMES.filter((frame) => frame.length >= 14)));
      writeFileSync(path, bytes);
      const lab = new EmulatedLab(PAIR);
      lab.files.openSink('/x.pcap').write(bytes);
      for (const style of STYLES) {
        const args = ['-n', '-S', ...style.split(' ').filter((word) => word !== '')];
        const real = spawnSync('tcpdump', ['-r', path, ...args], { encoding: 'latin1', maxBuffer: 1 << 28 });
        const [mine] = lab.run(registry, [{ ns: 'a', line: `tcpdump -r /x.pcap ${args.join(' ')}` }]);
        const [ours, theirs] = [mine!.stdout, real.stdout].map((text) => text.split('\n'));
        theirs!.forEach((line, i) => {
          assert.equal(ours![i], line, `${style}, line ${i + 1}: ${theirs!.slice(Math.max(0, i - 2), i).join(' / ')}`);
        });
        assert.equal(mine!.stderr, real.stderr.replaceAll(path, '/x.pcap'));
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  describe('in namespaces', () => {
    let real: RealLab | undefined;
    before(function () {
      needTool(this, ['tcpdump', '--version'], 'tcpdump version 4.99.3');
      real = new RealLab(PAIR, 'tcpd');
    });
    after(() => {
      real?.dispose();
    });

    it('complains as it does', async () => {
      const lines = COMPLAINTS.map((args) => ({ ns: 'a', line: `tcpdump ${args}` }));
      const [theirs, mine] = [await real!.run(lines), new EmulatedLab(PAIR).run(registry, lines)];
      lines.forEach(({ line }, i) => {
        const [ours, other] = [mine[i]!, theirs[i]!].map(({ stdout, stderr, exit }) => ({
          stdout,
          // Debian's libraries may be newer.
          stderr: stderr.replaceAll(/^(libpcap version|OpenSSL) .*$/gm, '$1'),
          exit,
        }));
        assert.deepEqual(
          { line, ...ours, stdout: ours!.stdout.replaceAll(/^(libpcap|OpenSSL).*$/gm, '$1') },
          {
            line,
            ...other,
            stdout: other!.stdout.replaceAll(/^(libpcap|OpenSSL).*$/gm, '$1'),
          },
        );
      });
    });

    for (const [tcpdump, ping] of LIVE) {
      it(`shows what ${tcpdump.slice(8)} shows of ${ping}`, async () => {
        const theirs = await real!.run([
          { ns: 'a', line: `${tcpdump} --immediate-mode` },
          { ns: 'a', line: ping, atMs: 700 },
        ]);
        const [mine] = new EmulatedLab(PAIR).run(registry, [
          { ns: 'a', line: tcpdump },
          { ns: 'a', line: ping, atMs: 700 },
        ]);
        assert.deepEqual(
          [alike(mine!.stdout), alike(mine!.stderr), mine!.exit],
          [alike(theirs[0]!.stdout), alike(theirs[0]!.stderr), theirs[0]!.exit],
        );
      });
    }
  });
});
