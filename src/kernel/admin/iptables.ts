/** `iptables`, `iptables-save` and `iptables-restore` over the tables of a namespace. */
import { ctime } from '../../base/calendar.ts';
import type { Netns } from '../netns.ts';
import { iptables, iptablesSave } from '../nf/iptables.ts';
import { iptablesRestore } from '../nf/restore.ts';
import { tablesOf } from '../nf/table-hooks.ts';
import type { AdminResult } from './result.ts';
import { failure } from './result.ts';

const SECOND_NS = 1_000_000_000;

/** Runs one of the programs; `input` is the standard input of iptables-restore. */
export function iptablesProgram(ns: Netns, words: readonly string[], input: string): AdminResult {
  const [command = '', ...args] = words;
  const tables = tablesOf(ns);
  switch (command) {
    case 'iptables':
      return iptables(tables, args);
    case 'iptables-save':
      return iptablesSave(tables, args, dateOf(ns));
    case 'iptables-restore':
      return iptablesRestore(tables, args, input);
    default:
      return failure(
        127,
        `${command}: not supported by Dockwire; supported: iptables, iptables-save, iptables-restore`,
      );
  }
}

function dateOf({ machine }: Netns): string {
  return ctime(machine.epochSeconds + Math.floor(machine.sched.now / SECOND_NS));
}
