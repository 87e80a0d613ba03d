/** Threads of the daemon in the host's namespace: what has a goroutine in Go that waits for a socket. */
import type { Process } from '../kernel/proc/process.ts';
import type { Program } from '../kernel/proc/program-registry.ts';
import { ProgramRegistry } from '../kernel/proc/program-registry.ts';
import type { EngineHost } from './engine.ts';

type Machine = Pick<EngineHost, 'processes' | 'hostName' | 'files' | 'rootNs'>;

export class DaemonThreads {
  private readonly host: Machine;
  private readonly threads = new Set<Process>();
  private readonly registry = new ProgramRegistry();

  constructor(host: Machine) {
    this.host = host;
  }

  /** Starts one, which runs at once until its first wait. Null where the machine has no room for it. */
  start(program: Program): Process | null {
    const { processes, hostName, files, rootNs } = this.host;
    if (!processes.hasRoom) return null;
    const thread = processes.spawn({
      argv: ['dockerd'],
      program,
      ns: rootNs,
      hostname: hostName,
      files,
      env: new Map(),
      registry: this.registry,
      stdin: 'null',
      stdout: ignore,
      stderr: ignore,
      isThread: true,
    });
    if (thread.isReady()) return thread;
    this.threads.add(thread);
    const { threads } = this;
    const waiter = {
      wake(): void {
        thread.removeWaiter(waiter);
        threads.delete(thread);
      },
    };
    thread.addWaiter(waiter);
    return thread;
  }

  /** Ends all of them, with what their `finally` blocks do. */
  stopAll(): void {
    for (const thread of [...this.threads]) thread.kill('SIGKILL');
    this.threads.clear();
  }
}

function ignore(): void {
  // It says nothing that anybody reads.
}
