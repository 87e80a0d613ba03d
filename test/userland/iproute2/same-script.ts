/**
 * The same script typed into a real Linux, in namespaces of its own, and into the login shell of an emulated host: for
 * each line its exit code and what it printed, with what nobody chose (random MACs) made alike.
 */
import assert from 'node:assert/strict';
import type { Context } from 'mocha';
import type { Host } from '../../../src/kernel/host.ts';
import { Files } from '../../../src/kernel/proc/files.ts';
import type { ProgramRegistry } from '../../../src/kernel/proc/program-registry.ts';
import { hostPrograms } from '../../../src/userland/registry.ts';
import { Shell } from '../../../src/userland/sh/shell.ts';
import type { Answer } from '../../kernel/admin/real-tools.ts';
import { onRealLinux } from '../../kernel/admin/real-tools.ts';
import { World } from '../../kernel/kit.ts';

/** Files in the working directory, by name. */
export type Texts = Readonly<Record<string, string>>;

const IPV6_OFF = 'for s in all default lo; do echo 1 >/proc/sys/net/ipv6/conf/$s/disable_ipv6; done';
const MINUTE = 60_000_000_000;

/** On a real Linux; namespaces that the lines add are without IPv6, as emulated ones are. */
export function sayReal(context: Context, lines: readonly string[], texts: Texts = {}, settle = '0.01'): Answer[] {
  const files = Object.entries(texts).map(([name, text]) => `cat >${name} <<'END'\n${text}\nEND`);
  return onRealLinux(context, lines, ['cd /tmp', IPV6_OFF, ...files].join('\n'), (line) => {
    const added = /^ip netns add (\S+)$/.exec(line)?.[1];
    const pause = / link (set|add|del)|^ifconfig [a-z:0-9]+ \S/.test(line) ? `sleep ${settle}\n` : '';
    return (added === undefined ? '' : `ip netns exec ${added} sh -c '${IPV6_OFF}' 2>/dev/null\n`) + pause;
  });
}

/** In the login shell of an emulated host. */
export function sayDockwire(lines: readonly string[], texts: Texts = {}, world: World = new World()): Answer[] {
  return typeInto(world, world.host('h'), lines, texts, hostPrograms());
}

/** The same on a machine that is there, with programs of its own. */
export function typeInto(
  world: World,
  host: Host,
  lines: readonly string[],
  texts: Texts,
  registry: ProgramRegistry,
): Answer[] {
  const files = new Files();
  for (const [name, text] of Object.entries(texts))
    files.write(
      `/root/${name}`,
      `${text}
`,
    );
  const shell = new Shell({
    processes: host.processes,
    registry,
    ns: host.rootNs,
    files,
    hostname: 'h',
  });
  return lines.map((line) => {
    const said = { line, exit: 0, stdout: '', stderr: '' };
    const proc = shell.start(line, {
      stdin: 'eof',
      stdout: (text) => {
        said.stdout += text;
      },
      stderr: (text) => {
        said.stderr += text;
      },
    });
    const until = world.sched.now + MINUTE;
    while (proc.exitCode === null && world.sched.run(until, 1) === 1) continue;
    assert.ok(proc.exitCode !== null, `${line} ends`);
    return { ...said, exit: proc.exitCode };
  });
}

const TIMER = /((?:gc|forward_delay)_timer"?:?) *[\d.]+/g;
/** An id of a bridge writes its MAC without leading zeros. */
const BRIDGE_ID = /\b8000\.(?!2:0:0)[0-9a-f:]+/g;

/** Makes random MACs alike: each gets a number when it first appears; and timers, which run on. */
export function alike(said: readonly Answer[]): Answer[] {
  const numbers = new Map<string, string>();
  const replace = (text: string): string =>
    text
      .replaceAll(TIMER, '$1N')
      .replaceAll(BRIDGE_ID, '8000.MAC')
      .replaceAll(/(?<![0-9a-f:])(?!ff:ff|00:00:00|02:00:00|01:)[0-9a-f]{2}(?::[0-9a-f]{2}){5}\b/g, (mac) => {
        const known = numbers.get(mac) ?? `mac-${numbers.size}`;
        numbers.set(mac, known);
        return known;
      });
  return said.map((each) => ({ ...each, stdout: replace(each.stdout), stderr: replace(each.stderr) }));
}

/**
 * Both, compared line by line. A real kernel tells of carriers a little later, on a busy machine later still: what
 * differs is asked for again, with longer pauses.
 */
export function assertSame(context: Context, lines: readonly string[], texts: Texts = {}): void {
  const own = alike(sayDockwire(lines, texts));
  for (const settle of ['0.01', '0.1', '0.3']) {
    const real = alike(sayReal(context, lines, texts, settle));
    const at = lines.findIndex((_, i) => textOf(own[i]!) !== textOf(real[i]!));
    if (at < 0) return;
    if (settle !== '0.3') continue;
    assert.fail(`${lines[at]!}\n${difference(textOf(own[at]!), textOf(real[at]!))}`);
  }
}

/** What two machines answered, all differences at once. */
export function assertAnswers(ours: readonly Answer[], real: readonly Answer[]): void {
  const isOther = (_: Answer, i: number): boolean => textOf(ours[i]!) !== textOf(real[i]!);
  assert.deepEqual(ours.filter(isOther), real.filter(isOther));
}

export function textOf({ exit, stdout, stderr }: Answer): string {
  return `${stdout}${stderr === '' ? '' : `stderr: ${stderr}`}exit ${exit}`;
}

/** Both from a little before their first difference on. */
export function difference(is: string, wanted: string): string {
  let at = 0;
  while (is[at] === wanted[at]) at++;
  const around = (text: string): string => JSON.stringify(text.slice(Math.max(at - 80, 0), at + 200));
  return `     is ${around(is)}\n wanted ${around(wanted)}`;
}
