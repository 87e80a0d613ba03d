import assert from 'node:assert/strict';
import { containerSize } from '../../../src/docker/inspect/container-size.ts';
import { Lab } from '../lab.ts';

describe('the size of a container', () => {
  it('is what it has written, in bytes, without the files that the engine mounts', () => {
    const lab = new Lab();
    lab.ok('run -d --name c1 busybox');
    const container = lab.engine.getContainer('c1');
    assert.deepEqual(containerSize(container), { writtenBytes: 0, wholeBytes: container.image.sizeBytes });
    container.files.write('/tmp/a/b', 'é');
    container.files.openSink('/c').write(new Uint8Array(7));
    assert.equal(containerSize(container).writtenBytes, 9);
  });
});
