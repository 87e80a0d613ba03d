import assert from 'node:assert/strict';
import { need } from '../machine.ts';
import { address, devOf, netnsOf, SECOND, type, World } from '../kernel/kit.ts';
import type { Host } from '../../src/kernel/host.ts';
import type { Netns } from '../../src/kernel/netns.ts';
import { Files } from '../../src/kernel/proc/files.ts';
import type { ProgramRegistry } from '../../src/kernel/proc/program-registry.ts';
import { busyboxPrograms, hostPrograms } from '../../src/userland/registry.ts';

void [need, address, devOf, netnsOf, SECOND, type, World];
void ({} as { h: Host; n: Netns; f: Files; p: ProgramRegistry });
describe('userland/registry:', () => {
  it('has the programs of a Debian host and of busybox', () => {
    const names = ['cat', 'echo', 'false', 'hostname', 'ping', 'sh', 'sleep', 'tail', 'true'];
    assert.deepEqual(hostPrograms().names(), names);
    assert.deepEqual(busyboxPrograms().names(), names);
  });
});
