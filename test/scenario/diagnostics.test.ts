import { strict as assert } from 'node:assert';
import { DiagnosticList, formatDiagnostic, ScenarioError } from '../../src/scenario/diagnostics.ts';

/** What the list throws, or nothing. */
function thrownBy(list: DiagnosticList): readonly string[] {
  try {
    list.throwIfAny();
  } catch (error) {
    assert.ok(error instanceof ScenarioError);
    return error.diagnostics.map(formatDiagnostic);
  }
  return [];
}

describe('a ScenarioError', () => {
  it('has one line for each mistake', () => {
    const error = new ScenarioError([
      { file: 'a.yaml', line: 1, col: 2, message: 'x; y' },
      { file: 'a.yaml', line: 3, col: 4, message: 'z; w' },
    ]);
    assert.equal(error.message, 'a.yaml:1:2: x; y\na.yaml:3:4: z; w');
  });
});

describe('a DiagnosticList', () => {
  it('throws nothing when nothing was added', () => {
    assert.deepEqual(thrownBy(new DiagnosticList('a.yaml')), []);
  });

  it('sorts by line, then by column, and keeps the order of what is at one place', () => {
    const list = new DiagnosticList('a.yaml');
    const places = [
      [10, 1],
      [2, 9],
      [2, 10],
      [2, 9],
    ] as const;
    places.forEach(([line, col], i) => {
      list.add({ line, col }, `m${i}; x`);
    });
    assert.deepEqual(thrownBy(list), [
      'a.yaml:2:9: m1; x',
      'a.yaml:2:9: m3; x',
      'a.yaml:2:10: m2; x',
      'a.yaml:10:1: m0; x',
    ]);
  });

  it('keeps the same mistake at the same place once', () => {
    const list = new DiagnosticList('a.yaml');
    for (const message of ['x; y', 'x; y', 'x; z']) list.add({ line: 1, col: 1 }, message);
    assert.deepEqual(thrownBy(list), ['a.yaml:1:1: x; y', 'a.yaml:1:1: x; z']);
  });

  it('keeps every message on one line', () => {
    const list = new DiagnosticList('a.yaml');
    list.add({ line: 1, col: 1 }, 'a\nb\u2028c\u001b; d');
    assert.deepEqual(thrownBy(list), ['a.yaml:1:1: a\\nb\\u2028c\\u001b; d']);
  });
});
