import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DaemonError } from '../../../../src/docker/errors.ts';
import { NetworkAllocator } from '../../../../src/docker/swarm/allocator/network-allocator.ts';
import type { NetworkObject, NetworkSpecObject } from '../../../../src/docker/swarm/objects.ts';
import { NEW_OBJECT } from '../../../../src/docker/swarm/store.ts';
import { networkSpec } from '../lab.ts';

const EFFORT = Number(process.env['DOCKWIRE_EFFORT'] ?? 1);

function network(id: string, more: Partial<NetworkSpecObject> = {}): NetworkObject {
  return { ...NEW_OBJECT, id, spec: networkSpec(id, more), subnets: null };
}

function subnet(text: string, range = '', gateway = ''): NetworkSpecObject['ipamConfigs'][number] {
  return { subnet: text, range, gateway, auxAddresses: {} };
}

describe('docker/swarm/allocator/network-allocator', () => {
  it('gives the first network 10.0.0.0/24 with 4096, and numbers only once', () => {
    const allocator = new NetworkAllocator(['10.0.0.0/8'], 24);
    assert.deepEqual(allocator.allocate(network('ingress')), [
      { subnet: '10.0.0.0/24', range: '', gateway: '10.0.0.1', vni: 4096 },
    ]);
    assert.equal(allocator.allocate(network('a'))[0]!.subnet, '10.0.1.0/24');
    allocator.deallocate('a');
    assert.deepEqual(allocator.allocate(network('b')), [
      { subnet: '10.0.2.0/24', range: '', gateway: '10.0.2.1', vni: 4098 },
    ]);
  });

  it('gives addresses in turn, and none again at once', () => {
    const allocator = new NetworkAllocator(['10.0.0.0/8'], 24);
    allocator.allocate(network('ov1'));
    const take = (): string => allocator.allocateAddress('ov1');
    assert.deepEqual([take(), take(), take()], ['10.0.0.2/24', '10.0.0.3/24', '10.0.0.4/24']);
    allocator.releaseAddress('ov1', '10.0.0.4/24');
    assert.equal(take(), '10.0.0.5/24');
    assert.equal(allocator.allocateAddress('ov1', '10.0.0.4'), '10.0.0.4/24');
    assert.throws(() => allocator.allocateAddress('ov1', '10.0.0.4'), /Address already in use/);
    assert.throws(() => allocator.allocateAddress('ov1', '10.1.0.4'), /could not find an available IP/);
  });

  it('does as a real engine with ranges, gateways and several subnets', () => {
    const allocator = new NetworkAllocator(['10.0.0.0/8'], 24);
    const ranged = allocator.allocate(network('r1', { ipamConfigs: [subnet('10.50.0.0/16', '10.50.5.0/24')] }));
    assert.equal(ranged[0]!.gateway, '10.50.5.0');
    assert.equal(allocator.allocateAddress('r1'), '10.50.5.1/16');
    const two = [subnet('10.60.0.0/24', '', '10.60.0.77'), subnet('10.61.0.0/24')];
    const several = allocator.allocate(network('r2', { ipamConfigs: two }));
    assert.deepEqual(
      several.map(({ gateway, vni }) => `${gateway} ${vni}`),
      ['10.60.0.77 4097', '10.61.0.1 4098'],
    );
    assert.equal(allocator.allocateAddress('r2'), '10.60.0.1/24');
    assert.throws(() => allocator.allocate(network('r3', { ipamConfigs: [subnet('10.60.0.0/24')] })), /Pool overlaps/);
    assert.equal(allocator.isAllocated('r3'), false);
    assert.equal(allocator.allocate(network('r4'))[0]!.vni, 4099);
  });

  it('takes the second subnet when the first is full', () => {
    const allocator = new NetworkAllocator(['10.0.0.0/8'], 24);
    allocator.allocate(network('n', { ipamConfigs: [subnet('10.60.0.0/29'), subnet('10.61.0.0/29')] }));
    const given = Array.from({ length: 10 }, () => allocator.allocateAddress('n'));
    assert.equal(given[4], '10.60.0.6/29');
    assert.equal(given[5], '10.61.0.2/29');
    assert.throws(() => allocator.allocateAddress('n'), /could not find an available IP/);
  });

  it('never gives an address twice, whatever is taken and given back', () => {
    const step = fc.record({ isTaking: fc.boolean(), which: fc.nat() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const allocator = new NetworkAllocator(['10.0.0.0/24'], 27);
        allocator.allocate(network('n'));
        const held = new Set<string>();
        let last = '';
        for (const { isTaking, which } of steps) {
          const given = isTaking ? takenOrFull(allocator) : undefined;
          if (given !== undefined) {
            assert.ok(!held.has(given));
            assert.ok(given !== last || held.size === 28);
            held.add(given);
          } else if (isTaking) assert.equal(held.size, 29);
          else if (held.size > 0) {
            last = [...held][which % held.size]!;
            held.delete(last);
            allocator.releaseAddress('n', last);
          }
        }
      }),
      { numRuns: 100 * EFFORT },
    );
  });
});

function takenOrFull(allocator: NetworkAllocator): string | undefined {
  try {
    return allocator.allocateAddress('n');
  } catch (error) {
    if (error instanceof DaemonError) return undefined;
    throw error;
  }
}
