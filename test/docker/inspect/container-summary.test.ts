import assert from 'node:assert/strict';
import { containerSummary, summaryDocument } from '../../../src/docker/inspect/container-summary.ts';
import { Lab } from '../lab.ts';

describe('the summary of a container', () => {
  it('says what lists show', () => {
    const lab = new Lab({ epochSeconds: 1_000_000_000 });
    lab.wait(1_500_000_000);
    lab.ok("run -d --name c1 busybox sleep 5 'a b'");
    const container = lab.engine.getContainer('c1');
    const summary = containerSummary(lab.engine, container, false);
    const { names, image, command, createdSeconds, state, wholeBytes, networkMode } = summary;
    assert.deepEqual(
      [names, image, command, createdSeconds, state, wholeBytes, networkMode],
      [['/c1'], 'busybox', "sleep 5 'a b'", 1_000_000_001, 'running', 0, 'default'],
    );
    assert.deepEqual(Object.keys(summary.networks), ['bridge']);
    assert.equal(containerSummary(lab.engine, container, true).wholeBytes, container.image.sizeBytes);
    assert.equal(summaryDocument(summary)['Id'], container.id);
  });
});
