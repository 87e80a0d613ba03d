/** `iptables`, `iptables-save` and `iptables-restore`, and those of IPv6, over the tables of a namespace. */
import { ctime } from '../../base/calendar.ts';
import type { Netns } from '../netns.ts';
import { iptables, iptablesSave, readSaveWords } from '../nf/iptables.ts';
import type { HostNames } from '../nf/names.ts';
import { iptablesRestore, readRestoreWords } from '../nf/restore.ts';
import { NfTables } from '../nf/table.ts';
import { tablesOf } from '../nf/table-hooks.ts';
import type { AdminResult } from './result.ts';
import { failure } from './result.ts';

const SECOND_NS = 1_000_000_000;

/** Runs one of the programs; `input` is the standard input of iptables-restore. */
export function iptablesProgram(ns: Netns, words: readonly string[], input: string, names: HostNames): AdminResult {
  const [program = '', ...args] = words;
  const [, six, verb] = /^ip(6?)tables(?:-nft)?(|-save|-restore)$/.exec(program) ?? [];
  const isIp6 = six === '6';
  const tables = isIp6 ? (ns.ip6Rules ??= new NfTables()) : tablesOf(ns);
  const setting = { program, isIp6, names };
  if (verb === '') return iptables(tables, args, setting);
  if (verb === '-save') return iptablesSave(tables, args, dateOf(ns), setting);
  if (verb === '-restore') return iptablesRestore(tables, args, input, setting);
  return failure(127, `${program}: not supported by Dockwire; supported: iptables, iptables-save, iptables-restore`);
}

function dateOf({ machine }: Netns): string {
  return ctime(machine.epochSeconds + Math.floor(machine.sched.now / SECOND_NS));
}

/** What iptables-restore reads: the file that its words name, '-' for standard input, '' for nothing. */
export function restoreInput(args: readonly string[]): string {
  const options = readRestoreWords(args, '');
  if ('exit' in options) return '';
  return options.file === '' ? '-' : options.file;
}

/** The file into which iptables-save writes, '' for standard output. */
export function saveFile(args: readonly string[]): string {
  const options = readSaveWords(args, '');
  return 'exit' in options ? '' : options.file;
}
