import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { openLines } from '../../src/cli/line-source.ts';

describe('cli/line-source:', () => {
  it('gives the lines of a pipe one by one, as they come, and the last one without a newline', async () => {
    const input = new PassThrough();
    const lines = openLines(input, new PassThrough(), () => undefined);
    input.write('one\ntw');
    assert.equal(await lines.next('> '), 'one');
    const second = lines.next('> ');
    input.write('o\n');
    assert.equal(await second, 'two');
    input.end('three');
    assert.equal(await lines.next('> '), 'three');
    assert.equal(await lines.next('> '), null);
    lines.close();
  });

  it('an interrupt ends the waiting for a line, but lines that are there stay', async () => {
    const input = new PassThrough();
    let interrupt: () => void = () => undefined;
    const lines = openLines(input, new PassThrough(), (waiter) => {
      interrupt = waiter ?? (() => undefined);
    });
    input.write('one\n');
    assert.equal(await lines.next(''), 'one');
    interrupt();
    input.write('two\n');
    assert.equal(await lines.next(''), 'two');
    const waiting = lines.next('');
    interrupt();
    assert.equal(await waiting, null);
    lines.close();
  });

  it('shows the prompt on a terminal', async () => {
    const input = Object.assign(new PassThrough(), { isTTY: true });
    const output = Object.assign(new PassThrough(), { isTTY: true });
    let shown = '';
    output.on('data', (data) => {
      shown += String(data);
    });
    const lines = openLines(input, output, () => undefined);
    const first = lines.next('node1> ');
    input.write('echo 1\n');
    assert.equal(await first, 'echo 1');
    assert.match(shown, /node1> /);
    const last = lines.next('node1> ');
    input.end();
    assert.equal(await last, null);
    lines.close();
  });
});
