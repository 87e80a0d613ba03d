import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FileStore, OPEN_FILES_MAX } from '../../src/cli/file-store.ts';

describe('the folder of a run', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'dockwire-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const openCount = (): number => readdirSync('/proc/self/fd').length;

  it('holds at most 128 files open and loses no byte of a thousand', () => {
    const store = new FileStore(folder);
    const before = existsSync('/proc/self/fd') ? openCount() : -1;
    const sinks = Array.from({ length: 1024 }, (_, i) => store.open(`f${i}.pcap`));
    for (let round = 0; round < 3; round++) {
      sinks.forEach((sink, i) => {
        sink.write(Uint8Array.of(i & 255, round));
      });
      if (before >= 0) assert.ok(openCount() - before <= OPEN_FILES_MAX);
    }
    store.close();
    if (before >= 0) assert.equal(openCount(), before);
    sinks.forEach((_, i) => {
      assert.deepEqual([...readFileSync(path.join(folder, `f${i}.pcap`))], [i & 255, 0, i & 255, 1, i & 255, 2]);
    });
  });

  it('removes what the last run listed, also of a run that was killed, and nothing outside', () => {
    const outside = path.join(folder, 'outside.txt');
    writeFileSync(outside, 'kept');
    const inside = path.join(folder, 'run');
    const killed = new FileStore(inside);
    killed.open('a.pcap');
    killed.writeText('verbs/node1.sh', '#!/bin/sh\n');
    writeFileSync(path.join(inside, 'mine.txt'), 'kept');
    const next = new FileStore(inside);
    assert.deepEqual(readdirSync(path.join(inside, 'verbs')), []);
    assert.deepEqual(
      readdirSync(inside).filter((name) => name !== 'verbs'),
      ['mine.txt'],
    );
    next.close();
    writeFileSync(path.join(inside, 'run.json'), JSON.stringify({ files: ['../outside.txt', '/etc/hostname', 3] }));
    new FileStore(inside).close();
    assert.ok(existsSync(outside));
  });

  it('takes a list that is no list for none', () => {
    mkdirSync(path.join(folder, 'run'));
    for (const text of ['', 'nonsense', '[]', '{"files": 3}', 'null']) {
      writeFileSync(path.join(folder, 'run', 'run.json'), text);
      new FileStore(path.join(folder, 'run')).close();
    }
    assert.deepEqual(readdirSync(path.join(folder, 'run')), ['run.json']);
  });
});
