import assert from 'node:assert/strict';
import {
  addressText,
  exposedPortsDocument,
  mappedPorts,
  portLines,
  portMapDocument,
} from '../../../src/docker/ports/mapped-port.ts';

const PORTS = new Map([
  [
    '80/tcp',
    [
      { hostIp: '0.0.0.0', hostPort: '8081' },
      { hostIp: '::', hostPort: '8081' },
    ],
  ],
  ['443/tcp', []],
  [
    '53/udp',
    [
      { hostIp: '127.0.0.1', hostPort: '54' },
      { hostIp: '127.0.0.1', hostPort: '53' },
    ],
  ],
]);

describe('docker/ports/mapped-port', () => {
  it('lists an entry for each binding and for each port without one', () => {
    assert.deepEqual(
      mappedPorts(PORTS).map(({ ip, publicPort, privatePort, protocol }) => [ip, publicPort, privatePort, protocol]),
      [
        ['0.0.0.0', 8081, 80, 'tcp'],
        ['::', 8081, 80, 'tcp'],
        ['', 0, 443, 'tcp'],
        ['127.0.0.1', 54, 53, 'udp'],
        ['127.0.0.1', 53, 53, 'udp'],
      ],
    );
  });

  it('has the lines of docker port, the ports in order of the alphabet', () => {
    const lines = ['53/udp -> 127.0.0.1:54', '53/udp -> 127.0.0.1:53', '80/tcp -> 0.0.0.0:8081', '80/tcp -> :::8081'];
    assert.deepEqual(portLines(PORTS), lines);
    assert.equal(addressText({ hostIp: '::', hostPort: '80' }), ':::80');
  });

  it('has the documents of docker inspect', () => {
    assert.equal(
      JSON.stringify(portMapDocument(PORTS)),
      '{"443/tcp":null,"53/udp":[{"HostIp":"127.0.0.1","HostPort":"54"},{"HostIp":"127.0.0.1","HostPort":"53"}],' +
        '"80/tcp":[{"HostIp":"0.0.0.0","HostPort":"8081"},{"HostIp":"::","HostPort":"8081"}]}',
    );
    assert.equal(JSON.stringify(exposedPortsDocument(new Set(['80/tcp', '53/udp']))), '{"53/udp":{},"80/tcp":{}}');
    assert.equal(exposedPortsDocument(new Set()), undefined);
  });
});
