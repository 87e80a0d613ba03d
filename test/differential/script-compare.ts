/** A lab script, run in a sandbox of the real kernel and in an emulated machine, and how the two differ. */
import { runInSandbox } from './script-sandbox.ts';
import { runScript } from './script-run.ts';

/** What differs, a command each; none for equal runs. Each command is typed at the time at which the real one was. */
export async function scriptDifferences(script: string): Promise<string[]> {
  const real = await runInSandbox(script);
  const timed = real.map(({ text, atSeconds }) => `#@ ${atSeconds.toFixed(6)}\n${text}`).join('\n');
  const emulated = runScript(timed).steps;
  const found: string[] = [];
  const [theirNames, myNames] = [new Names(), new Names()];
  real.forEach((theirs, i) => {
    const mine = emulated[i];
    if (mine?.run !== theirs.text) {
      found.push(`${theirs.text}\n  was not typed`);
      return;
    }
    const differing = (['stdout', 'stderr'] as const).flatMap((stream) =>
      differingLines(myNames.normal(sorted(mine[stream])), theirNames.normal(sorted(theirs[stream]))),
    );
    if (mine.exit !== theirs.exit) differing.push(`  exit ${mine.exit ?? 'none'} instead of ${theirs.exit}`);
    if (differing.length > 0) found.push([theirs.text, ...differing].join('\n'));
  });
  return found;
}

/** The lines that differ, place by place: `-` the real one's, `+` the emulated one's. */
function differingLines(emulated: string, real: string): string[] {
  const [left, right] = [emulated.split('\n'), real.split('\n')];
  const lines: string[] = [];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    if (left[i] !== right[i]) lines.push(`  - ${right[i] ?? '(nothing)'}`, `  + ${left[i] ?? '(nothing)'}`);
  }
  return lines;
}

/** Neighbours come in the order of a hash with a random salt. */
function sorted(text: string): string {
  const lines = text.split('\n');
  return lines.every((line) => line === '' || NEIGHBOUR.test(line))
    ? lines.sort((left, right) => (left < right ? -1 : 1)).join('\n')
    : text;
}

const NEIGHBOUR = /^\S+ .*(lladdr|FAILED|INCOMPLETE|NOARP)|^\S+ .*0x[12]|^Address|^IP address/;

/** Gives generated MACs the same names in both, by their first mention, and takes out what was measured. */
class Names {
  private readonly macs = new Map<string, string>();

  normal(text: string): string {
    return (
      text
        .replace(/\b[0-9a-f]{1,2}(:[0-9a-f]{1,2}){5}\b/gi, (mac) =>
          this.nameOf(mac.toLowerCase().replace(/\b.\b/g, '0$&')),
        )
        .replace(/^\d\d:\d\d:\d\d\.\d{6}/gm, 'TIME')
        .replace(/[\d.]+ ms|time [\d]+ms|[\d.]+ (usec|msec|sec)\b/g, 'T')
        .replace(/(rtt min\/avg\/max\/(mdev|std-dev)) = .*/g, '$1 = T')
        .replace(/(round-trip min\/avg\/max) = .*/g, '$1 = T')
        .replace(/(?<=used )\d+\/\d+\/\d+(?= probes)/g, 'T')
        .replace(/, pipe \d+|\npipe \d+/g, '')
        .replace(/(?<=ICMP echo (request|reply), id )\d+/g, 'N')
        .replace(/(?<=\d, id )\d+(?=, offset)/g, 'N')
        .replace(/(?<=expires )\d+(?=sec)/g, 'N')
        .replace(/(_timer) +\d+\.\d\d/g, '$1 N')
        .replace(/^(qdisc \w+) [89a-f][0-9a-f]{3}:/gm, '$1 N:')
        // The interface's number, and its peer's.
        .replace(/^\d+: (?=[\w.@-]+:)/gm, 'N: ')
        .replace(/(?<=\w)@if\d+/g, '@ifN')
        // A shell says who it is, and where it reads.
        .replace(/^\S+: \d+: (\/\S+\.sh: )?/gm, 'sh: N: ')
        .replace(/^\/usr\/s?bin\//gm, '')
    );
  }

  private nameOf(mac: string): string {
    // Locally administered at random, unlike what a script sets; and not of everybody.
    if (/^(02:00|02:42|aa:aa|ff:|00:00|00:11|01:00|33:33)/.test(mac)) return mac;
    let name = this.macs.get(mac);
    if (name === undefined) this.macs.set(mac, (name = `mac${this.macs.size}`));
    return name;
  }
}
