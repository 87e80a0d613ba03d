/**
 * Compares what two engines printed. Ids, generated names, times and ages, process numbers, random link names and
 * folders may differ; but an id that comes twice on one side has to come twice on the other.
 */
import assert from 'node:assert/strict';

const ID = /\b(?:[0-9a-f]{64}|[0-9a-f]{12})\b/g;
const SHORT_ID_DIGITS = 12;

/** What is left of a text when all that may differ is taken out. */
function plain(text: string): string {
  return text
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, (time) => (time.startsWith('0001') ? time : 'TIME'))
    .replaceAll(/"Pid": ?[1-9]\d*/g, '"Pid": PID')
    .replaceAll(/(?:\.\/gt-docker\/h\d\/data|\/var\/lib\/docker|\/tmp\/dockwire-engine-\w+\/data)\//g, 'DATA/')
    .replaceAll(/overlay2\/[0-9a-f]{64}/g, 'overlay2/LAYER')
    .replaceAll(/(?:\/var)?\/run\/docker\/netns/g, '/run/docker/netns')
    .replaceAll(/\bveth[0-9a-f]{7}\b/g, 'VETH')
    .replaceAll(/\b(endpoint )[a-z]+_[a-z]+\d?\b/g, '$1NAME')
    .replaceAll(/sha256:[0-9a-f]{64}/g, 'sha256:IMAGE')
    .replaceAll(/(?:Less than a second|About an? \w+|\d+ \w+)( ago)/g, 'AGE$1')
    .replace(/^Deleted Networks:\n[^[]*/, sortedLines)
    .replaceAll(/Up (?:Less than a second|About an? \w+|\d+ \w+)/g, 'Up AGE')
    .replaceAll(/^(.*?(?:CREATED|STATUS).*)$|^(.*\bAGE\b.*)$/gm, (line) => line.replaceAll(/ {2,}/g, '  '));
}

/**
 * A state dump without what is not Docker's: IPv6, the host's own card (a veth there), numbers of namespaces, ports
 * that the kernel chooses, and the MACs that it or the engine draws.
 */
export function plainState(text: string): string {
  return text
    .replaceAll(/^ +inet6 .*\n.*\n/gm, '')
    .replaceAll(/^(?:.*(?:\bfe80::| ::1 |\bff00::)|33:33:ff:).*\n/gm, '')
    .replaceAll(/^(# (?:Generated|Completed).*? on ).*$/gm, '$1TIME')
    .replaceAll(/\[\d+:\d+\]/g, '[0:0]')
    .replaceAll(/(127\.0\.0\.11:|--sport )\d{5}\b/g, '$1PORT')
    .replaceAll(/(gc|forward_delay)_timer +[\d.]+/g, '$1_timer')
    .replaceAll(/^\d+: eth0(?:@if\d+)?: .*mtu 1500.*qlen 1000\n(?: .*\n)*/gm, '')
    .replaceAll(/link-netns(?:id)? [-\w]+/g, 'link-netns')
    .replaceAll(/\b(?:8000\.)?2:42(?::[0-9a-f]{1,2}){4}\b/g, 'BRIDGE')
    .replaceAll(/^.*(?:docker0|br-[0-9a-f]{12}|mybr0|veth[0-9a-f]{7}).*(?:\n +link\/.*)?/gm, (lines) =>
      lines.replaceAll(/\b(?!33:33|01:00)[0-9a-f]{2}(?::[0-9a-f]{2}){5} (?!ff)/g, 'MAC '),
    );
}

/** What is pruned comes in the order of a hash. */
function sortedLines(block: string): string {
  return block
    .split('\n')
    .sort((left, right) => (left < right ? -1 : 1))
    .join('\n');
}

/** Documents with their containers in order of names: they come in the order of their random ids. */
function ordered(text: string): string {
  if (!text.startsWith('[\n')) return text;
  const end = text.indexOf('\n]\n') + '\n]\n'.length;
  const documents = JSON.parse(text.slice(0, end)) as { Containers?: Record<string, { Name: string }> }[];
  const sorted = documents.map((document) => {
    if (document.Containers === undefined) return document;
    const entries = Object.entries(document.Containers).sort(([, a], [, b]) => (a.Name < b.Name ? -1 : 1));
    // Keys of 64 digits keep the order in which they are put in.
    return { ...document, Containers: Object.fromEntries(entries) };
  });
  return JSON.stringify(sorted, null, 4) + text.slice(end - 1);
}

/** Which id on one side stands for which on the other, over a whole story. */
export class IdPairs {
  private readonly emulatedOf = new Map<string, string>();
  private readonly recordedOf = new Map<string, string>();

  /** Fails unless the emulated text is the recorded one but for what may differ. */
  assertSame(emulated: string, recorded: string, what: string): void {
    const [own, real] = [plain(ordered(emulated)), plain(ordered(recorded))];
    assert.equal(own.replaceAll(ID, '#'), real.replaceAll(ID, '#'), what);
    const [ownIds, realIds] = [own.match(ID) ?? [], real.match(ID) ?? []];
    realIds.forEach((realId, i) => {
      this.pair(ownIds[i]!, realId, what);
    });
  }

  private pair(emulated: string, recorded: string, what: string): void {
    assert.equal(emulated.length, recorded.length, `${what}: ids of the same length`);
    const [own, real] = [emulated.slice(0, SHORT_ID_DIGITS), recorded.slice(0, SHORT_ID_DIGITS)];
    const [known, knownBack] = [this.emulatedOf.get(real), this.recordedOf.get(own)];
    if (known === undefined && knownBack === undefined) {
      this.emulatedOf.set(real, own);
      this.recordedOf.set(own, real);
    } else assert.deepEqual([known, knownBack], [own, real], `${what}: the same ids as before`);
  }
}
