import { strict as assert } from 'node:assert';
import { readdirSync } from 'node:fs';
import { needTruth, readPcapFile } from '../../wire/machine.ts';
import type { Counts } from '../again.ts';
import { packetAgain, streamAgain } from '../again.ts';
import { gossipOf } from '../recorded.ts';
import { assertBytes } from '../vectors.ts';

describe('gossip/serf: recordings of real agents', () => {
  it('decode, every message, and encode back to the same bytes', function () {
    const folder = needTruth(this, 'serf');
    const counts: Counts = new Map();
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.pcap'));
    assert.ok(files.length >= 24);
    for (const file of files) {
      const { datagrams, streams } = gossipOf(readPcapFile(`${folder}/${file}`));
      for (const datagram of datagrams) assertBytes(packetAgain(datagram, counts), datagram, file);
      for (const stream of streams) assertBytes(streamAgain(stream, counts), stream, file);
    }
    const kinds = ['ping', 'indirectPing', 'ackResp', 'suspect', 'alive', 'dead', 'pushPull', 'compound', 'user'];
    const serf = ['leave', 'join', 'pushPull', 'userEvent', 'query', 'queryResponse'].map((name) => `serf ${name}`);
    for (const kind of [...kinds, 'compress', 'hasCrc', 'nackResp', 'coordinate', ...serf]) {
      assert.ok((counts.get(kind) ?? 0) > 0, `no ${kind}`);
    }
    assert.equal(counts.get('unknown'), undefined);
  });
});
