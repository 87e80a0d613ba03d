import assert from 'node:assert/strict';
import { namespaceOf } from '../../../src/docker/daemon/container-network.ts';
import { Lab } from '../lab.ts';

describe('the namespace of a container', () => {
  it("is its own, or the host's", () => {
    const lab = new Lab();
    lab.ok('run -itd --name c1 busybox');
    lab.ok('run -itd --name hh --network host busybox');
    const own = namespaceOf(lab.engine, lab.engine.getContainer('c1'));
    assert.notEqual(own, lab.host.rootNs);
    assert.equal(namespaceOf(lab.engine, lab.engine.getContainer('hh')), lab.host.rootNs);
  });
});
