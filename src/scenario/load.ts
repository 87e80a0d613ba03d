/** From the bytes of a file to a plan whose command lines were checked against the programs of each host. */
import { checkCommand } from '../userland/sh/check.ts';
import type { Filter } from '../wire/filter.ts';
import { FilterError } from '../wire/filter-token.ts';
import { compileFilter } from '../wire/filter.ts';
import { ScenarioError } from './diagnostics.ts';
import { addressOf, checkedPrograms } from './host-setup.ts';
import type { Plan } from './plan.ts';
import type { PlanOverrides } from './resolve.ts';
import { loadPlan } from './resolve.ts';

/** Throws a ScenarioError with all mistakes, those in command lines too. */
export function loadScenario(file: string, bytes: Uint8Array, overrides: PlanOverrides = {}): Plan {
  return loadPlan(file, bytes, {
    ...overrides,
    commandCheck: (command, host, expectsFailure) => checkCommand(command, checkedPrograms(host), expectsFailure),
  });
}

/** A filter of the command line; a mistake in it is bad input. Names are those of the plan's hosts. */
export function readFilter(text: string, plan: Plan): Filter {
  const resolve = (name: string): number | undefined => {
    const host = plan.hosts.find((other) => other.name === name);
    return host === undefined ? undefined : addressOf(host);
  };
  try {
    return compileFilter(text, resolve);
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    throw new ScenarioError([{ file: '--explain', line: 1, col: error.at, message: error.message }]);
  }
}
