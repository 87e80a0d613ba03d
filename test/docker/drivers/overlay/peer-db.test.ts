import assert from 'node:assert/strict';
import { ip4, mac } from '../../../../src/base/addr.ts';
import type { Peer } from '../../../../src/docker/drivers/overlay/peer-db.ts';
import { PeerDb } from '../../../../src/docker/drivers/overlay/peer-db.ts';

function peer(endpointId: string, last: number, vtep: string): Peer {
  const address = { address: ip4(`10.0.1.${last}`), prefixLen: 24 };
  return { endpointId, address, mac: mac(`02:42:0a:00:01:0${last}`), vtep: ip4(vtep), isLocal: false };
}

const OLD = peer('e1', 2, '192.168.50.12');
const MOVED = peer('e2', 2, '192.168.50.13');
const OTHER = peer('e3', 3, '192.168.50.12');

describe('the peers of a network', () => {
  it('are told once each, and forgotten', () => {
    const db = new PeerDb();
    assert.deepEqual(db.add(OLD), { isChanged: true, count: 1 });
    assert.deepEqual(db.add(OLD), { isChanged: false, count: 1 });
    db.add(OTHER);
    assert.deepEqual(db.all(), [OLD, OTHER]);
    assert.deepEqual(db.delete(OLD), { isChanged: true, count: 0 });
    assert.deepEqual(db.delete(OLD), { isChanged: false, count: 0 });
    assert.deepEqual(db.all(), [OTHER]);
    db.flush();
    assert.deepEqual(db.all(), []);
  });

  it('may be in two places while they move, of which the first one counts', () => {
    const db = new PeerDb();
    db.add(OLD);
    assert.deepEqual(db.add(MOVED), { isChanged: true, count: 2 });
    assert.deepEqual(db.all(), [OLD]);
    assert.deepEqual(db.delete(OLD), { isChanged: true, count: 1 });
    assert.equal(db.search(ip4('10.0.1.2')), MOVED);
    assert.equal(db.search(ip4('10.0.1.9')), undefined);
  });
});
