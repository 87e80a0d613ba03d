/**
 * The same lines typed on the host of a real engine and on an emulated one: their answers as text, with what is random
 * named by the order in which it came.
 */
import type { EngineLab } from './engine-lab.ts';
import type { RealEngine } from './real-engine.ts';

const RANDOM =
  /\b[0-9a-f]{64}\b|\bbr-[0-9a-f]{12}\b|\b[0-9a-f]{12}\b|\bveth[0-9a-f]{7}\b|\b[0-9a-f]{1,2}(?::[0-9a-f]{1,2}){5}\b/g;
const TIMES = /\b\d{4}-\d\d-\d\dT[\d:.]+Z\b|\b(?:gc|hello|tcn|topology_change|forward_delay)_timer +[\d.]+/g;
/** Containers' MACs and those of machines are not random. */
const KNOWN_MAC = /^(?:02:42:(?:ac|c0|0a):|52:54:|ff:ff:|0?0:0|01:80)/;

/** Names what is random. */
export class Names {
  private readonly known = new Map<string, string>();

  /** The text with ids, names of interfaces, MACs and times replaced. */
  plainly(text: string): string {
    return text.replace(TIMES, 'TIME').replace(RANDOM, (found) => this.nameOf(found));
  }

  private nameOf(found: string): string {
    if (KNOWN_MAC.test(found)) return found;
    const isBridge = found.startsWith('br-');
    // Short ids stand for whole ones; MACs are written with and without leading zeros.
    const key = isBridge ? found.slice(3) : found.slice(0, 12).replaceAll(':0', ':');
    const kind = found.startsWith('veth') ? 'VETH' : found.includes(':') ? 'MAC' : 'ID';
    const name = this.known.get(key) ?? `${kind}${this.known.size}`;
    this.known.set(key, name);
    return `${isBridge ? 'br-' : ''}${name}`;
  }
}

/** Types lines on a host, and writes down what comes. Lines behind `host: ` are for the host's own tools. */
export function transcriptOf(host: RealEngine | EngineLab, lines: readonly string[], names: Names): string[] {
  return lines.map((line) => {
    const isHost = line.startsWith('host: ');
    const answer = isHost ? host.host(line.slice('host: '.length)) : host.sh(line);
    const { exit, stdout, stderr } = answer;
    return names.plainly(
      `$ ${line}\n${stdout}${stderr === '' ? '' : `--- standard error:\n${stderr}`}--- exit ${exit}\n`,
    );
  });
}
