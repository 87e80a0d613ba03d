/** From the bytes of a file to a plan whose command lines were checked against the programs of each host. */
import { libraryImages } from '../docker/library.ts';
import type { ProgramRegistry } from '../kernel/proc/program-registry.ts';
import { checkCommand, noDefinedNames } from '../userland/sh/check.ts';
import type { DefinedNames } from '../userland/sh/check.ts';
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
  const definedOn = new Map<string, DefinedNames>();
  const programsOf = new Map<string, ProgramRegistry>();
  const plan = loadPlan(file, bytes, {
    ...overrides,
    commandCheck: (command, host, expectsFailure) => {
      const programs = programsOf.get(host.name) ?? checkedPrograms(host, libraryImages());
      programsOf.set(host.name, programs);
      const defined = definedOn.get(host.name) ?? noDefinedNames();
      definedOn.set(host.name, defined);
      return checkCommand(command, programs, expectsFailure, defined).map(({ line, col, message }) => ({
        line,
        col,
        message: withExpectation(message, programs),
      }));
    },
  });
  return plan;
}

/** Ends the words of a tool or of the shell with what was expected, as every message about a scenario does. */
function withExpectation(message: string, programs: ProgramRegistry): string {
  if (message.includes('; ')) return message;
  if (message.includes('Unterminated quoted string')) return `${message}; expected a closing quote`;
  if (/invalid option|unknown (shorthand )?flag/.test(message)) return `${message}; expected an option that it has`;
  if (/^\w[\w-]* is not supported yet$/.test(message)) return `${message}; supported: ${programs.names().join(', ')}`;
  if (message.endsWith('is not supported yet')) return `${message}; expected simple commands joined by ; && || &`;
  return `${message}; expected a command line that the shell and the tool take`;
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
