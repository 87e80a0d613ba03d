import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { main } from '../src/cli/main.ts';
import { readCapture } from '../src/pcap-writer/index.ts';
import { testEnvironment } from './cli/test-environment.ts';
import { need } from './machine.ts';
import { scenarioFiles } from './scenario-files.ts';

interface Document {
  ok: boolean;
  exit: number;
  captures: { file: string; interface: string; frames: number }[];
  steps: { ok: boolean; problem?: string }[];
}

/** Protocols whose sums tshark is told to look at. */
const CHECKED = ['ip', 'udp', 'tcp'];

function tshark(file: string, ...args: string[]): string {
  return execFileSync(
    'tshark',
    ['-n', '-r', file, ...CHECKED.flatMap((name) => ['-o', `${name}.check_checksum:TRUE`]), ...args],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
}

/** Their stories are of one address with two MACs, or of two engines with the same one: Wireshark is right to warn. */
const TWO_OWNERS = /duplicate-address|proxy-arp|published-tcp/;

/** What losses look like; a single byte that is sent again is taken for a keep-alive. */
const LOSSES = [
  ...['retransmission', 'fast_retransmission', 'spurious_retransmission', 'out_of_order', 'duplicate_ack'],
  ...['lost_segment', 'ack_lost_segment', 'rto', 'keep_alive', 'keep_alive_ack'],
].map((flag) => `tcp.analysis.${flag}`);
/** What the tcp.analysis of a scenario may find, because its story is about that; everything else is a flaw. */
const ANALYSIS: readonly (readonly [scenario: RegExp, flags: readonly string[]])[] = [
  [/lossy-download|shared-bottleneck|tcp-and-path-mtu|overlay-mtu|stale-peer/, LOSSES],
  [/host-killed|gossip-blocked|vxlan-blocked|swarm-partition|three-managers/, LOSSES],
  [/server-goes-away/, ['tcp.analysis.retransmission']],
];
/** A real kernel's captures of undisturbed transfers show these, too. */
const USUAL_FLAGS = ['tcp.analysis.window_update', 'tcp.analysis.window_full'];
/** Of each scenario so many captures with TCP are looked at: tshark takes a second to start. */
const ANALYSED_CAPTURES = 3;

function hasTcp(file: string): boolean {
  return readCapture(readFileSync(file)).packets.some(({ data }) => {
    return data.length > 34 && data[12] === 8 && data[13] === 0 && data[23] === 6;
  });
}

describe('shipped scenarios', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'dockwire-'));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  for (const file of scenarioFiles()) {
    const out = (): string => path.join(folder, path.basename(file, '.yaml'));

    it(`${file} runs and meets its expectations`, async () => {
      const env = testEnvironment(['run', file, '--json', '--out', out()]);
      assert.equal(await main(env), 0, env.stdout);
      const document = JSON.parse(env.stdout) as Document;
      assert.equal(document.ok, true);
      assert.ok(document.steps.every((step) => step.ok));
      const names = document.captures.map((capture) => capture.file);
      assert.ok(names.length > 0);
      for (const capture of document.captures) {
        const read = readCapture(readFileSync(path.join(out(), capture.file)));
        assert.equal(read.packets.length, capture.frames, capture.file);
      }
      const total = document.captures.reduce((sum, capture) => sum + capture.frames, 0);
      assert.equal(readCapture(readFileSync(path.join(out(), 'capture.pcapng'))).packets.length, total);
    });

    it(`${file}: capinfos and mergecap read the captures, tshark finds nothing malformed, no bad sum`, function () {
      need(this, 'tshark');
      const single = readdirSync(out()).filter((name) => name.endsWith('.pcap'));
      const paths = [...single, 'capture.pcapng'].map((name) => path.join(out(), name));
      const infos = execFileSync('capinfos', ['-M', ...paths], { encoding: 'utf8' })
        .split('File name:')
        .slice(1);
      assert.equal(infos.filter((info) => info.includes('nanoseconds')).length, paths.length);
      // Once for all of them: tshark takes a second to start.
      const merged = path.join(out(), 'merged.pcapng');
      execFileSync('mergecap', ['-w', merged, ...paths]);
      const bad =
        '_ws.malformed or ip.checksum.status == 0 or udp.checksum.status == 0 or icmp.checksum.status == 0' +
        // What an error quotes of a segment is shorter than what its sum is of.
        ' or (tcp.checksum.status == 0 and not icmp)';
      const allowed = TWO_OWNERS.test(file) ? ' and not arp.duplicate-address-detected' : '';
      // Connections and questions are seen at several places at once here, as if they were sent again.
      const aside = ' and not tcp.analysis.flags and not tcp.flags.reset == 1 and not dns';
      const quoted = ' and not (icmp and tcp) and not tcp.options.sack.dsack';
      const expert = `(_ws.expert.severity >= 6291456${allowed}${aside}${quoted})`;
      // Nor can the pieces of a message be put together there, or sequence numbers of ESP counted.
      const apart = ['-o', 'tcp.desegment_tcp_streams:FALSE', '-o', 'esp.do_esp_sequence_analysis:FALSE'];
      assert.equal(tshark(merged, ...apart, '-Y', `${bad} or ${expert}`), '');
      rmSync(merged);
    });

    it(`${file}: tshark finds nothing strange in its TCP connections`, function () {
      need(this, 'tshark');
      const isAllowed = [...USUAL_FLAGS, ...ANALYSIS.flatMap(([name, flags]) => (name.test(file) ? flags : []))];
      const captures = readdirSync(out())
        .filter((name) => name.endsWith('.pcap'))
        .map((name) => path.join(out(), name))
        .filter(hasTcp);
      const filter = `tcp.analysis.flags${isAllowed.map((flag) => ` && !${flag}`).join('')}`;
      for (const capture of captures.slice(0, ANALYSED_CAPTURES)) {
        assert.equal(tshark(capture, '-Y', filter), '', capture);
      }
    });
  }
});
