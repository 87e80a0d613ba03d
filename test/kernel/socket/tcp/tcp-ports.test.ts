import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatIp4, ip4 } from '../../../../src/base/addr.ts';
import { Rng } from '../../../../src/sim/rng.ts';
import { TcpSocket } from '../../../../src/kernel/socket/tcp/tcp-socket.ts';
import { need } from '../../../machine.ts';
import { EFFORT, MILLISECOND, World } from '../../kit.ts';

type Call = readonly [name: string, index: number, ...args: (string | number)[]];

const SOCKETS = 3;
const CASES = Math.ceil(120 * EFFORT);
const CALLS = 14;
/** Each case has ports of its own: what it leaves in TIME_WAIT is in nobody's way. */
const FIRST_PORT = 10_000;
const ADDRESSES = ['0.0.0.0', '127.0.0.1', '127.0.0.2', '10.9.9.9'];

/** Sockets that are in each other's way, in any order of calls. */
function randomCalls(rng: Rng, firstPort: number): Call[] {
  const calls: Call[] = Array.from({ length: SOCKETS }, (_, index): Call => ['open', index]);
  const address = (): string => ADDRESSES[rng.below(rng.chance(0.1) ? 4 : 3)]!;
  const port = (): number => firstPort + rng.below(2);
  for (let i = 0; i < CALLS; i++) {
    const index = rng.below(SOCKETS);
    const kinds: readonly (() => Call)[] = [
      () => ['reuse', index, rng.below(2)],
      () => ['reuseport', index, rng.below(2)],
      () => ['bind', index, address(), port()],
      () => ['bind', index, address(), port()],
      () => ['listen', index, 4],
      () => ['listen', index, 4],
      () => ['connect', index, `127.0.0.${1 + rng.below(2)}`, port()],
      () => ['shutdown', index, rng.below(3)],
      () => ['device', index, 'lo'],
      () => ['close', index],
    ];
    calls.push(kinds[rng.below(kinds.length)]!());
    if (calls.at(-1)![0] === 'close') calls.push(['open', index]);
  }
  return calls;
}

const ANSWERS: Readonly<Record<string, (socket: TcpSocket, args: readonly (string | number)[]) => string>> = {
  reuse: (socket, [isOn]) => {
    socket.setReuseAddress(isOn === 1);
    return '';
  },
  reuseport: (socket, [isOn]) => {
    socket.setReusePort(isOn === 1);
    return '';
  },
  device: (socket, [name]) => socket.bindToDevice(String(name)),
  bind: (socket, [address, port]) => socket.bind(ip4(String(address)), Number(port)),
  listen: (socket, [backlog]) => socket.listen(Number(backlog)),
  shutdown: (socket, [how]) => socket.shutdown(Number(how) + 1),
  close: (socket) => {
    socket.close();
    return '';
  },
  name: (socket) => `${formatIp4(socket.localAddress)}:${socket.localPort}`,
};

function emulate(calls: readonly Call[]): string[] {
  const world = new World();
  const host = world.host('h');
  const sockets = new Map<number, TcpSocket>();
  return calls.map(([name, index, ...args]) => {
    if (name === 'open') {
      sockets.set(index, new TcpSocket(host.rootNs));
      return '';
    }
    const socket = sockets.get(index);
    if (socket === undefined) return 'none';
    if (name === 'close') sockets.delete(index);
    if (name !== 'connect') {
      const answer = ANSWERS[name]!(socket, args);
      // On a real lo the peer has heard of it when the call returns.
      world.run(MILLISECOND);
      return answer;
    }
    const [address, port] = [ip4(String(args[0])), Number(args[1])];
    const errno = socket.connect(address, port);
    if (errno !== 'EINPROGRESS') return errno;
    world.run(50 * MILLISECOND);
    return socket.writable.isReady() ? socket.connect(address, port) : 'ETIMEDOUT';
  });
}

function askKernel(cases: readonly Call[][]): string[][] {
  const name = `conn-ports-${process.pid}`;
  try {
    const made = spawnSync('sh', ['-e'], {
      input: `ip netns add ${name}\nip -n ${name} link set lo up\n`,
      encoding: 'utf8',
    });
    assert.equal(made.status, 0, made.stderr);
    const program = readFileSync(join(process.cwd(), 'test/kernel/socket/tcp/real-ports.py'), 'utf8');
    const args = ['netns', 'exec', name, 'python3', '-c', program];
    const { status, stdout, stderr } = spawnSync('ip', args, { input: JSON.stringify(cases), encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    return JSON.parse(stdout) as string[][];
  } finally {
    spawnSync('ip', ['netns', 'del', name]);
  }
}

describe('kernel: TCP ports', function () {
  this.timeout(60_000);

  it('are bound, listened at and connected to as on a real kernel, whatever is in the way', function () {
    need(this, 'netns');
    const rng = Rng.fromSeed(11);
    const cases = Array.from({ length: CASES }, (_, i) => randomCalls(rng, FIRST_PORT + 2 * i));
    const real = askKernel(cases);
    for (const [i, calls] of cases.entries()) {
      const mine = emulate(calls);
      const show = (answers: readonly string[]): string[] =>
        calls.map((call, n) => `${call.join(' ')} → ${answers[n]!}`);
      assert.deepEqual(show(mine), show(real[i]!), `case ${i}`);
    }
  });

  it('that nobody named are odd for bind and even for connect, until they are all taken', () => {
    const world = new World();
    const host = world.host('h');
    const { sysctls } = host.rootNs;
    [sysctls.ipLocalPortMin, sysctls.ipLocalPortMax] = [40_000, 40_007];
    const bound = Array.from({ length: 4 }, () => {
      const socket = new TcpSocket(host.rootNs);
      assert.equal(socket.bind(0, 0), '');
      return socket.localPort;
    });
    assert.deepEqual(
      bound.sort((left, right) => left - right),
      [40_001, 40_003, 40_005, 40_007],
    );
    const connected = Array.from({ length: 4 }, () => {
      const socket = new TcpSocket(host.rootNs);
      assert.equal(socket.connect(ip4('127.0.0.1'), 9), 'EINPROGRESS');
      return socket.localPort;
    });
    assert.deepEqual(
      connected.sort((left, right) => left - right),
      [40_000, 40_002, 40_004, 40_006],
    );
    assert.equal(new TcpSocket(host.rootNs).connect(ip4('127.0.0.1'), 9), 'EADDRNOTAVAIL');
    assert.equal(new TcpSocket(host.rootNs).bind(0, 0), 'EADDRINUSE');
    // To another peer they are free.
    assert.equal(new TcpSocket(host.rootNs).connect(ip4('127.0.0.1'), 10), 'EINPROGRESS');
  });
});
