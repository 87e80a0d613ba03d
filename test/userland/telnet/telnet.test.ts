import assert from 'node:assert/strict';
import type { Process } from '../../../src/kernel/proc/process.ts';
import type { ProgramRegistry } from '../../../src/kernel/proc/program-registry.ts';
import { ProgramRegistry as Registry } from '../../../src/kernel/proc/program-registry.ts';
import type { Wait, WakeReason } from '../../../src/kernel/proc/wait.ts';
import { TcpSocket } from '../../../src/kernel/socket/tcp/tcp-socket.ts';
import type { InputStream } from '../../../src/kernel/proc/pipe.ts';
import { busyboxPrograms, hostPrograms } from '../../../src/userland/registry.ts';
import { acceptOne, receiveSome, sendAll } from '../../../src/userland/stream.ts';
import type { Result } from '../net-lab.ts';
import { EmulatedLab, PAIR } from '../net-lab.ts';

const MS = 1_000_000;

interface Talk {
  /** What the other end says as soon as it has been reached. */
  readonly says?: string;
  readonly typed?: string;
  /** Standard input ends at once rather than after the other end. */
  readonly endsAtOnce?: boolean;
  readonly line?: string;
}

/** A terminal at which somebody types, and stays. */
function keyboard(typed: string): InputStream {
  let rest = typed;
  return {
    isReady: () => rest !== '',
    addWaiter: () => undefined,
    removeWaiter: () => undefined,
    unread: (text) => {
      rest = text + rest;
    },
    read: () => {
      const text = rest;
      rest = '';
      return text;
    },
  };
}

/** A telnet to a server that ends half a second after it has heard something; the output, and what it heard. */
function talk(base: ProgramRegistry, { says = '', typed = '', endsAtOnce = false, line }: Talk): [Result, string] {
  const heard: Uint8Array[] = [];
  const registry = new Registry(base);
  registry.add({
    name: 'peer',
    run: function* (proc: Process): Generator<Wait, number, WakeReason> {
      const listener = new TcpSocket(proc.ns);
      listener.bind(0, 7000);
      listener.listen(1);
      const peer = yield* acceptOne(proc, listener);
      assert.ok(typeof peer !== 'string');
      yield* sendAll(proc, peer, Buffer.from(says, 'latin1'));
      for (;;) {
        const got = yield* receiveSome(proc, peer, proc.now + 500 * MS);
        if (typeof got === 'string' || got.length === 0) break;
        heard.push(got);
      }
      peer.close();
      listener.close();
      return 0;
    },
  });
  const lab = new EmulatedLab(PAIR);
  lab.files.write('/etc/hosts', '10.77.0.1 two\n10.77.0.2 two\n');
  lab.start(registry, { ns: 'b', line: 'peer' });
  const typedLine = line ?? 'telnet 10.77.0.2 7000';
  if (endsAtOnce) {
    const [result] = lab.run(registry, [{ ns: 'a', line: typedLine, stdin: typed }], 4);
    return [result!, Buffer.concat(heard).toString('latin1')];
  }
  registry.add({
    name: 'shell',
    run: function* (proc: Process): Generator<Wait, number, WakeReason> {
      const argv = typedLine.split(' ');
      const child = proc.spawn({ argv, program: registry.get('telnet')!.run, stdin: keyboard(typed) });
      while (child.exitCode === null) yield proc.sleep(MS);
      return child.exitCode;
    },
  });
  const [result] = lab.run(registry, [{ ns: 'a', line: 'shell' }], 200);
  return [result!, Buffer.concat(heard).toString('latin1')];
}

const CONNECTED = "Trying 10.77.0.2...\nConnected to 10.77.0.2.\nEscape character is '^]'.\n";
const CLOSED = 'Connection closed by foreign host.\n';
const OPTIONS =
  '\xff\xfd\x03\xff\xfd\0\xff\xfd\x06\xff\xfd\x23\xff\xfd\x24\xff\xfb\0\xff\xfb\x05\xff\xfb\x06\xff\xfb\x18\xff\xf6ok';

describe('userland/telnet: as the real ones were seen to', () => {
  it('connects, says what came and sends what is typed with CR LF', () => {
    const [host, heard] = talk(hostPrograms(), { says: 'hi\r\n', typed: 'abc\nd\r' });
    assert.deepEqual(host, { stdout: `${CONNECTED}hi\n`, stderr: CLOSED, exit: 0 });
    assert.equal(heard, 'abc\r\nd\r\0');
    const [busybox, heardOfIt] = talk(busyboxPrograms(), { says: 'hi\r\n', typed: 'abc\nd\r' });
    const stdout = 'hi\r\nConnection closed by foreign host\r\nConnected to 10.77.0.2\n';
    assert.deepEqual(busybox, { stdout, stderr: '', exit: 1 });
    assert.equal(heardOfIt, 'abc\r\nd\r\n');
  });

  it('is gone at the end of its input', () => {
    const [host, heard] = talk(hostPrograms(), { typed: 'abc\n', endsAtOnce: true });
    assert.deepEqual([host, heard], [{ stdout: CONNECTED, stderr: CLOSED, exit: 0 }, '']);
    const [busybox, heardOfIt] = talk(busyboxPrograms(), { typed: 'abc\n', endsAtOnce: true });
    assert.deepEqual(busybox, { stdout: 'Connected to 10.77.0.2\n', stderr: '', exit: 0 });
    assert.equal(heardOfIt, 'abc\r\n');
  });

  it('agrees upon options, and refuses others', () => {
    const [host, heard] = talk(hostPrograms(), { says: OPTIONS });
    assert.equal(host.stdout, `${CONNECTED}ok`);
    assert.equal(heard, '\xff\xfb\x03\xff\xfb\0\xff\xfb\x06\xff\xfc\x23\xff\xfc\x24\xff\xfd\0\xff\xfd\x05\xff\xfe\x18');
    const [busybox, heardOfIt] = talk(busyboxPrograms(), { says: OPTIONS });
    assert.match(busybox.stdout, /^okConnection closed/);
    assert.equal(
      heardOfIt,
      '\xff\xfd\x03\xff\xfc\0\xff\xfc\x06\xff\xfc\x23\xff\xfc\x24\xff\xfe\0\xff\xfe\x05\xff\xfe\x06\xff\xfc\x18',
    );
  });

  it('shows lines as they are where the other end echoes', () => {
    const says = '\xff\xfd\x01\xff\xfb\x03hello\r\n\xff\xfb\x01\r\n\r\0x\xff\xffy';
    const [host, heard] = talk(hostPrograms(), { says });
    assert.deepEqual(
      [host.stdout, heard],
      [`${CONNECTED}hello\n\r\n\rx\ufffdy`, '\xff\xfc\x01\xff\xfd\x03\xff\xfd\x01'],
    );
    const [busybox] = talk(busyboxPrograms(), { says: says.replace('\xff\xff', '') });
    const last = "Connected to 10.77.0.2\n\r\nEntering character mode\r\nEscape character is '^]'.\r\n";
    assert.equal(busybox.stdout, `\r\nhello\r\n\r\n\rxyConnection closed by foreign host\r\n${last}`);
  });

  it('says why there is no connection', () => {
    const cases: readonly [string, string, string, number][] = [
      ['10.77.0.2 7001', 'Trying 10.77.0.2...\n', 'telnet: Unable to connect to remote host: Connection refused\n', 1],
      [
        '10.77.0.50 7000',
        'Trying 10.77.0.50...\n',
        'telnet: Unable to connect to remote host: Connection timed out\n',
        1,
      ],
      [
        '10.99.0.1 http',
        'Trying 10.99.0.1...\n',
        'telnet: Unable to connect to remote host: Network is unreachable\n',
        1,
      ],
      ['nope', 'Server lookup failure:  nope:telnet, Temporary failure in name resolution\n', '', 1],
      ['10.77.0.2 nope', 'Server lookup failure:  10.77.0.2:nope, Servname not supported for ai_socktype\n', '', 1],
      ['10.77.0.2 99999', 'Port number 99999 is out of range.\n', '', 1],
      ['10.77.0.2 7000 x', '', 'telnet: too many arguments\n', 1],
      ['-q', '', "telnet: invalid option -- 'q'\nTry 'telnet --help' or 'telnet --usage' for more information.\n", 64],
      [
        'two 7001',
        'Trying 10.77.0.1...\nTrying 10.77.0.2...\n',
        'Connection failed: Connection refused\ntelnet: Unable to connect to remote host: Connection refused\n',
        1,
      ],
    ];
    for (const [args, stdout, stderr, exit] of cases) {
      const [result] = talk(hostPrograms(), { line: `telnet ${args}` });
      assert.deepEqual(result, { stdout, stderr, exit }, args);
    }
    const ofBusybox: readonly [string, string][] = [
      ['10.77.0.2 7001', "telnet: can't connect to remote host (10.77.0.2): Connection refused\n"],
      ['10.99.0.1 7001', "telnet: can't connect to remote host (10.99.0.1): Network is unreachable\n"],
      ['nope 7001', "telnet: bad address 'nope'\n"],
      ['10.77.0.2 nope', "telnet: bad port 'nope'\n"],
    ];
    for (const [args, stderr] of ofBusybox) {
      const [result] = talk(busyboxPrograms(), { line: `telnet ${args}` });
      assert.deepEqual(result, { stdout: '', stderr, exit: 1 }, args);
    }
    assert.match(talk(busyboxPrograms(), { line: 'telnet' })[0].stderr, /\n\nUsage: telnet \[-a\] \[-l USER\] HOST/);
  });

  it('names what it lacks', () => {
    const telnet = hostPrograms().get('telnet')!;
    assert.match(telnet.check!(['-x', 'h'])!.message, /not supported/);
    assert.match(telnet.refusal!(['--foo', 'h'])!.message, /unrecognized/);
    assert.match(busyboxPrograms().get('telnet')!.check!(['-a', 'h'])!.message, /not supported/);
  });

  it('leaves by ^] and quit', () => {
    const [host] = talk(hostPrograms(), { typed: '\x1dquit\n' });
    assert.deepEqual(host, { stdout: `${CONNECTED}\ntelnet> Connection closed.\n`, stderr: '', exit: 0 });
  });
});
