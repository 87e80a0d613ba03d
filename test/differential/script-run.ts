/** A script of typed commands on one emulated Linux machine, as `dockwire run` takes it, and what came of it. */
import type { RunResult, StepResult } from '../../src/scenario/result.ts';
import { Run } from '../../src/scenario/run.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { MemoryStore } from '../scenario/memory-store.ts';

export const HOST = 'h';

export interface ScriptRun {
  readonly steps: readonly StepResult[];
  readonly result: RunResult;
  /** What `tcpdump -w` wrote, by the name it was given. */
  readonly captures: ReadonlyMap<string, Uint8Array>;
}

/**
 * Runs a script with its `#@` times, on a machine that looks names up in files only, as the real one beside it does. A
 * command that fails does not end it.
 */
export function runScript(script: string, seed = 1): ScriptRun {
  const indented = script
    .trimEnd()
    .split('\n')
    .map((line) => `      ${line}`)
    .join('\n');
  const text = `seed: ${seed}
hosts: { ${HOST}: { docker: false } }
lans: {}
steps:
  - { on: ${HOST}, run: "echo hosts: files > /etc/nsswitch.conf" }
  - on: ${HOST}
    expect: { exit: any }
    script: |
${indented}
`;
  const store = new MemoryStore();
  const run = new Run(loadScenario('script.yaml', new TextEncoder().encode(text)), {
    queue: 'heap',
    captures: 'none',
    store,
    hash: false,
    keepGoing: true,
  });
  while (run.advance(100_000));
  const folder = `files/${HOST}/`;
  const written = store.names().filter((name) => name.startsWith(folder));
  const captures = new Map(written.map((name) => [name.slice(folder.length), store.bytes(name)]));
  const result = run.result();
  return { steps: result.steps.slice(1), result, captures };
}
