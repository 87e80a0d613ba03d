import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { BUSYBOX_PING_USAGE, PING_USAGE, PING_VERSION } from '../../../src/userland/ping/usage.ts';

describe('userland/ping/usage:', () => {
  it('has a line for each option of iputils, and the version that it imitates', () => {
    for (const letter of 'aABcCDdefhIiLlmMnOpqQsStUvVwW4bRT6FN') {
      assert.match(PING_USAGE, new RegExp(`\\n  -${letter} `), letter);
    }
    assert.match(PING_VERSION, /^ping from iputils 20221126\n/);
  });

  it('is what the real ones say', function () {
    const ping = spawnSync('ping', ['-V'], { encoding: 'utf8' });
    const busybox = spawnSync('busybox', ['ping', '--help'], { encoding: 'utf8' });
    const isDebian12 = ping.error === undefined && ping.stdout === PING_VERSION && busybox.error === undefined;
    if (!isDebian12 || !busybox.stderr.startsWith('BusyBox v1.35.0 (Debian')) {
      console.log('      skipped: ping and busybox are not those of Debian 12');
      this.skip();
    }
    assert.equal(spawnSync('ping', ['-h'], { encoding: 'utf8' }).stderr, `${PING_USAGE}\n`);
    assert.equal(busybox.stderr, `${BUSYBOX_PING_USAGE}\n`);
  });
});
