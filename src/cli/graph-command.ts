/** `dockwire graph FILE`: runs the steps and prints the topology that they have built. */
import { ScenarioError } from '../scenario/diagnostics.ts';
import { dotOf } from '../scenario/graph-dot.ts';
import { mermaidOf } from '../scenario/graph-mermaid.ts';
import type { Graph } from '../scenario/graph.ts';
import { graphOf } from '../scenario/graph.ts';
import { loadScenario } from '../scenario/load.ts';
import type { Plan } from '../scenario/plan.ts';
import { Run } from '../scenario/run.ts';
import type { Environment } from './environment.ts';
import { EXIT_BAD_INPUT } from './environment.ts';
import { Progress } from './progress.ts';
import type { RunArguments } from './run-command.ts';
import { drive, readScenarioBytes, reportCrash, reportDiagnostics, tellFailures } from './run-command.ts';

export interface GraphArguments extends Pick<RunArguments, 'seed' | 'engine' | 'queue' | 'debug'> {
  readonly file: string;
  readonly format: 'mermaid' | 'dot';
}

/** Prints the topology after the last step, or as it was when the run ended before that. */
export async function graphCommand(env: Environment, args: GraphArguments): Promise<number> {
  let plan: Plan;
  try {
    plan = loadScenario(args.file, readScenarioBytes(env, args.file), { seed: args.seed, engine: args.engine });
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    reportDiagnostics(env, error.diagnostics, false);
    return EXIT_BAD_INPUT;
  }
  const graphs: Graph[] = [];
  let run: Run | null = null;
  try {
    run = new Run(plan, {
      ...{ queue: args.queue, captures: 'none', store: null, hash: false, keepGoing: false, isInteractive: true },
      onEnding: (lab, setups) => {
        graphs.push(graphOf(plan, lab, setups));
      },
    });
    await drive(env, run, new Progress(env, plan.name, false));
    if (run.isAtPrompt) run.leave();
  } catch (error) {
    return reportCrash(env, { json: false, debug: args.debug }, plan, run, error);
  }
  for (const graph of graphs) env.out(args.format === 'dot' ? dotOf(graph) : mermaidOf(graph));
  const result = run.result();
  if (!result.ok) tellFailures(env, result);
  return result.exit;
}
