/** `docker top`: `ps -ef` of the host, as far as it is about a container. Twin of moby's daemon/top_unix.go. */
import type { Process } from '../../kernel/proc/process.ts';
import type { Container } from '../container.ts';
import { containerAttributes } from '../daemon/create.ts';
import { processesOf } from '../daemon/pause.ts';
import { DaemonError } from '../errors.ts';
import { rfc3339 } from '../inspect/time.ts';
import type { Client, Command, CommandResult } from './command.ts';
import { daemonText, orRefusal, reportLack } from './command.ts';
import { complain } from './each-container.ts';
import type { Flags } from './flags.ts';
import { TOP_FORM } from './options/container.ts';

const COLUMNS = ['UID', 'PID', 'PPID', 'C', 'STIME', 'TTY', 'TIME', 'CMD'];
/** A cell's width at least, and the blanks between two. */
const CELL_WIDTH_MIN = 20;
const PADDING = 3;
/** Who started a container's first process on a real host goes unseen here. */
const INIT_PID = 1;

export const TOP: Command = { ...TOP_FORM, run };

function run(client: Client, flags: Flags): CommandResult {
  const { engine, proc } = client;
  const [term, ...psOptions] = flags.operands;
  const container = orRefusal(() => runningContainer(engine.getContainer(term!)));
  if (container instanceof DaemonError) return complain(client, daemonText(container));
  if (psOptions.length > 0 && psOptions.join(' ') !== '-ef') {
    return reportLack(proc, { name: `docker top with ps ${psOptions.join(' ')}`, supported: '-ef' });
  }
  engine.events.log('container', 'top', container.id, containerAttributes(container));
  const rows = processesOf(container).map((each) => rowOf(client, container, each));
  proc.write(table([COLUMNS, ...rows]));
  return 0;
}

/** Throws a DaemonError. */
function runningContainer(container: Container): Container {
  if (!container.isActive) throw new DaemonError(`Container ${container.id} is not running`);
  if (container.status !== 'restarting') return container;
  throw new DaemonError(`Container ${container.id} is restarting, wait until the container is running`);
}

function rowOf({ engine }: Client, container: Container, process: Process): string[] {
  const isFirst = process === container.process;
  const startTime = rfc3339(engine.host.epochSeconds, process.startedNs).slice('yyyy-mm-ddT'.length, -':ssZ'.length);
  const parent = isFirst ? INIT_PID : (process.parent?.pid ?? INIT_PID);
  const terminal = isFirst && container.config.isTty ? 'pts/0' : '?';
  const command = process.argv.join(' ');
  return ['root', String(process.pid), String(parent), '0', startTime, terminal, '00:00:00', command];
}

function table(rows: readonly (readonly string[])[]): string {
  const width = (column: number): number =>
    Math.max(CELL_WIDTH_MIN, ...rows.map((row) => row[column]!.length + PADDING));
  const last = COLUMNS.length - 1;
  const lineOf = (row: readonly string[]): string =>
    row.map((cell, column) => (column === last ? cell : cell.padEnd(width(column)))).join('');
  return rows.map((row) => `${lineOf(row)}\n`).join('');
}
