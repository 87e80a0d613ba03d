/** The program conntrack; what it does is done by kernel/admin/conntrack.ts, but for `-E`, which follows events. */
import { asksForEvents, ConntrackMonitor } from '../kernel/events/conntrack-monitor.ts';
import type { Process } from '../kernel/proc/process.ts';
import { conntrackRefusal } from '../kernel/admin/conntrack-options.ts';
import type { CheckMistake, ProgramEntry } from '../kernel/proc/program-registry.ts';
import type { Wait, WakeReason } from '../kernel/proc/wait.ts';
import { EXIT_UNSUPPORTED, reportUnsupported } from './unsupported.ts';

type Steps = Generator<Wait, number, WakeReason>;

const COMMANDS_SUPPORTED = ['-L', '-D', '-F', '-C', '-S', '-E', '-G', '-I', '-U', '-A'];
const NAME = 'conntrack v1.4.7 (conntrack-tools)';

function* run(proc: Process): Steps {
  const args = proc.argv.slice(1);
  if (lackingAt(args) >= 0) return reportUnsupported(proc, `conntrack ${args[lackingAt(args)]!}`, COMMANDS_SUPPORTED);
  if (asksForEvents(args)) return yield* follow(proc, args);
  const result = proc.door.run(proc.ns, proc.argv);
  proc.write(result.stdout);
  proc.writeError(result.stderr);
  if (result.exit === EXIT_UNSUPPORTED) proc.markUnsupported();
  return result.exit;
}

/** Prints events as they come; SIGINT and SIGTERM end it with a count (event_sighandler). */
function* follow(proc: Process, args: readonly string[]): Steps {
  const end = { hasCome: false };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    proc.onSignal(signal, () => {
      end.hasCome = true;
    });
  }
  const monitor = new ConntrackMonitor(proc.ns, args);
  proc.writeError(monitor.notice);
  try {
    for (;;) {
      const text = monitor.output.read();
      if (text !== '' && text !== null) proc.write(text);
      else if (end.hasCome) break;
      else yield proc.waitFor(monitor.output);
    }
  } finally {
    monitor.close();
  }
  proc.write(monitor.ending);
  proc.writeError(`${NAME}: ${monitor.count} flow events have been shown.\n`);
  return 0;
}

/** Options that the real tool has and Dockwire lacks: files of commands. */
function lackingAt(args: readonly string[]): number {
  return args.findIndex((word) => /^-R|^--load-file/.test(word));
}

function check(args: readonly string[]): CheckMistake | undefined {
  const argIndex = lackingAt(args);
  return argIndex < 0 ? undefined : { argIndex, message: `option ${args[argIndex]!} is not supported by Dockwire` };
}

/** What the tool refuses before it does anything. */
function refusal(args: readonly string[]): CheckMistake | undefined {
  const whole = conntrackRefusal(args);
  if (whole === '' || lackingAt(args) >= 0) return undefined;
  let count = args.length;
  while (count > 1 && conntrackRefusal(args.slice(0, count - 1)) === whole) count--;
  return { argIndex: count - 1, message: whole };
}

export const CONNTRACK: ProgramEntry = { name: 'conntrack', run, check, refusal };
