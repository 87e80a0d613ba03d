import assert from 'node:assert/strict';
import { ip4 } from '../../../src/base/addr.ts';
import { TcpSocket } from '../../../src/kernel/socket/tcp/tcp-socket.ts';
import { UdpSocket } from '../../../src/kernel/socket/udp-socket.ts';
import { readMessage } from '../../../src/userland/dns/stream-message.ts';
import { hostPrograms } from '../../../src/userland/registry.ts';
import { connectTo, sendAll } from '../../../src/userland/stream.ts';
import * as dns from '../../../src/wire/dns.ts';
import { netnsOf } from '../../kernel/kit.ts';
import { EmulatedLab } from '../net-lab.ts';
import { DNS_TOPOLOGY } from './dns-lab.ts';

const registry = hostPrograms();

function run(line: string): { stdout: string; stderr: string; exit: number | null } {
  return new EmulatedLab(DNS_TOPOLOGY).run(registry, [{ ns: 's', line }], 1)[0]!;
}

/** Sends bytes to the server and answers what came back. */
function exchange(lab: EmulatedLab, bytes: Uint8Array): readonly Uint8Array[] {
  const socket = new UdpSocket(netnsOf(lab.host, 'c'));
  socket.sendTo(ip4('10.77.0.2'), 53, bytes);
  lab.world.run(1_000_000_000);
  const got: Uint8Array[] = [];
  for (let next = socket.receive(); next !== null; next = socket.receive()) got.push(next.payload);
  socket.close();
  return got;
}

const QUERY = dns.makeQuery(7, { name: 'big.', type: 1, class: 1 });

describe('userland/dns/dns-server', () => {
  it('says what is wrong with its command line', () => {
    const cases: readonly (readonly [string, RegExp])[] = [
      ['dns-server --nothing', /^dns-server: unrecognized option '--nothing'\nUsage: /],
      ['dns-server "a. A x"', /^dns-server: not a record: 'a\. A x'\n$/],
      ['dns-server -p 0', /^dns-server: not a number from 1 to 65535: '0'\n$/],
      ['dns-server -a nowhere', /^dns-server: not an address: 'nowhere'\n$/],
      ['dns-server --drop a..b', /^dns-server: not a name: 'a\.\.b'\n$/],
    ];
    for (const [line, words] of cases) {
      const { stderr, exit } = run(line);
      assert.match(stderr, words);
      assert.equal(exit, 2);
    }
    assert.deepEqual(run('dns-server -a 10.99.0.1'), {
      stdout: '',
      stderr: 'dns-server: cannot listen on 10.99.0.1:53: Cannot assign requested address\n',
      exit: 1,
    });
    assert.match(run('dns-server -f nofile').stderr, /^dns-server: nofile: No such file or directory\n$/);
    assert.match(run('dns-server --help').stdout, /^Usage: dns-server /);
  });

  it('keeps silent about what asks nothing, and does not do what it does not know', () => {
    const lab = new EmulatedLab(DNS_TOPOLOGY);
    const server = lab.start(registry, { ns: 's', line: "dns-server 'big. A 10.0.0.1'" });
    assert.deepEqual(exchange(lab, Uint8Array.from([1, 2, 3])), []);
    assert.deepEqual(exchange(lab, dns.emit({ ...QUERY, flags: dns.QR }, 'none')), []);
    assert.deepEqual(exchange(lab, dns.emit({ ...QUERY, questions: [] }, 'none')), []);
    const [reply] = exchange(lab, dns.emit({ ...QUERY, flags: dns.UPDATE << 11 }, 'none'));
    assert.equal(reply![3]! & 15, dns.NOTIMP);
    assert.equal(exchange(lab, dns.emit(QUERY, 'none')).length, 1);
    server.proc.kill('SIGTERM');
    assert.equal(server.proc.exitCode, 143);
  });

  it('answers several questions on one connection, and cuts what is too long for a datagram', () => {
    const lab = new EmulatedLab(DNS_TOPOLOGY);
    const records = Array.from({ length: 60 }, (_, i) => `'10.0.0.${i} big'`).join(' ');
    lab.start(registry, { ns: 's', line: `dns-server ${records}` });
    const [short] = exchange(lab, dns.emit(QUERY, 'none'));
    assert.ok(short!.length <= 512 && (short![2]! & 2) !== 0);
    const lengths: number[] = [];
    const client = lab.start(registry, { ns: 'c', line: 'sleep 9' }).proc;
    client.spawn({
      argv: ['client'],
      program: function* asks(proc) {
        const socket = new TcpSocket(proc.ns);
        assert.equal(yield* connectTo(proc, socket, ip4('10.77.0.2'), 53), '');
        const once = dns.emitForStream(QUERY, 'none');
        yield* sendAll(proc, socket, Uint8Array.from([...once, ...once]));
        for (let i = 0; i < 2; i++) {
          const got = yield* readMessage(proc, socket);
          assert.ok(typeof got !== 'string');
          lengths.push(got.length);
        }
        // The server hangs up on whoever has nothing to say.
        assert.equal(yield* readMessage(proc, socket), 'end');
        socket.close();
        return 0;
      },
    });
    lab.world.run(15_000_000_000);
    assert.deepEqual(lengths, [21 + 60 * 16, 21 + 60 * 16]);
  });

  it('asks another server about what it does not know', () => {
    const lab = new EmulatedLab(DNS_TOPOLOGY);
    lab.start(registry, { ns: 's', line: "dns-server -a 10.77.0.3 'big. A 10.0.0.1'" });
    lab.start(registry, { ns: 's', line: "dns-server -a 10.77.0.2 -u 10.77.0.3 'small. A 10.0.0.2'" });
    const [reply] = exchange(lab, dns.emit(QUERY, 'none'));
    const message = dns.parseBytes(reply!);
    assert.ok(typeof message !== 'string');
    assert.equal(dns.format(message), 'response 7 NOERROR big. IN A: big. 300 IN A 10.0.0.1');
  });
});
