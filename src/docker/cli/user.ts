/** `--user`: whom a process runs as. Dockwire's processes are all root's. */
import { userFailure } from '../daemon/user.ts';
import type { Lack } from './command.ts';
import type { Flags } from './flags.ts';

const ROOT = /^(?:root|0)?(?::(?:root|0)?)?$/;

/** All but root; a name that nobody has the engine refuses. */
export function isLackingUser(user: string): boolean {
  return !ROOT.test(user) && userFailure(user) === undefined;
}

/** What Dockwire lacks of the user asked for. */
export function userLack(command: string, flags: Flags): Pick<Lack, 'name' | 'supported'> | undefined {
  const user = flags.text('user') ?? '';
  return isLackingUser(user) ? { name: `${command} --user ${user}`, supported: 'root' } : undefined;
}
