import { strict as assert } from 'node:assert';
import { ip4 } from '../../../src/base/addr.ts';
import { RemoteNameTable } from '../../../src/docker/dns/remote-names.ts';

describe('RemoteNameTable', () => {
  it('keeps names by network and endpoint', () => {
    const table = new RemoteNameTable();
    const names = (name: string) => ({ name, addresses: [], address: ip4('10.0.1.4') });
    table.set('net1', 'e1', names('a'));
    table.set('net1', 'e2', names('b'));
    table.set('net1', 'e1', names('c'));
    table.set('net2', 'e1', names('d'));
    table.delete('net2', 'e1');
    table.delete('net3', 'e1');
    assert.deepEqual(
      [...table.of('net1')].map(({ name }) => name),
      ['c', 'b'],
    );
    assert.deepEqual([...table.of('net2')], []);
    table.clear();
    assert.deepEqual([...table.of('net1')], []);
  });
});
