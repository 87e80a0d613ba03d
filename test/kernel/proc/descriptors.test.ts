import assert from 'node:assert/strict';
import {
  Capture,
  Descriptors,
  NullDevice,
  PipeReader,
  PipeWriter,
  Sink,
  Source,
  WrittenFile,
} from '../../../src/kernel/proc/descriptors.ts';
import { Files } from '../../../src/kernel/proc/files.ts';
import { Pipe, TextInput } from '../../../src/kernel/proc/pipe.ts';

describe('kernel/proc/descriptors:', () => {
  it('children and copies share what is open; a pipe hears of its last writer', () => {
    const pipe = new Pipe();
    const parent = new Descriptors();
    parent.set(1, new PipeWriter(pipe));
    const child = parent.copy();
    child.set(2, child.get(1)!);
    parent.closeAll();
    child.close(1);
    assert.equal(pipe.isReady(), false);
    assert.equal(child.get(2)!.write('x'), '');
    child.closeAll();
    assert.deepEqual([pipe.read(), pipe.read()], ['x', null]);
  });

  it('a pipe hears of its last reader', () => {
    const pipe = new Pipe();
    const writer = new PipeWriter(pipe);
    const reader = new Descriptors();
    reader.set(0, new PipeReader(pipe));
    assert.equal(writer.write('x'), '');
    reader.closeAll();
    assert.equal(writer.write('x'), 'EPIPE');
  });

  it('what is put in the place of another closes it; what was saved comes back', () => {
    const heard: string[] = [];
    const table = Descriptors.standard('null', new Sink((text) => heard.push(`1${text}`)), new NullDevice());
    const saved = table.save([1, 5, 1]);
    table.set(1, table.get(2)!);
    table.set(5, table.get(2)!);
    table.get(1)!.write('a');
    table.restore(saved);
    table.get(1)!.write('b');
    assert.deepEqual([heard, table.numbers], [['1b'], [0, 1, 2]]);
    assert.equal(table.get(0)!.write('x'), 'EBADF');
    assert.equal(table.get(1)!.input, null);
  });

  it('files are written at the offset that sharers share, or at their end', () => {
    const files = new Files();
    const first = new WrittenFile(files, '/f', false);
    const second = new WrittenFile(files, '/f', false);
    const end = new WrittenFile(files, '/f', true);
    first.write('abc');
    second.write('X');
    first.write('d');
    end.write('!');
    second.write('Y');
    assert.equal(files.read('/f'), 'XYcd!');
    files.write('/f', '');
    first.write('z');
    assert.equal(files.read('/f'), '\0\0\0\0z');
  });

  it('a capture is ready when its last writer has closed', () => {
    const capture = new Capture();
    const table = new Descriptors();
    table.set(1, capture);
    table.set(2, capture);
    capture.write('ab');
    table.close(1);
    assert.equal(capture.isReady(), false);
    table.close(2);
    assert.deepEqual([capture.isReady(), capture.text], [true, 'ab']);
  });

  it('a full pipe is what its writers have to wait for', () => {
    const pipe = new Pipe();
    const table = new Descriptors();
    table.set(0, new Source(new TextInput('x')));
    table.set(1, new PipeWriter(pipe));
    table.get(1)!.write('x'.repeat(65_535));
    assert.equal(table.room, null);
    table.get(1)!.write('x');
    assert.equal(table.room, pipe.room);
    pipe.read();
    assert.equal(table.room, null);
  });
});
