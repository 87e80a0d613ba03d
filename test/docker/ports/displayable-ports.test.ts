import assert from 'node:assert/strict';
import fc from 'fast-check';
import { displayablePorts } from '../../../src/docker/ports/displayable-ports.ts';
import type { MappedPort } from '../../../src/docker/ports/mapped-port.ts';

/** `0.0.0.0:8080->80/tcp` or `80/tcp`; IPv6 as Docker 20.10 writes it. */
function mapped(text: string): MappedPort {
  const match = /^(?:(.*):(\d+)->)?(\d+)\/(\w+)$/.exec(text);
  assert.ok(match !== null, text);
  const [, ip = '', publicPort = '0', privatePort, protocol] = match;
  return { ip, publicPort: Number(publicPort), privatePort: Number(privatePort), protocol: protocol! };
}

function column(...texts: string[]): string {
  return displayablePorts(texts.map(mapped));
}

describe('docker/ports/displayable-ports', () => {
  it('puts neighbours together', () => {
    assert.equal(column(), '');
    assert.equal(column('80/tcp', '82/tcp', '81/tcp', '443/tcp', '81/udp'), '80-82/tcp, 443/tcp, 81/udp');
    assert.equal(
      column('0.0.0.0:7001->7001/tcp', ':::7000->7000/tcp', '0.0.0.0:7000->7000/tcp', ':::7001->7001/tcp'),
      '0.0.0.0:7000-7001->7000-7001/tcp, :::7000-7001->7000-7001/tcp',
    );
  });

  it('shows each that is another port outside by itself, behind the others', () => {
    assert.equal(
      column('0.0.0.0:32771->80/tcp', ':::32771->80/tcp', '443/tcp', '0.0.0.0:8443->8443/tcp'),
      '443/tcp, 0.0.0.0:8443->8443/tcp, 0.0.0.0:32771->80/tcp, :::32771->80/tcp',
    );
    assert.equal(
      column('0.0.0.0:8081->80/tcp', '127.0.0.1:53->53/udp', '0.0.0.0:8080->80/tcp', '127.0.0.1:54->53/udp'),
      '127.0.0.1:53->53/udp, 127.0.0.1:54->53/udp, 0.0.0.0:8080->80/tcp, 0.0.0.0:8081->80/tcp',
    );
  });

  it('puts a group that is interrupted before those that are open at the end', () => {
    assert.equal(column('1/udp', '1/tcp', '3/udp', '2/tcp'), '1/udp, 1-2/tcp, 3/udp');
    assert.equal(column('1/tcp', '1/udp', '3/tcp'), '1/tcp, 3/tcp, 1/udp');
  });

  it('property: the order of the ports does not matter, and each of them is in it', () => {
    const port = fc.record({
      privatePort: fc.integer({ min: 1, max: 9 }),
      publicPort: fc.integer({ min: 1, max: 9 }),
      protocol: fc.constantFrom('tcp', 'udp'),
      ip: fc.constantFrom('0.0.0.0', '::', '127.0.0.1'),
    });
    fc.assert(
      fc.property(fc.uniqueArray(port, { selector: (each) => JSON.stringify(each) }), (ports) => {
        const text = displayablePorts(ports);
        assert.equal(displayablePorts([...ports].reverse()), text);
        const counted = text === '' ? [] : text.split(', ').map((part) => /:(\d+)-?(\d*)->/.exec(part)!);
        const count = counted.reduce(
          (sum, [, first, last]) => sum + (last === '' ? 1 : Number(last) - Number(first) + 1),
          0,
        );
        assert.equal(count, ports.length);
      }),
    );
  });
});
