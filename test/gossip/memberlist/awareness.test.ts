import assert from 'node:assert/strict';
import { Awareness } from '../../../src/gossip/memberlist/awareness.ts';
import { need } from '../../machine.ts';
import { readTruth } from './truth.ts';

interface Truth {
  readonly awareness: {
    readonly max: number;
    readonly steps: readonly { readonly delta: number; readonly scaled1000: number }[];
  };
}

describe('gossip/memberlist/awareness', () => {
  it('goes up and down as in the library', function () {
    need(this, 'shared');
    const { max, steps } = (readTruth('formulas.json') as Truth).awareness;
    const awareness = new Awareness(max);
    for (const { delta, scaled1000 } of steps) {
      awareness.applyDelta(delta);
      assert.equal(awareness.scaleTimeoutNs(1000), scaled1000);
      assert.equal(awareness.healthScore, scaled1000 / 1000 - 1);
    }
  });

  it('stays within its bounds', () => {
    const awareness = new Awareness(8);
    awareness.applyDelta(-5);
    assert.equal(awareness.healthScore, 0);
    awareness.applyDelta(100);
    assert.equal(awareness.healthScore, 7);
  });
});
