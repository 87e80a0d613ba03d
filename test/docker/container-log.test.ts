import assert from 'node:assert/strict';
import { ContainerLog } from '../../src/docker/container-log.ts';

describe('the log of a container', () => {
  it('keeps lines with the time at which they were whole, each stream for itself', () => {
    const log = new ContainerLog();
    log.write('stdout', 'one\ntw', 1);
    log.write('stderr', 'bad\n', 2);
    log.write('stdout', 'o\n\nrest', 3);
    const kept = (): string[] => log.entries.map(({ stream, timeNs, text }) => `${stream} ${timeNs} ${text}`);
    assert.deepEqual(kept(), ['stdout 1 one\n', 'stderr 2 bad\n', 'stdout 3 two\n', 'stdout 3 \n']);
    log.end(4);
    log.end(5);
    assert.deepEqual(kept().slice(4), ['stdout 4 rest']);
  });

  it('tells who listens', () => {
    const log = new ContainerLog();
    const heard: string[] = [];
    const unsubscribe = log.subscribe(({ text }) => heard.push(text));
    log.write('stdout', 'a\nb', 1);
    log.end(2);
    unsubscribe();
    log.write('stdout', 'c\n', 3);
    assert.deepEqual(heard, ['a\n', 'b']);
  });
});
