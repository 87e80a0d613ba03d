/** State dumps of recordings: what `ip`, `bridge` and others printed, one section a command. */

export interface Dump {
  readonly netns: string;
  readonly command: string;
  readonly text: string;
}

/** Sections that begin with `[gt-c1]# ip -d addr` and end with an empty line. */
export function dumpsOf(text: string): Dump[] {
  const dumps: Dump[] = [];
  for (const part of text.split(/^(?=\[[\w-]+\]# )/m)) {
    const head = /^\[([\w-]+)\]# (.*)\n/.exec(part);
    if (head === null) continue;
    dumps.push({ netns: head[1]!, command: head[2]!, text: part.slice(head[0].length).replace(/\n$/, '') });
  }
  return dumps;
}

/** MACs that a script gave; all others are generated. */
const GIVEN_MAC = /^(02:42:|33:33:|01:00:5e:|01:80:c2:|ff:ff|00:00:00:00:00:00)/;

/**
 * Without what is generated or counts down: random MACs by their order, the remaining time of timers. The order of a
 * table that the kernel hashes with salt is no order: `isHashed` sorts its lines.
 */
export function normalDump(text: string, isHashed = false): string {
  const names = new Map<string, string>();
  const lines = isHashed ? text.split('\n').sort(byText).join('\n') : text;
  return lines
    .replace(/\b[0-9a-f]{2}(:[0-9a-f]{2}){5}\b/g, (mac) => {
      if (GIVEN_MAC.test(mac)) return mac;
      if (!names.has(mac)) names.set(mac, `mac${names.size + 1}`);
      return names.get(mac)!;
    })
    .replace(/(\w+_timer) +\d+\.\d\d/g, '$1 T');
}

function byText(left: string, right: string): number {
  return left < right ? -1 : 1;
}
