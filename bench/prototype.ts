/**
 * The unit in which the aims are stated: the prototype `calibrate.mjs` of the shared performance material, where that
 * is at hand. It is found by DOCKWIRE_SHARED, `../shared` unless set.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { runToEnd } from './child.ts';

/** What one datagram takes. */
export interface DatagramTime {
  readonly wallNs: number;
  readonly cpuNs: number;
}

/** The prototype's path; undefined when this machine does not have it. */
export function findPrototype(): string | undefined {
  const script = path.resolve(process.env['DOCKWIRE_SHARED'] ?? '../shared', 'perf/calibrate.mjs');
  return existsSync(script) ? script : undefined;
}

/** Runs the prototype once; with a folder it writes one capture per interface of a host there. */
export function runPrototype(script: string, args: readonly string[], folder?: string): DatagramTime {
  const capture = folder === undefined ? [] : ['pcap=1', `dir=${folder}/`];
  return parsePrototype(runToEnd(process.execPath, [script, ...args, ...capture]).stdout);
}

/** Reads the prototype's line: `… run=0.082 cpu=0.084 … ns/pkt=274 …`. */
export function parsePrototype(line: string): DatagramTime {
  const number = (name: string): number => {
    const found = new RegExp(`(?:^|\\s)${name}=([0-9.]+)`).exec(line);
    if (found === null) throw new Error(`the prototype printed no ${name}: ${line}`);
    return Number(found[1]);
  };
  const wallNs = number('ns/pkt');
  const runSeconds = number('run');
  return { wallNs, cpuNs: runSeconds === 0 ? wallNs : (wallNs * number('cpu')) / runSeconds };
}
