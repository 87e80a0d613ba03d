import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ip4 } from '../../../src/base/addr.ts';
import { Keyring } from '../../../src/gossip/keyring.ts';
import { profileFiles } from '../../../src/scenario/profile/profile.ts';
import { SECOND } from '../../../src/sim/units.ts';
import type { FrameVector } from '../../gossip/frame-tree.ts';
import { gossipPcap } from '../../gossip/gossip-pcap.ts';
import { DbCluster } from '../../gossip/networkdb/db-cluster.ts';
import { needVectors, unhex } from '../../gossip/vectors.ts';
import { need } from '../../machine.ts';
import { needTruth } from '../../wire/machine.ts';

type Row = Readonly<Record<string, string>>;

/** What the dissector has to say something about: payloads on the port, of streams where they are complete. */
const GOSSIP = '(udp.port == 7946 && !icmp) || (tcp.port == 7946 && gossip)';

const KEYS = ['000102030405060708090a0b0c0d0e0f', 'f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff'].map(unhex);

describe('scenario/profile/profile', () => {
  let folder = '';

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'dockwire-profile-'));
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  function writeProfile(content: Partial<Parameters<typeof profileFiles>[0]>): void {
    const files = profileFiles({ names: [], gossipKeys: [], espSas: [], vxlanPorts: [], ...content });
    for (const [name, text] of files) writeFileSync(join(folder, name), text);
  }

  /** What tshark prints with the profile as its configuration. */
  function tshark(...args: readonly string[]): string {
    const env = { ...process.env, WIRESHARK_CONFIG_DIR: folder };
    return execFileSync('tshark', args, {
      encoding: 'utf8',
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 1 << 28,
    });
  }

  /** What each packet on the port holds of these fields, in the given capture. */
  function fieldsOf(file: string, ...fields: readonly string[]): Row[] {
    const asked = fields.flatMap((name) => ['-e', name]);
    const text = tshark('-r', file, '-Y', GOSSIP, '-T', 'fields', '-E', 'occurrence=a', ...asked);
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => {
        const values = line.split('\t');
        return Object.fromEntries(fields.map((name, i) => [name, values[i]!]));
      });
  }

  /** Everything on the port is understood to the last byte. The rows are returned for more questions. */
  function assertUnderstood(file: string, ...fields: readonly string[]): Row[] {
    const bad = ['gossip.rest', '_ws.malformed', '_ws.lua.error'];
    const rows = fieldsOf(file, 'gossip.type', 'gossip.decrypted_with', 'gossip.crc_ok', ...bad, ...fields);
    for (const row of rows) {
      assert.notEqual(row['gossip.type'], '', JSON.stringify(row));
      for (const name of bad) assert.equal(row[name], '', JSON.stringify(row));
      assert.doesNotMatch(row['gossip.crc_ok']!, /0|False/);
    }
    return rows;
  }

  it('has names of those that have an address alone, and ports of other tunnels', () => {
    const address = ip4('172.17.0.2');
    const names = [
      { address: ip4('192.168.50.11'), name: 'h1' },
      { address: ip4('192.168.50.11'), name: 'h1' },
      { address, name: 'c1' },
      { address, name: 'c2' },
    ];
    const files = profileFiles({ names, gossipKeys: [KEYS[0]!, KEYS[0]!], espSas: ['"a"'], vxlanPorts: [4789, 4790] });
    assert.equal(files.get('hosts'), '192.168.50.11\th1\n');
    assert.equal(files.get('esp_sa'), '"a"\n');
    assert.equal(files.get('decode_as_entries'), 'decode_as_entry: udp.port,4790,VXLAN,VXLAN\n');
    assert.equal(files.get('gossip.lua')!.split('"000102030405060708090a0b0c0d0e0f"').length, 2);
    const plain = profileFiles({ names, gossipKeys: [], espSas: [], vxlanPorts: [4789] });
    assert.deepEqual([...plain.keys()], ['preferences', 'hosts', 'esp_sa', 'gossip.lua', 'init.lua']);
  });

  it('decrypts and reads every frame of the real library', function () {
    need(this, 'tshark');
    const vectors = needVectors(this, 'frames.json') as readonly FrameVector[];
    const bytesOf = (via: string): Uint8Array[] =>
      vectors.filter((one) => one.via === via).map(({ hex }) => unhex(hex));
    const file = join(folder, 'frames.pcap');
    writeFileSync(file, gossipPcap(bytesOf('udp'), bytesOf('tcp')));
    writeProfile({ gossipKeys: [...new Set(vectors.flatMap(({ keys }) => keys ?? []))].map(unhex) });
    const rows = assertUnderstood(file);
    assert.equal(rows.length, vectors.length);
    const encrypted = vectors.filter(({ keys }) => keys !== undefined).length;
    assert.equal(rows.filter((row) => row['gossip.decrypted_with'] !== '').length, encrypted);
    // Without the keys nothing is pretended.
    writeProfile({});
    const closed = fieldsOf(file, 'gossip.decrypted_with', 'gossip.rest');
    assert.equal(
      closed.filter((row) => row['gossip.decrypted_with'] === '' && row['gossip.rest'] !== '').length,
      encrypted,
    );
  });

  it('reads the recorded gossip of real serf agents, names included', function () {
    need(this, 'tshark');
    const recordings = needTruth(this, 'serf/default');
    writeProfile({ names: [{ address: ip4('10.77.0.11'), name: 'first' }] });
    const files = readdirSync(recordings)
      .filter((name) => name.endsWith('s1.pcap'))
      .map((name) => join(recordings, name));
    assert.ok(files.length > 7);
    const file = join(folder, 'serf.pcap');
    execFileSync('mergecap', ['-F', 'pcap', '-w', file, ...files]);
    const rows = assertUnderstood(file, 'gossip.serf.type', 'gossip.Name', '_ws.col.Source', '_ws.col.Info');
    assert.ok(rows.length > 200);
    assert.ok(rows.some((row) => row['gossip.serf.type'] === '3' && row['gossip.Name'] === 'deploy'));
    const joins = rows.filter((row) => row['_ws.col.Info'] === 'pushPull of 1 node, serf pushPull');
    assert.ok(joins.some((row) => row['_ws.col.Source'] === 'first'));
  });

  it('reads what emulated nodes say of networks and endpoints', function () {
    need(this, 'tshark');
    const { datagrams, streams } = networkGossip();
    const file = join(folder, 'networkdb.pcap');
    writeFileSync(file, gossipPcap(datagrams, streams));
    writeProfile({ gossipKeys: KEYS });
    const asked = ['networkdb.type', 'tunnel_endpoint_ip', 'alias', 'published_port'].map((name) => `gossip.${name}`);
    const rows = assertUnderstood(file, ...asked, '_ws.col.Info');
    assert.equal(rows.length, datagrams.length + streams.length);
    assert.ok(rows.every((row) => row['gossip.decrypted_with'] !== ''));
    const seen = (name: string): Set<string> => new Set(rows.flatMap((row) => row[name]!.split(',')));
    for (const kind of ['1', '2', '3', '4', '5', '6'])
      assert.ok(seen('gossip.networkdb.type').has(kind), `type ${kind}`);
    assert.ok(seen('gossip.tunnel_endpoint_ip').has('192.168.50.11'));
    assert.ok(seen('gossip.alias').has('web') && seen('gossip.published_port').has('8080'));
    const infos = rows.map((row) => row['_ws.col.Info']!);
    assert.ok(infos.some((info) => info.includes('TABLE_EVENT CREATE overlay_peer_table n0-1')));
  });
});

/** A protobuf field of text or bytes, or a number. */
function field(number: number, value: string | Uint8Array | number): number[] {
  if (typeof value === 'number') return [number << 3, (value & 0x7f) | 0x80, value >> 7];
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return [(number << 3) | 2, bytes.length, ...bytes];
}

/** Three nodes in one network with an endpoint, and one that leaves. */
function networkGossip(): { datagrams: Uint8Array[]; streams: Uint8Array[] } {
  const nodes = new DbCluster({ size: 3, seed: 5, keyring: new Keyring(KEYS[0]!, [KEYS[1]!]) });
  const datagrams: Uint8Array[] = [];
  const streams: Uint8Array[] = [];
  nodes.cluster.network.onPacket = (_from, _to, payload) => datagrams.push(payload.slice());
  nodes.cluster.network.onStream = (bytes) => streams.push(bytes.slice());
  const all = nodes.startAll(SECOND);
  for (const db of all.slice(0, 2)) db.joinNetwork('network-one', () => undefined);
  nodes.cluster.run(2 * SECOND);
  const peer = [...field(1, '10.0.1.5/24'), ...field(2, '02:42:0a:00:01:05'), ...field(3, '192.168.50.11')];
  all[0]!.createEntry('overlay_peer_table', 'network-one', 'endpoint-1', Uint8Array.from(peer));
  const port = Uint8Array.from([...field(1, 'http'), ...field(3, 80), ...field(4, 8080)]);
  const endpoint = [...field(1, 'c1'), ...field(5, '10.0.1.5'), ...field(6, port), ...field(7, 'web'), ...field(9, 1)];
  all[0]!.createEntry('endpoint_table', 'network-one', 'endpoint-1', Uint8Array.from(endpoint));
  nodes.cluster.run(2 * SECOND);
  all[2]!.joinNetwork('network-one', () => undefined);
  nodes.cluster.run(2 * SECOND);
  all[0]!.deleteEntry('endpoint_table', 'network-one', 'endpoint-1');
  nodes.cluster.run(2 * SECOND);
  nodes.leave(1);
  nodes.cluster.run(30 * SECOND);
  return { datagrams, streams };
}
