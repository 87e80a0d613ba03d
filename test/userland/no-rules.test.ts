import assert from 'node:assert/strict';
import { hostPrograms } from '../../src/userland/registry.ts';
import { need, needTool } from '../machine.ts';
import { EmulatedLab, PAIR, RealLab } from './net-lab.ts';

/** Read-only, so that they may run at the same time in one namespace. */
const LINES = [
  'conntrack -L',
  'conntrack -L -o extended',
  'conntrack -L conntrack -p udp',
  'conntrack -C',
  'conntrack -F',
];

describe('userland/no-rules:', function () {
  this.timeout(30_000);
  let lab: RealLab | undefined;
  after(() => lab?.dispose());

  it('answers as the real tools do where there are no connections', async function () {
    need(this, 'netns');
    needTool(this, ['conntrack', '-V'], 'v1.4.7');
    lab = new RealLab({ namespaces: ['a'], lines: [] }, 'norules');
    for (const line of LINES) {
      const [actual] = new EmulatedLab(PAIR).run(hostPrograms(), [{ ns: 'a', line }]);
      assert.deepEqual(actual, await lab.runOne({ ns: 'a', line }), line);
    }
  });

  it('says at run time what is missing', () => {
    const lines = ['conntrack -E', 'conntrack -L expect'];
    for (const line of lines) {
      const [result] = new EmulatedLab(PAIR).run(hostPrograms(), [{ ns: 'a', line }]);
      assert.match(result!.stderr, /^conntrack.*: not supported by Dockwire/, line);
      assert.equal(result!.exit, 127, line);
    }
  });
});
