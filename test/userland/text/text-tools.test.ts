import assert from 'node:assert/strict';
import { BUSYBOX_APPLETS } from '../../../src/userland/busybox/applets.ts';
import { ProgramRegistry } from '../../../src/kernel/proc/program-registry.ts';
import { isKnownTool } from '../../../src/userland/known-tools.ts';
import { BUSYBOX_TEXT_TOOLS, GNU_TEXT_TOOLS } from '../../../src/userland/text/text-tools.ts';

describe('userland/text/text-tools:', () => {
  it('each is there once, and no longer among those to come', () => {
    for (const tools of [GNU_TEXT_TOOLS, BUSYBOX_TEXT_TOOLS]) {
      const names = tools.map(({ name }) => name);
      assert.equal(new Set(names).size, names.length);
      for (const name of names) assert.ok(!isKnownTool(name, new ProgramRegistry()), name);
    }
  });

  it('busybox has only what the real one has', () => {
    for (const { name } of BUSYBOX_TEXT_TOOLS) assert.ok(BUSYBOX_APPLETS.includes(name), name);
  });
});
