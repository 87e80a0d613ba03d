import assert from 'node:assert/strict';
import { BUSYBOX_NET_PROGRAMS, HOST_NET_PROGRAMS } from '../../src/userland/net-programs.ts';
import { busyboxPrograms, hostPrograms } from '../../src/userland/registry.ts';

describe('userland/net-programs:', () => {
  it('are what hosts and images of busybox run', () => {
    for (const entry of HOST_NET_PROGRAMS) assert.equal(hostPrograms().get(entry.name), entry);
    for (const entry of BUSYBOX_NET_PROGRAMS) assert.equal(busyboxPrograms().get(entry.name), entry);
    assert.equal(new Set(HOST_NET_PROGRAMS.map(({ name }) => name)).size, HOST_NET_PROGRAMS.length);
  });
});
