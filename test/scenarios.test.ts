import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
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

function tshark(file: string, ...args: string[]): string {
  return execFileSync(
    'tshark',
    ['-n', '-r', file, '-o', 'ip.check_checksum:TRUE', '-o', 'udp.check_checksum:TRUE', ...args],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
}

/** Their stories are of one address with two MACs: Wireshark is right to warn. */
const TWO_OWNERS = /duplicate-address|proxy-arp/;

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

    it(`${file}: tshark finds nothing malformed and no bad checksum in any capture`, function () {
      need(this, 'tshark');
      const captures = readdirSync(out()).filter((name) => /\.pcap(ng)?$/.test(name));
      assert.ok(captures.length > 1);
      for (const name of captures) {
        const bad = '_ws.malformed or ip.checksum.status == 0 or udp.checksum.status == 0 or icmp.checksum.status == 0';
        const allowed = TWO_OWNERS.test(file) ? ' and not arp.duplicate-address-detected' : '';
        const expert = `(_ws.expert.severity >= 6291456${allowed})`;
        assert.equal(tshark(path.join(out(), name), '-Y', `${bad} or ${expert}`), '', name);
      }
    });

    it(`${file}: capinfos and mergecap read the captures`, function () {
      need(this, 'tshark');
      const single = readdirSync(out()).filter((name) => name.endsWith('.pcap'));
      for (const name of [...single, 'capture.pcapng']) {
        assert.match(execFileSync('capinfos', ['-M', path.join(out(), name)], { encoding: 'utf8' }), /nanoseconds/);
      }
      const merged = path.join(out(), 'merged.pcapng');
      execFileSync('mergecap', ['-w', merged, ...single.map((name) => path.join(out(), name))]);
      assert.ok(existsSync(merged));
      rmSync(merged);
    });
  }
});
