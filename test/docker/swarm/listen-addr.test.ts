import assert from 'node:assert/strict';
import { formatIp4, ip4, parseCidr } from '../../../src/base/addr.ts';
import type { HostLinks } from '../../../src/docker/drivers/host-links.ts';
import {
  ListenAddresses,
  dataPathPort,
  formatHostPort,
  parseHostPort,
  validateAddressPool,
} from '../../../src/docker/swarm/listen-addr.ts';

/** A host with these interfaces. */
function hostWith(interfaces: Readonly<Record<string, readonly string[]>>): ListenAddresses {
  const all = Object.keys(interfaces).map((name, index) => ({ index, name, kind: '', isUp: name !== 'down0' }));
  const links: HostLinks = {
    all: () => all,
    byName: (name) => all.find((link) => link.name === name),
    byIndex: (index) => all[index],
    addresses: (name) => (interfaces[name] ?? []).map((text) => parseCidr(text)!),
  };
  return new ListenAddresses(links, () => [parseCidr('172.17.0.0/16')!]);
}

const PLAIN = { lo: ['127.0.0.1/8'], docker0: ['172.17.0.1/16'], eth0: ['192.168.50.11/24'], down0: ['10.1.1.1/24'] };

describe('docker/swarm/listen-addr', () => {
  it('reads addresses and interfaces, with ports and without', () => {
    const host = hostWith(PLAIN);
    assert.equal(formatHostPort(host.listen('0.0.0.0:2377')), '0.0.0.0:2377');
    assert.equal(formatHostPort(host.listen('eth0')), '192.168.50.11:2377');
    assert.equal(formatHostPort(host.advertise('eth0:99', 2377)), '192.168.50.11:99');
    assert.equal(formatHostPort(host.advertise('1.2.3.4', 2377)), '1.2.3.4:2377');
    assert.equal(formatIp4(host.dataPath('eth0')!), '192.168.50.11');
    assert.equal(host.dataPath(''), null);
    assert.deepEqual(parseHostPort('1.2.3.4:5'), { host: ip4('1.2.3.4'), port: 5 });
    assert.equal(parseHostPort('h1:5'), undefined);
  });

  it('refuses what a real engine refuses', () => {
    const host = hostWith(PLAIN);
    const tail = 'must be a non-zero IP address or network interface';
    for (const text of ['eth9', '0.0.0.0', 'foo:1:2']) {
      assert.throws(() => host.advertise(text, 2377), {
        message: `advertise address ${tail} (with optional port number)`,
      });
    }
    assert.throws(() => host.dataPath('foo'), { message: `data path address ${tail} (without a port number)` });
    assert.throws(() => host.listen('foo'), /^DaemonError: listen address must be an IP address or network interface/);
  });

  it('finds the only address that is not of Docker', () => {
    assert.equal(formatHostPort(hostWith(PLAIN).advertise('', 2377)), '192.168.50.11:2377');
    const two = hostWith({ ...PLAIN, eth1: ['10.9.9.1/24'] });
    assert.throws(() => two.advertise('', 2377), {
      message:
        'could not choose an IP address to advertise since this system has multiple addresses on different ' +
        'interfaces (192.168.50.11 on eth0 and 10.9.9.1 on eth1) - specify one with --advertise-addr',
    });
    assert.throws(() => hostWith({}).advertise('', 2377), /could not find the system's IP address/);
  });

  it('talks from the advertised address if it is its own', () => {
    assert.equal(formatIp4(hostWith(PLAIN).local(0, ip4('192.168.50.11'))), '192.168.50.11');
    assert.equal(formatIp4(hostWith(PLAIN).local(0, ip4('1.2.3.4'))), '192.168.50.11');
    assert.throws(() => hostWith({}).local(0, ip4('1.2.3.4')), /must specify a listening address/);
  });

  it('checks pools and ports', () => {
    validateAddressPool(['20.0.0.0/8'], 29);
    assert.throws(() => {
      validateAddressPool(['20.0.0.0/8'], 33);
    }, /subnet size is out of range: 33/);
    assert.throws(() => {
      validateAddressPool(['20.0.0.0/8'], 4);
    }, /invalid CIDR: "20.0.0.0\/8". Subnet size is too small for pool: 4/);
    assert.equal(dataPathPort(0), 4789);
    assert.throws(() => dataPathPort(80), /Datapath port number is not in valid range \(1024-49151\) : 80/);
  });
});
