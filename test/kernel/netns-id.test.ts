import assert from 'node:assert/strict';
import {
  listedNamespaces,
  nameFromNsid,
  NSID_NOT_ASSIGNED,
  peernetToId,
  peernetToIdAlloc,
  setNetnsId,
} from '../../src/kernel/netns-id.ts';
import { netnsOf, type, World } from './kit.ts';

describe('kernel/netns-id:', () => {
  it('numbers namespaces from the lowest free number on', () => {
    const host = new World().host('h');
    for (const name of ['a', 'b', 'c']) type(host, `ip netns add ${name}`);
    const [a, b, c] = ['a', 'b', 'c'].map((name) => netnsOf(host, name)) as [never, never, never];
    const root = host.rootNs;
    assert.equal(peernetToId(root, a), NSID_NOT_ASSIGNED);
    assert.equal(setNetnsId(root, b, 0), '');
    assert.equal(peernetToIdAlloc(root, a), 1);
    assert.equal(peernetToIdAlloc(root, a), 1);
    assert.equal(setNetnsId(root, a, 7), 'EEXIST');
    assert.equal(setNetnsId(root, c, 1), 'ENOSPC');
    assert.equal(nameFromNsid(root, 1), 'a');
    assert.equal(nameFromNsid(root, 9), '');
    type(host, 'ip netns del b');
    assert.equal(setNetnsId(root, c, null), '');
    assert.equal(peernetToId(root, c), 0);
    assert.deepEqual(
      listedNamespaces(root).map((ns) => ns.name),
      ['c', 'a'],
    );
  });

  it('does not list what has a label of its own', () => {
    const host = new World().host('h');
    type(host, 'ip netns add a');
    host.admin.labelNamespace('a', 'web');
    assert.deepEqual(listedNamespaces(host.rootNs), []);
    peernetToIdAlloc(host.rootNs, netnsOf(host, 'a'));
    assert.equal(nameFromNsid(host.rootNs, 0), '');
  });
});
