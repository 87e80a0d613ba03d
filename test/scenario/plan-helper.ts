/** Short ways to read a scenario in tests. */
import { strict as assert } from 'node:assert';
import type { Diagnostic } from '../../src/scenario/diagnostics.ts';
import { ScenarioError } from '../../src/scenario/diagnostics.ts';
import type { Plan, PlanHost, PlanLan } from '../../src/scenario/plan.ts';
import type { PlanOverrides } from '../../src/scenario/resolve.ts';
import { loadPlan } from '../../src/scenario/resolve.ts';

const encoder = new TextEncoder();

export function planOf(text: string, overrides: PlanOverrides = {}, file = 't.yaml'): Plan {
  return loadPlan(file, encoder.encode(text), overrides);
}

/** The mistakes of a text; fails when there are none. Anything but a ScenarioError goes through. */
export function diagnosticsOf(text: string | Uint8Array, overrides: PlanOverrides = {}): readonly Diagnostic[] {
  try {
    loadPlan('t.yaml', typeof text === 'string' ? encoder.encode(text) : text, overrides);
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    return error.diagnostics;
  }
  assert.fail('the scenario has no mistake');
}

/** `LINE:COL: MESSAGE` of each mistake. */
export function mistakesOf(text: string | Uint8Array, overrides: PlanOverrides = {}): string[] {
  return diagnosticsOf(text, overrides).map(({ line, col, message }) => `${line}:${col}: ${message}`);
}

/**
 * Checks the mistakes of a text in which `‹n›` marks the place of mistake number n (from 1, in the file's order), and
 * that there are no others. The marks are taken out first.
 */
export function assertMistakes(marked: string, messages: readonly string[]): void {
  const places: string[] = [];
  const lines = marked.split('\n').map((text, i) => {
    let line = text;
    for (let mark = /‹\d+›/.exec(line); mark !== null; mark = /‹\d+›/.exec(line)) {
      places.push(`${i + 1}:${mark.index + 1}`);
      line = line.replace(mark[0], '');
    }
    return line;
  });
  assert.equal(places.length, messages.length, 'as many marks as messages');
  assert.deepEqual(
    mistakesOf(lines.join('\n')),
    messages.map((message, i) => `${places[i]!}: ${message}`),
  );
}

export function hostOf(plan: Plan, name: string): PlanHost {
  const host = plan.hosts.find((candidate) => candidate.name === name);
  assert.ok(host, `no host ${name}`);
  return host;
}

export function lanOf(plan: Plan, name: string): PlanLan {
  const lan = plan.lans.find((candidate) => candidate.name === name);
  assert.ok(lan, `no LAN ${name}`);
  return lan;
}
