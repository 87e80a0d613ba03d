import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import type { Entry } from '../../../src/gossip/networkdb/tables.ts';
import { Tables } from '../../../src/gossip/networkdb/tables.ts';
import { byText } from './db-cluster.ts';

function entry(node: string, deleting = false): Entry {
  return { node, lTime: 1, value: new Uint8Array(), deleting, reapTimeNs: 0 };
}

const place = fc.tuple(fc.constantFrom('n1', 'n2'), fc.constantFrom('t1', 't2'), fc.constantFrom('a', 'b', 'c', 'd'));
const change = fc.record({ place, node: fc.constantFrom('x', 'y'), deleting: fc.boolean(), isDelete: fc.boolean() });

describe('Tables', () => {
  it('holds what a plain list of entries holds', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
        const tables = new Tables();
        const model = new Map<string, Entry>();
        for (const { place: where, node, deleting, isDelete } of changes) {
          if (isDelete) {
            tables.delete(...where);
            model.delete(where.join('/'));
          } else {
            const made = entry(node, deleting);
            tables.set(...where, made);
            model.set(where.join('/'), made);
          }
        }
        const paths = [...model.keys()].sort(byText);
        const found = ['n1', 'n2'].flatMap((networkId) => tables.network(networkId));
        assert.deepEqual(
          found.map(({ networkId, table, key }) => `${networkId}/${table}/${key}`),
          paths,
        );
        assert.ok(found.every((each) => model.get(`${each.networkId}/${each.table}/${each.key}`) === each.entry));
        assert.equal(tables.size('n1') + tables.size('n2'), model.size);
        assert.equal(tables.tombstones, [...model.values()].filter(({ deleting }) => deleting).length);
        for (const node of ['x', 'y']) {
          assert.equal(tables.ofNode(node).length, [...model.values()].filter((each) => each.node === node).length);
        }
        const keys = tables.table('n1', 't1').map(([key]) => `n1/t1/${key}`);
        assert.deepEqual(
          keys.sort(byText),
          paths.filter((path) => path.startsWith('n1/t1/')),
        );
      }),
    );
  });
});
