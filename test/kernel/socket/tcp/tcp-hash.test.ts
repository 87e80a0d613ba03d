import assert from 'node:assert/strict';
import { Rng } from '../../../../src/sim/rng.ts';
import type { TcpEntry } from '../../../../src/kernel/socket/tcp/tcp-entry.ts';
import { TcpHash } from '../../../../src/kernel/socket/tcp/tcp-hash.ts';
import { withPeer } from '../../kit.ts';

type Ends = Pick<TcpEntry, 'localAddress' | 'localPort' | 'remoteAddress' | 'remotePort'>;

function entry(ends: Ends, boundDevice: TcpEntry['boundDevice'] = null): TcpEntry {
  return { ...ends, state: 1, boundDevice, hashNext: null, hash: 0, isHashed: false };
}

const ENDS: Ends = { localAddress: 1, localPort: 2, remoteAddress: 3, remotePort: 4 };

describe('kernel: the table of connections', () => {
  it('finds what was added and not taken out, whatever is in it', () => {
    const rng = Rng.fromSeed(5);
    const table = new TcpHash(7);
    const model = new Map<string, TcpEntry>();
    for (let i = 0; i < 4000; i++) {
      const ends: Ends = {
        localAddress: rng.below(4),
        localPort: rng.below(8),
        remoteAddress: rng.below(16) - 8,
        remotePort: rng.below(16),
      };
      const key = JSON.stringify(ends);
      const { localAddress, localPort, remoteAddress, remotePort } = ends;
      const known = model.get(key) ?? null;
      assert.equal(table.find(localAddress, localPort, remoteAddress, remotePort, null), known);
      if (known === null) {
        const added = entry(ends);
        table.add(added);
        model.set(key, added);
      } else if (rng.chance(0.6)) {
        table.remove(known);
        table.remove(known);
        model.delete(key);
      }
      assert.equal(table.count, model.size);
    }
    assert.deepEqual(new Set(table.list()), new Set(model.values()));
  });

  it('asks for the interface that a socket is bound to', () => {
    const dev = withPeer().host.rootNs.deviceByName('eth0');
    const table = new TcpHash(1);
    const bound = entry(ENDS, dev);
    table.add(bound);
    assert.equal(table.find(1, 2, 3, 4, null), null);
    assert.equal(table.find(1, 2, 3, 4, dev), bound);
    assert.throws(() => {
      table.add(bound);
    }, /once/);
  });
});
