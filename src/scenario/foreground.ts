/** The processes that a Ctrl-C reaches: what the running command has started, not what it left in the background. */
import type { Process } from '../kernel/proc/process.ts';
import type { ProcessTable } from '../kernel/proc/process-table.ts';

/** The running descendants of a process, oldest first. */
export function descendantsOf(ancestor: Process, table: ProcessTable): Process[] {
  return table.all.filter((proc) => {
    for (let parent = proc.parent; parent !== null; parent = parent.parent) if (parent === ancestor) return true;
    return false;
  });
}
