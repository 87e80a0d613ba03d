/**
 * `iptables`, `iptables-save` and `conntrack` as they answer on a machine without rules and without tracked
 * connections: listing, flushing, counting. All else is said at run time to be missing, so that scripts can be read.
 */
import type { ProgramEntry } from '../kernel/proc/program-registry.ts';
import type { Process } from '../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../kernel/proc/wait.ts';
import { reportUnsupported } from './unsupported.ts';

type Steps = Generator<Wait, number, WakeReason>;

const TABLES: Readonly<Record<string, readonly string[]>> = {
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  raw: ['PREROUTING', 'OUTPUT'],
  security: ['INPUT', 'FORWARD', 'OUTPUT'],
};
const IPTABLES_NAME = 'iptables v1.8.9 (nf_tables)';
const IPTABLES_SUPPORTED: readonly string[] = ['-L', '-S', '-F', '-Z', '-X', '-t', '-n', '-v', '-x', '-w', '-V'];

/** What a command line asks for, as far as it is understood here. */
interface IptablesLine {
  table: string;
  /** '' when none was given. */
  command: 'L' | 'S' | 'F' | 'Z' | 'X' | 'V' | '';
  chain: string;
  isVerbose: boolean;
  hasLineNumbers: boolean;
  /** The first word that is not understood. */
  unknown: string;
}

const LONG_NAMES: Readonly<Record<string, string>> = {
  '--list': 'L',
  '--list-rules': 'S',
  '--flush': 'F',
  '--zero': 'Z',
  '--delete-chain': 'X',
  '--version': 'V',
  '--numeric': 'n',
  '--verbose': 'v',
  '--exact': 'x',
  '--wait': 'w',
  '--line-numbers': '0',
  '--table': 't',
};

function readIptables(args: readonly string[]): IptablesLine {
  const line: IptablesLine = {
    table: 'filter',
    command: '',
    chain: '',
    isVerbose: false,
    hasLineNumbers: false,
    unknown: '',
  };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    const letters = LONG_NAMES[arg] ?? (/^-[A-Za-z]+$/.test(arg) ? arg.slice(1) : '');
    if (letters === '') {
      if (arg.startsWith('-') || line.command === '' || line.chain !== '') line.unknown ||= arg;
      else line.chain = arg;
    }
    for (const letter of letters) {
      if ('LSFZXV'.includes(letter)) line.command = letter as IptablesLine['command'];
      else if (letter === 'v') line.isVerbose = true;
      else if (letter === '0') line.hasLineNumbers = true;
      else if (letter === 't') line.table = args[++i] ?? '';
      else if (!'nxw'.includes(letter)) line.unknown ||= arg;
    }
  }
  return line;
}

function* runIptables(proc: Process): Steps {
  const line = readIptables(proc.argv.slice(1));
  const { command, table } = line;
  if (line.unknown !== '') return reportUnsupported(proc, `iptables ${line.unknown}`, IPTABLES_SUPPORTED);
  if (command === 'V') {
    proc.write(`${IPTABLES_NAME}\n`);
    return 0;
  }
  if (command === '') {
    proc.writeError(`${IPTABLES_NAME}: no command specified\n`);
    proc.writeError("Try `iptables -h' or 'iptables --help' for more information.\n");
    return 2;
  }
  const builtin = TABLES[table];
  if (builtin === undefined) {
    proc.writeError(`${IPTABLES_NAME}: table '${table}' does not exist\n`);
    proc.writeError('Perhaps iptables or your kernel needs to be upgraded.\n');
    return 3;
  }
  const chains = line.chain === '' ? builtin : builtin.filter((chain) => chain === line.chain);
  if (chains.length === 0) {
    if (command !== 'L' && command !== 'S')
      return reportUnsupported(proc, `iptables -${command} CHAIN`, IPTABLES_SUPPORTED);
    const what = `chain \`${line.chain}' in table \`${table}'`;
    proc.writeError(`${IPTABLES_NAME}: ${what} is incompatible, use 'nft' tool.\n`);
    return 1;
  }
  if (command === 'L') proc.write(chains.map((chain) => listing(chain, line)).join('\n'));
  if (command === 'S') proc.write(chains.map((chain) => policy(chain, line)).join(''));
  return 0;
}

function listing(chain: string, { isVerbose, hasLineNumbers }: IptablesLine): string {
  const number = hasLineNumbers ? 'num  ' : '';
  const counters = isVerbose ? ' 0 packets, 0 bytes' : '';
  const columns = isVerbose
    ? ' pkts bytes target     prot opt in     out     source               destination         '
    : 'target     prot opt source               destination         ';
  return `Chain ${chain} (policy ACCEPT${counters})\n${number}${columns}\n`;
}

function policy(chain: string, { isVerbose }: IptablesLine): string {
  return `-P ${chain} ACCEPT${isVerbose ? ' -c 0 0' : ''}\n`;
}

function* runIptablesSave(proc: Process): Steps {
  const unknown = proc.argv.slice(1).find((arg) => !['-c', '--counters'].includes(arg));
  return unknown === undefined ? 0 : reportUnsupported(proc, `iptables-save ${unknown}`, ['-c']);
}

function* runIptablesRestore(proc: Process): Steps {
  return reportUnsupported(proc, 'iptables-restore', []);
}

const CONNTRACK_NAME = 'conntrack v1.4.7 (conntrack-tools)';

function* runConntrack(proc: Process): Steps {
  const [command = '', ...rest] = proc.argv.slice(1);
  const table = rest[0] === 'conntrack' || rest[0] === undefined || rest[0].startsWith('-');
  if (table && ['-L', '--dump'].includes(command)) {
    proc.writeError(`${CONNTRACK_NAME}: 0 flow entries have been shown.\n`);
  } else if (table && ['-F', '--flush'].includes(command)) {
    proc.writeError(`${CONNTRACK_NAME}: connection tracking table has been emptied.\n`);
  } else if (table && ['-C', '--count'].includes(command)) proc.write('0\n');
  else return reportUnsupported(proc, `conntrack ${command}`.trimEnd(), ['-L', '-F', '-C']);
  return 0;
}

export const NO_RULES_PROGRAMS: readonly ProgramEntry[] = [
  { name: 'iptables', run: runIptables },
  { name: 'iptables-save', run: runIptablesSave },
  { name: 'iptables-restore', run: runIptablesRestore },
  { name: 'conntrack', run: runConntrack },
];
