/**
 * The recorded traffic over an encrypted overlay network (`stock-kernel/3-encrypted`), typed again between emulated
 * hosts: the same frames in containers and at the VXLAN interface, the same sizes of ESP on the wire, the same counters
 * in the tools; and what is on the wire can be read by a real tshark with the run's keys.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ip4 } from '../../src/base/addr.ts';
import type { ClusterKey } from '../../src/docker/swarm/cluster.ts';
import { espSaLines } from '../../src/kernel/xfrm/esp-keys.ts';
import type { CapturedPacket } from '../../src/pcap-writer/index.ts';
import { PcapWriter, readCapture } from '../../src/pcap-writer/index.ts';
import { need, SHARED } from '../machine.ts';
import { FakeSwarm } from './fake-swarm.ts';
import { SwarmLab } from './swarm-lab.ts';

const CANON = join(SHARED, 'tools', 'canon.py');
const RECORDED = join(SHARED, 'truth', 'stock-kernel', '3-encrypted');

/** By the recording's name. */
const INTERFACES: Readonly<Record<string, string>> = {
  'e1-eth0': 'h1/e1/eth0',
  'e2-eth0': 'h2/e2/eth0',
  'h1-vxlan0': 'h1/1-enc/vxlan0',
  'h2-vxlan0': 'h2/1-enc/vxlan0',
  'h1-eth0': 'h1/eth0',
  'h2-eth0': 'h2/eth0',
  'h3-eth0': 'h3/eth0',
};

/** The recorded keys. */
function clusterKeys(): ClusterKey[] {
  const keys: readonly [string, number][] = [
    ['ba5f67cf2b0f3f1d5569830c57ac0693', 0x7dd0],
    ['f41206a2c113dfe124b8c3009bd2eff6', 0x7dd1],
    ['8e2b8b04ce56f0781b1e645af41289be', 0x7dd2],
  ];
  return keys.map(([digits, lamportTime]) => ({
    subsystem: 'networking:ipsec',
    key: Uint8Array.from(digits.match(/../g)!, (byte) => parseInt(byte, 16)),
    lamportTime,
  }));
}

function encryptedLab(): SwarmLab {
  const lab = new SwarmLab({ capture: Object.values(INTERFACES) });
  const swarm = new FakeSwarm();
  for (const number of [1, 2, 3]) {
    swarm.join(lab.engine(number), ip4(`192.168.50.${10 + number}`), number === 1, clusterKeys());
  }
  lab.ok(1, 'docker network create -d overlay other');
  lab.ok(1, 'docker network rm other');
  lab.ok(1, 'docker network create -d overlay --opt encrypted --attachable enc');
  for (const number of [1, 2, 3]) {
    lab.ok(number, `docker run -d --name e${number} --network enc bb sleep 1000000`);
    lab.wait(4);
  }
  return lab;
}

const SIZES = [0, 1, 2, 3, 4, 1300, 1371, 1372, 1373, 1374, 1394, 1395, 1396, 1397, 1398];

/** The recorded commands up to TCP, and what they answered. */
function typeTraffic(lab: SwarmLab): string[] {
  const said: string[] = [];
  const inE1 = (line: string): void => {
    const { exit, stdout, stderr } = lab.inContainer(1, 'e1', `${line} 2>&1`);
    said.push(`${stdout}${stderr}[rc=${exit}]`);
  };
  const serve = (line: string): void => {
    const sandbox = lab.ok(2, "docker inspect -f '{{slice .NetworkSettings.SandboxID 0 12}}' e2");
    lab.ok(2, `ip netns exec ${sandbox} tcpudp ${line} & sleep 1`);
  };
  inE1('ping -c 3 10.0.2.4');
  inE1('ping -c 2 10.0.2.6');
  inE1('ping -c 1 -Q 0xb8 10.0.2.4');
  for (const size of SIZES) inE1(`ping -M do -c 1 -W 2 -s ${size} 10.0.2.4`);
  inE1('ping -M dont -c 1 -W 2 -s 3000 10.0.2.4');
  serve('udpecho 10.0.2.4 5001 3');
  inE1('tcpudp udpsend 10.0.2.4 5001 64 0 3');
  return said;
}

function typeTcp(lab: SwarmLab): void {
  const sandbox = lab.ok(2, "docker inspect -f '{{slice .NetworkSettings.SandboxID 0 12}}' e2");
  lab.ok(2, `ip netns exec ${sandbox} tcpudp tcpserve 10.0.2.4 5002 1 & sleep 1`);
  assert.match(lab.inContainer(1, 'e1', 'tcpudp tcpsend 10.0.2.4 5002 20000').stdout, /reply b'OK 20000'/);
}

/** The recorded answers to the same commands. */
function recordedAnswers(): string[] {
  const blocks = readFileSync(join(RECORDED, '01-cli.txt'), 'utf8').split(/^\$ nsenter -t \d+ -n /m);
  return blocks
    .slice(1)
    .filter((block) => !/^(?:python3 tcpudp.py tcpsend|curl)/.test(block))
    .map((block) => /^.*\n([\s\S]*?\[rc=\d+\])/.exec(block)![1]!);
}

/** Times and ports are of the moment. */
function plain(text: string): string {
  return text
    .replaceAll(/(?:time|mdev) ?=? ?[\d./]+ ?ms/g, 'TIME')
    .replaceAll(/', \d+\)/g, "', PORT)")
    .replaceAll(/\n+/g, '\n')
    .trim();
}

/** When the recorded TCP began. */
const TCP_SECONDS = 1_795_233_713;

function recordedPackets(name: string): CapturedPacket[] {
  const { packets } = readCapture(readFileSync(join(RECORDED, `enc.${name}.pcap`)));
  return packets.filter(({ timeNs }) => Number(timeNs) / 1e9 < TCP_SECONDS);
}

describe('traffic over an encrypted overlay network beside the recorded one', () => {
  let folder = '';
  let lab: SwarmLab;
  let said: readonly string[] = [];
  let captured: ReadonlyMap<string, Uint8Array>;

  before(function () {
    this.timeout(60_000);
    need(this, 'shared');
    folder = mkdtempSync(join(tmpdir(), 'dockwire-encrypted-'));
    lab = encryptedLab();
    said = typeTraffic(lab);
  });

  after(() => {
    if (folder !== '') rmSync(folder, { recursive: true });
  });

  it('is answered in the same words', () => {
    assert.deepEqual(said.map(plain), recordedAnswers().map(plain));
  });

  it('is marked, encrypted, decrypted and let in: no rule counts plain text, no counter an error', () => {
    const rules = lab.ok(1, 'iptables-save -c').match(/^\[\d+:\d+\] -A (?:INPUT|OUTPUT).*4789.*$/gm) ?? [];
    const counts = rules.map((rule) => Number(/^\[(\d+):/.exec(rule)![1]));
    const sent = espPackets(recordedPackets('h1-eth0')).filter(({ src }) => src === '192.168.50.11').length;
    const received = espPackets(recordedPackets('h1-eth0')).length - sent;
    assert.deepEqual(counts, [sent, 0, received]);
    assert.equal(/\t[1-9]/.test(lab.ok(1, 'cat /proc/net/xfrm_stat')), false);
  });

  describe('frame by frame', () => {
    before(function () {
      this.timeout(60_000);
      typeTcp(lab);
      captured = lab.captured();
    });

    for (const name of ['e1-eth0', 'e2-eth0', 'h1-vxlan0', 'h2-vxlan0']) {
      it(`is the same at ${name}`, () => {
        const mine = canonical(beforeTcp(readCapture(captured.get(INTERFACES[name]!)!).packets), folder);
        assert.deepEqual(mine, canonical(recordedPackets(name), folder));
      });
    }

    for (const name of ['h1-eth0', 'h2-eth0', 'h3-eth0']) {
      it(`is ESP of the same sizes, numbers and headers at ${name}, and nothing on port 4789`, () => {
        const { packets } = readCapture(captured.get(INTERFACES[name]!)!);
        const theirs = espPackets(recordedPackets(name));
        const mine = espPackets(packets).slice(0, theirs.length);
        assert.deepEqual(mine, theirs);
        assert.equal(packets.filter(({ data }) => data[23] === 17).length, 0);
      });

      it(`can be read by a real tshark at ${name}`, function () {
        this.timeout(60_000);
        need(this, 'tshark');
        const file = join(folder, `${name}.pcap`);
        writeFileSync(file, captured.get(INTERFACES[name]!)!);
        const keys = espSaLines([1, 2, 3].map((number) => lab.host(number)));
        const options = keys.flatMap((line) => ['-o', `uat:esp_sa:${line}`]);
        const fields = ['-T', 'fields', '-e', 'vxlan.vni', '-e', 'udp.checksum.status', '-e', 'frame.protocols'];
        const run = spawnSync(
          'tshark',
          ['-r', file, '-Y', 'esp', '-o', 'esp.enable_encryption_decode:TRUE', '-o', 'udp.check_checksum:TRUE']
            .concat(options)
            .concat(fields),
          { encoding: 'utf8' },
        );
        const lines = run.stdout.trimEnd().split('\n');
        assert.equal(lines.length, espPackets(readCapture(captured.get(INTERFACES[name]!)!).packets).length);
        for (const line of lines) assert.match(line, /^4098\t1(?:,1)?\teth:ethertype:ip:esp:udp:vxlan:eth:ethertype:/);
      });
    }
  });
});

describe('the keys of an encrypted overlay network', () => {
  it('turn node by node, and no datagram is lost', function () {
    this.timeout(60_000);
    const lab = encryptedLab();
    const [, second, third] = clusterKeys();
    const fourth: ClusterKey = { subsystem: 'networking:ipsec', key: new Uint8Array(16).fill(4), lamportTime: 0x7dd3 };
    const ping = (): void => {
      assert.match(lab.inContainer(1, 'e1', 'ping -c 2 10.0.2.4').stdout, /2 received/);
      assert.match(lab.inContainer(2, 'e2', 'ping -c 2 10.0.2.6').stdout, /2 received/);
      assert.match(lab.inContainer(3, 'e3', 'ping -c 2 10.0.2.2').stdout, /2 received/);
    };
    ping();
    for (const number of [1, 2, 3]) {
      const { overlay } = lab.engine(number);
      overlay.changeKeys([second!, third!, fourth]);
      ping();
    }
    // Out under the second oldest key: 0x443fc27b is what a real node made of it for this pair.
    assert.match(lab.ok(1, 'ip xfrm policy'), /dst 192.168.50.12\n\t\tproto esp spi 0x443fc27b /);
    assert.equal(lab.ok(1, 'ip xfrm state count'), '\t SAD count 8');
    for (const number of [1, 2, 3]) assert.equal(/\t[1-9]/.test(lab.ok(number, 'cat /proc/net/xfrm_stat')), false);
  });

  it('begin anew on a node that has missed several turns', () => {
    const lab = encryptedLab();
    const ring = [1, 2, 3].map((lamportTime): ClusterKey => {
      return { subsystem: 'networking:ipsec', key: new Uint8Array(16).fill(lamportTime), lamportTime };
    });
    lab.engine(1).overlay.changeKeys(ring);
    assert.equal(lab.ok(1, 'ip xfrm state count') + lab.ok(1, 'ip xfrm policy'), '\t SAD count 0');
  });
});

/** The frames up to the connection that the recording is not compared with. */
function beforeTcp(packets: readonly CapturedPacket[]): CapturedPacket[] {
  const at = packets.findIndex(({ data }) => data[12] === 8 && data[13] === 0 && data[23] === 6);
  return packets.slice(0, at < 0 ? packets.length : at);
}

/** What tools/canon.py says of them, but for what the moment decides. */
function canonical(packets: readonly CapturedPacket[], folder: string): string[] {
  const file = join(folder, 'canon.pcap');
  const chunks: Uint8Array[] = [];
  const writer = new PcapWriter({ write: (bytes) => chunks.push(bytes.slice()) });
  packets.forEach(({ data }, i) => {
    writer.writeRecord(i, 0, data, 0, data.length);
  });
  writer.flush();
  writeFileSync(file, Buffer.concat(chunks));
  const { stdout, stderr } = spawnSync('python3', [CANON, file], { encoding: 'utf8', maxBuffer: 1 << 26 });
  assert.equal(stderr, '');
  return stdout
    .trimEnd()
    .split('\n')
    .filter((line) => !line.includes(' arp op=') && !line.includes('proto=2 '));
}

interface EspPacket {
  readonly src: string;
  readonly dst: string;
  readonly length: number;
  readonly tos: number;
  readonly ttl: number;
  readonly hasDf: boolean;
  readonly spi: number;
  readonly sequence: number;
}

/** The encrypted datagrams among packets, as far as neither chance nor key decides about them. */
function espPackets(packets: readonly CapturedPacket[]): EspPacket[] {
  return packets
    .filter(({ data }) => data[12] === 8 && data[13] === 0 && data[23] === 50)
    .map(({ data }) => {
      const v = new DataView(data.buffer, data.byteOffset, data.length);
      const address = (at: number): string => [0, 1, 2, 3].map((i) => v.getUint8(at + i)).join('.');
      return {
        src: address(26),
        dst: address(30),
        length: v.getUint16(16),
        tos: v.getUint8(15),
        ttl: v.getUint8(22),
        hasDf: (v.getUint16(20) & 0x4000) !== 0,
        spi: v.getUint32(34),
        sequence: v.getUint32(38),
      };
    });
}
