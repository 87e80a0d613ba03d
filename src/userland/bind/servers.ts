/** Which servers a tool of BIND asks: those of resolv.conf, or the one that was named. */
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { resolveIp4Host } from '../resolve.ts';
import { ToolError } from '../tool-error.ts';
import type { BindServer } from './lookup.ts';
import { systemServers } from './lookup.ts';

/** `name` '' takes those of the system; a name without an address ends the tool. */
export function* serversFor(
  proc: Process,
  tool: string,
  name: string,
): Generator<Wait, readonly BindServer[], WakeReason> {
  if (name === '') return systemServers(proc);
  const found = yield* resolveIp4Host(proc, name);
  if (typeof found !== 'string') return found.addresses.map((address) => ({ address, name }));
  const why = found.startsWith('Temporary') ? 'failure' : 'not found';
  throw new ToolError(`${tool}: couldn't get address for '${name}': ${why}`, 1);
}
