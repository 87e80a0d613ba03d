import assert from 'node:assert/strict';
import { reportUnsupported } from '../../src/userland/unsupported.ts';
import { TableKit } from '../kernel/proc/table-kit.ts';

describe('userland/unsupported:', () => {
  it('names what is missing and what there is, exits 127, and is noted for the run', () => {
    const kit = new TableKit();
    const { stderr, exit } = kit.run(function* lacks(proc) {
      return reportUnsupported(proc, 'tool -x', ['-a', '-b']);
    });
    assert.deepEqual([stderr, exit], ['tool -x: not supported by Dockwire; supported: -a -b\n', 127]);
    assert.equal(kit.table.sawUnsupported, true);
  });
});
