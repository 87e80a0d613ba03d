import assert from 'node:assert/strict';
import { BUSYBOX_APPLETS } from '../../../src/userland/busybox/applets.ts';

describe('the programs of the real busybox image', () => {
  it('are listed once each, in the order of the alphabet', () => {
    const sorted = [...new Set(BUSYBOX_APPLETS)].sort((left, right) => (left < right ? -1 : 1));
    assert.deepEqual(BUSYBOX_APPLETS, sorted);
  });

  it('have those of the tutorials among them', () => {
    for (const name of ['sh', 'ping', 'ifconfig', 'tail', 'ip']) assert.ok(BUSYBOX_APPLETS.includes(name), name);
  });
});
