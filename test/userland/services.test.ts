import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { portOfService, serviceOfPort } from '../../src/userland/services.ts';
import { need, needTool, skip } from '../machine.ts';

describe('userland/services:', () => {
  it('names ports of either protocol', () => {
    assert.equal(serviceOfPort(80, 'tcp'), 'http');
    assert.equal(serviceOfPort(53, 'udp'), 'domain');
    assert.equal(serviceOfPort(22, 'udp'), undefined);
    assert.equal(portOfService('www', 'tcp'), 80);
    assert.equal(portOfService('tftp', 'udp'), 69);
    assert.equal(portOfService('tftp', 'tcp'), undefined);
    assert.equal(portOfService('', 'tcp'), undefined);
  });

  it('says what /etc/services of Debian 12 says', function () {
    need(this, 'netns');
    needTool(this, ['cat', '/etc/debian_version'], '12.');
    // The package netbase has it, which slim machines are without.
    if (!existsSync('/etc/services')) skip(this, 'netns', 'there is no /etc/services, which is of the package netbase');
    // The first line of a name or of a port is the one that counts.
    const seen = new Set<string>();
    const isFirst = (key: string): boolean => seen.size < seen.add(key).size;
    for (const line of readFileSync('/etc/services', 'utf8').split('\n')) {
      const [name, where = '', ...aliases] = line.replace(/#.*/, '').trim().split(/\s+/);
      const [port, protocol] = where.split('/');
      if (protocol !== 'tcp' && protocol !== 'udp') continue;
      for (const each of [name!, ...aliases]) {
        if (isFirst(`${each}/${protocol}`)) assert.equal(portOfService(each, protocol), Number(port), line);
      }
      if (isFirst(where)) assert.equal(serviceOfPort(Number(port), protocol), name, line);
    }
  });
});
