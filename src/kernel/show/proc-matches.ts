/** What matches of iptables remember, as files: /proc/net/xt_recent and /proc/net/ipt_hashlimit. */
import type { Errno } from '../errno.ts';
import type { Netns } from '../netns.ts';
import { jiffiesOf } from '../nf/jiffies.ts';

const FILE = /^\/proc\/(?:self\/)?net\/(xt_recent|ipt_hashlimit)\/([^/]+)$/;

/** The paths of those that there are. */
export function procMatchFiles(ns: Netns): string[] {
  const home = ns.rules?.home ?? null;
  if (home === null) return [];
  return [
    ...home.recentNames().map((name) => `/proc/net/xt_recent/${name}`),
    ...home.hashlimitNames().map((name) => `/proc/net/ipt_hashlimit/${name}`),
  ];
}

/** Undefined for what is no such file. */
export function readProcMatch(ns: Netns, path: string): string | undefined {
  const [, kind, name = ''] = FILE.exec(path) ?? [];
  const home = ns.rules?.home ?? null;
  if (home === null || kind === undefined) return undefined;
  if (kind === 'xt_recent') return home.findRecent(name)?.read();
  return home.findHashlimit(name)?.read(jiffiesOf(ns.machine.sched));
}

/** The same for writing: of these only what `-m recent` remembers can be changed. */
export function writeProcMatch(ns: Netns, path: string, text: string): Errno | undefined {
  const [, kind, name = ''] = FILE.exec(path) ?? [];
  if (kind !== 'xt_recent') return undefined;
  return ns.rules?.home?.findRecent(name)?.write(text, jiffiesOf(ns.machine.sched));
}
