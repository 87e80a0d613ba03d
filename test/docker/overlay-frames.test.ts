/**
 * The recorded traffic over an overlay network (`swarm/ovwire.*`), typed again between emulated hosts: byte for byte
 * the same frames in containers, in the namespace of the network and on the wire, under the rules of truth/README.md.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ip4 } from '../../src/base/addr.ts';
import { needRecording } from '../differential/recordings.ts';
import { SHARED } from '../machine.ts';
import { FakeSwarm } from './fake-swarm.ts';
import { recordedText } from './recordings.ts';
import { SwarmLab } from './swarm-lab.ts';

const CANON = join(SHARED, 'tools', 'canon.py');
const SWARM = join(SHARED, 'truth', 'docker', 'swarm');

/** By the recording's name; those of the wire carry gossip, too. */
const INTERFACES: Readonly<Record<string, string>> = {
  'o1-eth0': 'h1/o1/eth0',
  'h1-veth0': 'h1/1-ov1/veth0',
  'h1-vxlan0': 'h1/1-ov1/vxlan0',
  'h1-eth0': 'h1/eth0',
  'h2-eth0': 'h2/eth0',
  'o2-eth0': 'h2/o2/eth0',
};

/** The lines of a capture that are about the overlay network. */
function canonical(path: string, isWire: boolean): string[] {
  const { stdout, stderr } = spawnSync('python3', [CANON, path], { encoding: 'utf8' });
  assert.equal(stderr, '');
  return (
    stdout
      .trimEnd()
      .split('\n')
      .filter((line) => !isWire || line.includes('udp vx>4789'))
      // Bridges report to their snoopers whenever they come up.
      .filter((line) => !line.includes('proto=2 '))
      .map((line) =>
        line
          .replace(/,3:0a /, ',3:07 ')
          .replace(/\bp\d+>(?=5)/, 'p>')
          .replace(/(?<=>|5)p\d+ /, 'p '),
      )
  );
}

/** A connection that carries data: how it begins, and what each side has sent in all. */
function connection(lines: readonly string[]): { readonly begin: readonly string[]; readonly sent: readonly number[] } {
  const segments = lines.filter((line) => /\b5002\b/.test(line)).map((line) => line.replace(/ win=\d+/, ' win'));
  const sent = ['tcp p>5002', 'tcp 5002>p'].map((direction) => {
    const ends = segments
      .filter((line) => line.includes(direction))
      .map((line) => Number(/ seq=(\d+)/.exec(line)![1]) + / data=([0-9a-f]*)/.exec(line)![1]!.length / 2);
    return Math.max(...ends);
  });
  return { begin: segments.slice(0, 3), sent };
}

/** The recorded commands, with the pauses between them. */
function typeTraffic(lab: SwarmLab): string[] {
  const said: string[] = [];
  const inO1 = (line: string): void => {
    const { stdout, stderr } = lab.inContainer(1, 'o1', line);
    said.push(`${stdout}${stderr}`);
  };
  const serve = (line: string): void => {
    const sandbox = lab.ok(2, "docker inspect -f '{{slice .NetworkSettings.SandboxID 0 12}}' o2");
    lab.ok(2, `ip netns exec ${sandbox} tcpudp ${line} & sleep 0.5`);
  };
  for (const line of ['-c 2 10.0.2.4', '-c 1 -W 1 10.0.2.1', '-c 2 -W 1 10.0.2.77']) inO1(`ping ${line}`);
  lab.wait(2);
  for (const options of ['-M do -c 1 -s 1422', '-M dont -c 1 -s 3000', '-c 1 -Q 0xb8'])
    inO1(`ping ${options} 10.0.2.4`);
  serve('udpecho 10.0.2.4 5001 2');
  inO1('tcpudp udpsend 10.0.2.4 5001 64 0 2');
  inO1('tcpudp udpsend 10.0.2.4 5999 64');
  inO1('tcpudp tcpsend 10.0.2.4 5999 10');
  serve('tcpserve 10.0.2.4 5002 1');
  inO1('tcpudp tcpsend 10.0.2.4 5002 20000');
  lab.wait(1);
  return said;
}

function recordedLab(): SwarmLab {
  const lab = new SwarmLab({ capture: Object.values(INTERFACES) });
  const swarm = new FakeSwarm();
  for (const number of [1, 2, 3]) swarm.join(lab.engine(number), ip4(`192.168.50.${10 + number}`), number === 1);
  lab.ok(1, 'docker network create -d overlay other');
  lab.ok(1, 'docker network rm other');
  lab.ok(1, 'docker network create -d overlay --attachable ov1');
  for (const number of [1, 2, 3]) lab.ok(number, `docker run -d --name o${number} --network ov1 bb sleep 100000`);
  lab.wait(3);
  return lab;
}

describe('traffic over an overlay network beside the recorded one', () => {
  let folder = '';
  let said: readonly string[] = [];

  before(function () {
    needRecording(this, 'docker/swarm');
    folder = mkdtempSync(join(tmpdir(), 'dockwire-overlay-'));
    const lab = recordedLab();
    said = typeTraffic(lab);
    for (const [name, bytes] of lab.captured()) writeFileSync(join(folder, `${name.replaceAll('/', '+')}.pcap`), bytes);
  });

  after(() => {
    if (folder !== '') rmSync(folder, { recursive: true });
  });

  it('is answered in the same words', function () {
    const theirs = recordedText(this, 'swarm/04-ovwire.txt')
      .split(/^\[h1 netns of o1\]# .*\n/m)
      .slice(1);
    const plain = (text: string): string =>
      text
        .replace(/\[rc=\d\]/, '')
        .replace(/(?:time|mdev) ?=? ?[\d./]+ ?ms/g, 'TIME')
        .replace(/', \d+\)/g, "', PORT)")
        .trim();
    assert.deepEqual(said.map(plain), theirs.map(plain));
  });

  for (const [name, full] of Object.entries(INTERFACES)) {
    it(`has the same frames at ${name}`, () => {
      const isWire = /^h\d-eth0$/.test(name);
      const mine = canonical(join(folder, `${full.replaceAll('/', '+')}.pcap`), isWire);
      const theirs = canonical(join(SWARM, `ovwire.${name}.pcap`), isWire);
      const isOther = (line: string): boolean => !/\b5002\b/.test(line);
      assert.deepEqual(mine.filter(isOther), theirs.filter(isOther));
      // Which segments go together is a matter of the moment.
      if (name !== 'h1-veth0') assert.deepEqual(connection(mine), connection(theirs));
    });
  }
});
