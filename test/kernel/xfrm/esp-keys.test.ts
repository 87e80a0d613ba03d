import { deepEqual, equal } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { espSaLines } from '../../../src/kernel/xfrm/esp-keys.ts';
import { need, SHARED } from '../../machine.ts';
import { World } from '../kit.ts';
import { cabled, KEY, LEFT, RIGHT, run, state } from './esp-lab.ts';

describe('kernel/xfrm/esp-keys', () => {
  it('writes the lines with which the recorded captures were read', function () {
    need(this, 'shared');
    const folder = join(SHARED, 'truth', 'stock-kernel', '3-encrypted');
    const recorded = readFileSync(join(folder, 'esp_sa'), 'utf8').trim().split('\n');
    const host = new World().host('h');
    for (const line of recorded) {
      const [, src = '', dst = '', spi = '', , key = ''] = JSON.parse(`[${line}]`) as string[];
      run(host, `ip xfrm state add src ${src} dst ${dst} proto esp spi ${spi} aead rfc4106(gcm(aes)) ${key} 64`);
    }
    deepEqual(espSaLines([host]), recorded);
  });

  it('knows associations that are gone, of all machines, and each once', () => {
    const { left, right } = cabled();
    for (const host of [left, right]) run(host, state(LEFT, RIGHT, 5, '', KEY, 128));
    run(left, 'ip xfrm state flush');
    const cipher = 'AES-GCM with 16 octet ICV [RFC4106]';
    deepEqual(espSaLines([left, right]), [`"IPv4","${LEFT}","${RIGHT}","0x00000005","${cipher}","${KEY}","NULL",""`]);
    equal(espSaLines([new World().host('h')]).length, 0);
  });
});
