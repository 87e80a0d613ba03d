import assert from 'node:assert/strict';
import fc from 'fast-check';
import { externalConnectivity, portKey } from '../../../src/docker/ports/external-connectivity.ts';
import { readPorts } from '../../../src/docker/ports/port-spec.ts';

/** What is published, in order, for a command line such as `-p 80 --expose 81`. */
function published(line: string): string[] {
  const words = line.split(' ');
  const values = (flag: string): string[] => words.filter((_, i) => i > 0 && words[i - 1] === flag);
  const ports = readPorts(values('-p'), values('--expose'));
  assert.ok(typeof ports !== 'string');
  return externalConnectivity(ports, words.includes('-P')).published.map((each) => {
    const { firstHostPort: first, lastHostPort: last } = each;
    return `${each.hostIp}:${first === last ? first : `${first}-${last}`}->${portKey(each)}`;
  });
}

function sorted(texts: readonly string[]): string[] {
  return [...texts].sort((left, right) => (left < right ? -1 : 1));
}

describe('docker/ports/external-connectivity', () => {
  it('goes through the ports as recorded: explicit ones first, and backwards', () => {
    assert.deepEqual(published('-p 127.0.0.1:9000:9000 -p 7000-7002:7000-7002 -P --expose 1234'), [
      '127.0.0.1:9000->9000/tcp',
      ':7002->7002/tcp',
      ':7001->7001/tcp',
      ':7000->7000/tcp',
      ':0->1234/tcp',
    ]);
    assert.deepEqual(published('-P --expose 80 --expose 443 --expose 53/udp --expose 53/tcp'), [
      ':0->443/tcp',
      ':0->80/tcp',
      ':0->53/tcp',
      ':0->53/udp',
    ]);
  });

  it('goes through the bindings of one TCP port backwards, and of a UDP port by number, as a real engine', () => {
    assert.deepEqual(published('-p 8080:80 -p 8081:80 -p 8079:80 -p 127.0.0.1:53:53/udp -p 127.0.0.1:54:53/udp'), [
      ':8079->80/tcp',
      ':8081->80/tcp',
      ':8080->80/tcp',
      '127.0.0.1:54->53/udp',
      '127.0.0.1:53->53/udp',
    ]);
    assert.deepEqual(published('-p 127.0.0.1::80 -p 127.0.0.1::80 -p 192.168.50.11::80'), [
      '192.168.50.11:0->80/tcp',
      '127.0.0.1:0->80/tcp',
      '127.0.0.1:0->80/tcp',
    ]);
  });

  it('publishes what is only exposed with -P and not without', () => {
    assert.deepEqual(published('-p 8585:80 --expose 443'), [':8585->80/tcp']);
    assert.deepEqual(published('-p 8585:80 --expose 443 -P'), [':8585->80/tcp', ':0->443/tcp']);
    assert.deepEqual(published('-P'), []);
  });

  it('hands ranges and addresses of the host on', () => {
    assert.deepEqual(published('-p [0::ffff:1.2.3.4]:8000-8010:80'), ['1.2.3.4:8000-8010->80/tcp']);
  });

  it('knows protocols by the names of libnetwork', () => {
    const ports = { exposed: new Set(['80/UDP', '81/foo', '82/icmp']), bindings: new Map() };
    const { exposed } = externalConnectivity(ports, false);
    assert.deepEqual(exposed.map(portKey), ['82/icmp', '81/0', '80/udp']);
  });

  it('property: everything that was asked for is in it once, however much it is', () => {
    const port = fc.integer({ min: 1, max: 99 });
    fc.assert(
      fc.property(fc.array(fc.tuple(port, port)), (pairs) => {
        const wanted = pairs.map(([host, inside]) => `:${host}->${inside}/tcp`);
        const line = pairs.map(([host, inside]) => `-p ${host}:${inside}`).join(' ');
        assert.deepEqual(sorted(published(line)), sorted(wanted));
      }),
    );
  });
});
