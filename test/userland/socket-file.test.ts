import assert from 'node:assert/strict';
import { busyboxPrograms } from '../../src/userland/registry.ts';
import type { Result } from './net-lab.ts';
import { EmulatedLab, PAIR } from './net-lab.ts';

/** A program behind a port at b, and what a client at a that sends `stdin` gets of it. */
function talk(program: string, stdin: string, client = 'nc 10.77.0.2 9000'): Result[] {
  return new EmulatedLab(PAIR).run(busyboxPrograms(), [
    { ns: 'b', line: `nc -l -p 9000 -e ${program}` },
    { ns: 'a', line: client, stdin, atMs: 10 },
  ]);
}

describe('userland/socket-file:', () => {
  it('holds a program that writes more than the socket takes, and loses nothing of it', () => {
    const numbers = Array.from({ length: 100_000 }, (_, i) => `${i + 1}\n`).join('');
    const [server, client] = talk('seq 1 100000', '');
    assert.deepEqual(client, { stdout: numbers, stderr: '', exit: 0 });
    assert.equal(server!.exit, 0);
    const [, last] = talk('sh -c "seq 1 100000; echo end"', '');
    assert.equal(last!.stdout, `${numbers}end\n`);
  });

  it('gives a program all that comes, and the end of it', () => {
    assert.equal(talk('wc -c', 'x'.repeat(300_000))[1]!.stdout, '300000\n');
    const text = `x${'ü'.repeat(5000)}\n`;
    assert.equal(talk('cat', text)[1]!.stdout, text);
    assert.equal(talk('sh -c "read first; echo $first; cat"', 'one\ntwo\nthree')[1]!.stdout, 'one\ntwo\nthree');
  });

  it('breaks as a pipe does when the peer has gone', () => {
    const [server, client] = talk('sh -c "while echo x; do sleep 1; done"', '', 'timeout 2 nc 10.77.0.2 9000');
    assert.equal(client!.stdout, 'x\nx\n');
    assert.equal(server!.exit, 141);
  });

  it('resets a connection of which something has not been read', () => {
    const lab = new EmulatedLab(PAIR);
    lab.start(busyboxPrograms(), { ns: 'b', line: 'nc -l -p 9000 -e sleep 1' });
    const [client] = lab.run(busyboxPrograms(), [{ ns: 'a', line: 'nc 10.77.0.2 9000', stdin: 'hi\n' }]);
    assert.equal(client!.exit, 0);
    const RST = 0x04;
    const flags = lab.world.seenAt('h/a/eth0').filter(({ bytes }) => bytes[23] === 6);
    assert.ok((flags.at(-1)!.bytes[47]! & RST) !== 0, 'the last segment is a reset');
  });
});
