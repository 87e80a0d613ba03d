import assert from 'node:assert/strict';
import { fileText } from '../../src/userland/file-text.ts';
import { TableKit } from '../kernel/proc/table-kit.ts';

describe('userland/file-text:', () => {
  it('paths are relative to the working directory, and /dev/null is empty', () => {
    const kit = new TableKit();
    kit.files.write('/srv/a', 'A');
    const { proc } = kit.start(
      function* reads() {
        return 0;
      },
      { directory: '/srv' },
    );
    const texts = ['a', '../srv/a', '/srv/a', '/dev/null', '../dev/null', 'b'].map((path) => fileText(proc, path));
    assert.deepEqual(texts, ['A', 'A', 'A', '', '', undefined]);
  });
});
