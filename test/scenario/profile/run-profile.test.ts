import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadScenario } from '../../../src/scenario/load.ts';
import { Run } from '../../../src/scenario/run.ts';
import { need } from '../../machine.ts';
import { MemoryStore } from '../memory-store.ts';

const TWO_NODES = `hosts:
  h1: { address: 192.168.50.11/24 }
  h2: { address: 192.168.50.12/24 }
steps:
`;

const SWARM = `${TWO_NODES}  - { on: h1, run: docker swarm init --advertise-addr 192.168.50.11 }
  - { on: h1, run: docker swarm join-token -q worker, save: TOKEN }
  - { on: h2, run: docker swarm join --token $TOKEN 192.168.50.11:2377 }
  - { on: h1, run: docker network create -d overlay --attachable open }
  - { on: h1, run: docker network create -d overlay --attachable --opt encrypted closed }
  - { on: h1, run: docker run -d --name c1 --network open alpine sleep 100 }
  - { on: h2, run: docker run -d --name c2 --network open alpine sleep 100 }
  - { on: h1, run: docker run -d --name e1 --network closed alpine sleep 100 }
  - { on: h2, run: docker run -d --name e2 --network closed alpine sleep 100 }
  - { on: h2, run: docker exec c2 ping -c 2 c1 }
  - { on: h2, run: docker exec e2 ping -c 3 e1 }
  - { on: h1, run: docker rm -f c1 e1 }
  - { on: h2, run: docker swarm leave }
  - { on: h1, run: sleep 10 }
`;

const OTHER_PORT = `${TWO_NODES}  - { on: h1, run: docker swarm init --data-path-port 4790 --advertise-addr eth0 }
  - { on: h1, run: docker swarm join-token -q worker, save: TOKEN }
  - { on: h2, run: docker swarm join --token $TOKEN 192.168.50.11:2377 }
  - { on: h1, run: docker network create -d overlay --attachable open }
  - { on: h1, run: docker run -d --name c1 --network open alpine sleep 100 }
  - { on: h2, run: docker run -d --name c2 --network open alpine sleep 100 }
  - { on: h2, run: docker exec c2 ping -c 1 c1 }
`;

const STREAM_FIELDS = ['frame.number', 'tcp.segment', 'gossip.type'];

interface Ended {
  readonly profile: ReadonlyMap<string, string>;
  readonly capture: Uint8Array;
}

/** Runs to the end, with captures in memory. */
function ended(text: string): Ended {
  const store = new MemoryStore();
  const plan = loadScenario('x.yaml', new TextEncoder().encode(text));
  const options = {
    queue: 'heap',
    captures: 'pcapng',
    captureGlobs: ['*/eth0'],
    hash: false,
    keepGoing: false,
  } as const;
  const run = new Run(plan, { ...options, store });
  while (run.advance(100_000));
  assert.deepEqual(
    run.result().steps.filter(({ ok }) => !ok),
    [],
  );
  return { profile: run.profile(), capture: store.bytes('capture.pcapng') };
}

describe('scenario/profile: the captures of a swarm', () => {
  let folder = '';

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'dockwire-swarm-'));
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  it('are read by tshark to the last byte, gossip and tunnels, encrypted or not', function () {
    need(this, 'tshark');
    const { profile, capture } = ended(SWARM);
    mkdirSync(join(folder, 'profile'));
    for (const [name, text] of profile) writeFileSync(join(folder, 'profile', name), text);
    writeFileSync(join(folder, 'capture.pcapng'), capture);
    const names = [
      'frame.protocols',
      'udp.dstport',
      'gossip.decrypted_with',
      'gossip.rest',
      '_ws.malformed',
      '_ws.lua.error',
    ];
    const fields = [
      ...names,
      'gossip.node_name',
      'icmp.type',
      '_ws.col.Source',
      'gossip.networkdb.type',
      'ip.proto',
    ].concat(STREAM_FIELDS);
    const args = ['-r', join(folder, 'capture.pcapng'), '-T', 'fields', ...fields.flatMap((name) => ['-e', name])];
    const env = { ...process.env, WIRESHARK_CONFIG_DIR: join(folder, 'profile') };
    const output = execFileSync('tshark', args, { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'ignore'] });
    const rows = output
      .split('\n')
      .slice(0, -1)
      .map((line) => {
        const values = line.split('\t');
        return Object.fromEntries(fields.map((name, i) => [name, values[i]!]));
      });
    for (const row of rows) {
      for (const name of ['gossip.rest', '_ws.malformed', '_ws.lua.error'])
        assert.equal(row[name], '', JSON.stringify(row));
    }
    const datagrams = rows.filter((row) => row['udp.dstport'] === '7946' && row['ip.proto'] === '17');
    assert.ok(datagrams.length > 20);
    for (const row of datagrams) assert.notEqual(row['gossip.decrypted_with'], '', JSON.stringify(row));
    const streams = rows.filter((row) => row['frame.protocols']!.endsWith(':tcp:gossip'));
    // What is no message yet is a segment of one that comes later.
    const segments = new Set(rows.flatMap((row) => row['tcp.segment']!.split(',')));
    const whole = streams.filter((row) => row['gossip.type'] !== '');
    assert.ok(whole.length >= 4 && whole.every((row) => row['gossip.decrypted_with'] !== ''));
    for (const row of streams)
      if (!whole.includes(row)) assert.ok(segments.has(row['frame.number']!), JSON.stringify(row));
    const kinds = new Set(rows.flatMap((row) => row['gossip.networkdb.type']!.split(',')));
    for (const kind of ['1', '2', '3', '4', '5', '6']) assert.ok(kinds.has(kind), `NetworkDB's type ${kind}`);
    // Tunnels on another port than 4789, and within ESP.
    const esp = rows.filter((row) => /:esp(:|$)/.test(row['frame.protocols']!));
    const open = rows.filter((row) => row['frame.protocols']!.includes(':udp:vxlan:') && !esp.includes(row));
    assert.ok(open.some((row) => row['icmp.type'] === '8'));
    assert.ok(esp.length >= 12);
    for (const row of esp) assert.match(row['frame.protocols']!, /:esp:udp:vxlan:eth:/, JSON.stringify(row));
    assert.ok(esp.some((row) => row['_ws.col.Source'] === 'e2' && row['icmp.type'] === '8'));
  });

  it('show tunnels on a port that a swarm has chosen', function () {
    need(this, 'tshark');
    const { profile, capture } = ended(OTHER_PORT);
    assert.equal(profile.get('decode_as_entries'), 'decode_as_entry: udp.port,4790,VXLAN,VXLAN\n');
    const other = join(folder, 'other-port');
    mkdirSync(other);
    for (const [name, text] of profile) writeFileSync(join(other, name), text);
    writeFileSync(join(other, 'capture.pcapng'), capture);
    const env = { ...process.env, WIRESHARK_CONFIG_DIR: other };
    const args = [
      '-r',
      join(other, 'capture.pcapng'),
      '-Y',
      'udp.port == 4790',
      '-T',
      'fields',
      '-e',
      'frame.protocols',
    ];
    const output = execFileSync('tshark', args, { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'ignore'] });
    const lines = output.split('\n').slice(0, -1);
    assert.ok(lines.length >= 4);
    for (const line of lines) assert.match(line, /:udp:vxlan:eth:/);
  });

  it('need no profile where nothing gossips', () => {
    const { profile } = ended(`${TWO_NODES}  - { on: h1, run: ping -c 1 192.168.50.12 }\n`);
    assert.deepEqual([...profile], []);
  });
});
