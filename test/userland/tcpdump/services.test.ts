import assert from 'node:assert/strict';
import { readFileSync, existsSync } from 'node:fs';
import { serviceName, vendorName } from '../../../src/userland/tcpdump/services.ts';

describe('userland/tcpdump: names of ports', () => {
  it('are those of a Debian host, numbers where there is none', function () {
    assert.deepEqual(
      [serviceName(53, 'udp'), serviceName(80, 'udp'), serviceName(12_345, 'tcp')],
      ['domain', '80', '12345'],
    );
    if (!existsSync('/etc/services')) return;
    const known = new Map<string, string>();
    for (const line of readFileSync('/etc/services', 'utf8').split('\n')) {
      const [, name, port] = /^(\S+)\s+(\d+\/(?:tcp|udp))/.exec(line) ?? [];
      if (name !== undefined && !known.has(port!)) known.set(port!, name);
    }
    for (let port = 1; port < 10_000; port++) {
      for (const protocol of ['tcp', 'udp'] as const) {
        const name = serviceName(port, protocol);
        if (name !== String(port)) assert.equal(name, known.get(`${port}/${protocol}`));
      }
    }
  });

  it('know one vendor', () => {
    assert.deepEqual([vendorName(0x0000_0012_3456), vendorName(0x0242_ac11_0002)], ['Ethernet', 'Unknown']);
  });
});
