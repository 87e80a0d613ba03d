import assert from 'node:assert/strict';
import { ip4 } from '../../../src/base/addr.ts';
import { DaemonError } from '../../../src/docker/errors.ts';
import type { BindWords } from '../../../src/docker/ports/host-listeners.ts';
import { bindFault, bindFault29, HostListeners } from '../../../src/docker/ports/host-listeners.ts';
import type { PublishedProtocol } from '../../../src/docker/ports/port-allocator.ts';
import type { PortMapping } from '../../../src/docker/ports/port-mapper.ts';
import { UdpSocket } from '../../../src/kernel/socket/udp-socket.ts';
import { Lab } from '../lab.ts';

const PROXY = 'Error starting userland proxy: ';
const PROXY_WORDS: BindWords = (mapping, errno) => PROXY + bindFault(mapping, errno);

function mapping(protocol: PublishedProtocol, hostIp: string, hostPort: number): PortMapping {
  return { protocol, hostIp, hostPort, port: 80, containerIp: ip4('172.17.0.2') };
}

function fault(listeners: HostListeners, ...wanted: Parameters<typeof mapping>): string {
  try {
    listeners.hold(mapping(...wanted));
  } catch (error) {
    assert.ok(error instanceof DaemonError);
    return error.message;
  }
  return '';
}

describe('docker/ports/host-listeners', () => {
  it('refuses addresses that the host does not have, as recorded', () => {
    const listeners = new HostListeners(new Lab().host.rootNs, PROXY_WORDS);
    const refusal = (operation: string): string => `${PROXY}listen ${operation}: bind: cannot assign requested address`;
    assert.equal(fault(listeners, 'tcp', '1.2.3.4', 80), refusal('tcp4 1.2.3.4:80'));
    assert.equal(fault(listeners, 'udp', '4.4.4.4', 7791), refusal('udp4 4.4.4.4:7791'));
    assert.equal(fault(listeners, 'tcp', '2001:db8::1', 7791), refusal('tcp6 [2001:db8::1]:7791'));
    for (const ip of ['0.0.0.0', '127.0.0.1', '192.168.50.11', '172.17.0.1', '::', '::1']) {
      assert.equal(fault(listeners, 'tcp', ip, ip.length), '', ip);
    }
  });

  it('knows what is held on another address of the same port', () => {
    for (const protocol of ['tcp', 'udp'] as const) {
      const listeners = new HostListeners(new Lab().host.rootNs, PROXY_WORDS);
      const refusal = (address: string): string =>
        `${PROXY}listen ${protocol}4 ${address}: bind: address already in use`;
      assert.equal(fault(listeners, protocol, '192.168.50.11', 7780), '');
      assert.equal(fault(listeners, protocol, '127.0.0.1', 7780), '');
      assert.equal(fault(listeners, protocol, '0.0.0.0', 7780), refusal('0.0.0.0:7780'));
      assert.equal(fault(listeners, protocol, '::', 7780), '');
      assert.equal(fault(listeners, protocol, '0.0.0.0', 7781), '');
      assert.equal(fault(listeners, protocol, '127.0.0.1', 7781), refusal('127.0.0.1:7781'));
      listeners.release(mapping(protocol, '0.0.0.0', 7781));
      assert.equal(fault(listeners, protocol, '127.0.0.1', 7781), '');
    }
  });

  it('meets the sockets of other programs of the host', () => {
    const lab = new Lab();
    const listeners = new HostListeners(lab.host.rootNs, PROXY_WORDS);
    const socket = new UdpSocket(lab.host.rootNs);
    assert.equal(socket.bind(0, 5353), '');
    const refusal = `${PROXY}listen udp4 0.0.0.0:5353: bind: address already in use`;
    assert.equal(fault(listeners, 'udp', '0.0.0.0', 5353), refusal);
    assert.equal(fault(listeners, 'tcp', '0.0.0.0', 5353), '');
    socket.close();
    assert.equal(fault(listeners, 'udp', '0.0.0.0', 5353), '');
    assert.equal(new UdpSocket(lab.host.rootNs).bind(0, 5353), 'EADDRINUSE');
  });

  it('says by itself what is wrong where there is no proxy, and by number only for SCTP', () => {
    const ns = new Lab().host.rootNs;
    const listen = 'listen tcp4 1.2.3.4:80: bind: cannot assign requested address';
    assert.equal(fault(new HostListeners(ns), 'tcp', '1.2.3.4', 80), listen);
    assert.equal(fault(new HostListeners(ns), 'sctp', '1.2.3.4', 80), 'cannot assign requested address');
  });

  it('says it in the words of newer engines where there is no proxy to say it', () => {
    const listeners = new HostListeners(new Lab().host.rootNs, bindFault29);
    assert.equal(fault(listeners, 'udp', '0.0.0.0', 80), '');
    const inUse = 'failed to bind host port 0.0.0.0:80/udp: address already in use';
    assert.equal(fault(listeners, 'udp', '0.0.0.0', 80), inUse);
    const nowhere = 'failed to bind host port [fd00::1]:80/tcp: cannot assign requested address';
    assert.equal(fault(listeners, 'tcp', 'fd00::1', 80), nowhere);
  });
});
