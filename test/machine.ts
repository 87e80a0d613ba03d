/**
 * What a test needs of the machine it runs on. A lack makes the test say so and count as skipped; with
 * `DOCKWIRE_REQUIRE=tshark,netns,shared` (any of them) it is a failure.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** The context of a mocha test, as far as it is needed here. */
export interface Skippable {
  skip(): never;
}

export type Need = 'tshark' | 'netns' | 'shared';

/** Where the recordings and other shared material are. */
export const SHARED = process.env['DOCKWIRE_SHARED'] ?? '../shared';

const LOOKS: Record<Need, () => string | null> = {
  tshark: () => (works('tshark', ['--version']) && works('capinfos', ['--version']) ? null : 'tshark is not installed'),
  netns: () => (works('ip', ['netns', 'list']) && process.getuid?.() === 0 ? null : 'no root, or no ip netns'),
  shared: () => (existsSync(`${SHARED}/truth/README.md`) ? null : `no recordings at ${SHARED}`),
};

const found = new Map<Need, string | null>();

/** Skips the test with a line that says why, unless the need is met. */
export function need(context: Skippable, what: Need): void {
  let lack = found.get(what);
  if (lack === undefined) found.set(what, (lack = LOOKS[what]()));
  if (lack !== null) skip(context, what, lack);
}

/** Skips the test unless all these tools are there; a failure where `netns` is demanded, whose labs they are for. */
export function needTools(context: Skippable, names: readonly string[]): void {
  const lacking = names.filter((name) => !works('sh', ['-c', `PATH=$PATH:/usr/sbin:/sbin command -v ${name}`]));
  if (lacking.length > 0) skip(context, 'netns', `there is no ${lacking.join(', ')}`);
}

/**
 * Skips the test unless `command` prints `words`, by which a tool is known that the emulated one follows. The machines
 * that must have network namespaces have the tools of Debian 12, too.
 */
export function needTool(context: Skippable, command: readonly string[], words: string): void {
  // What is not there prints null.
  const { stdout, stderr } = spawnSync(command[0]!, command.slice(1), { encoding: 'utf8', input: '' });
  if (!`${stdout}${stderr}`.includes(words)) skip(context, 'netns', `${command[0]!} is not ${words}`);
}

/** Skips the test with a line that says why; a failure where `what` is demanded. */
export function skip(context: Skippable, what: Need, lack: string): never {
  const required = (process.env['DOCKWIRE_REQUIRE'] ?? '').split(',');
  if (required.includes(what)) throw new Error(`DOCKWIRE_REQUIRE names ${what}: ${lack}`);
  console.log(`      skipped: ${lack}`);
  return context.skip();
}

function works(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args).status === 0;
}
