/** arp of net-tools 2.10: shows and changes the neighbours of IPv4 by the old ioctls (arp.c). */
import { formatIp4, parseIp4 } from '../../base/addr.ts';
import type { ProgramEntry } from '../../kernel/proc/program-registry.ts';
import type { Process } from '../../kernel/proc/process.ts';
import { getRoute } from '../../kernel/show/ip-route-get.ts';
import { PLAIN } from '../../kernel/show/options.ts';
import { ATF_COM, ATF_PERM } from '../../kernel/show/proc-net.ts';
import { getopt, lackingOption } from '../getopt.ts';
import { lookupHosts } from '../dns/etc-hosts.ts';
import { reportUnsupported } from '../unsupported.ts';
import { ARP_HARDWARE, ARP_USAGE, ARP_VERSION } from './arp-usage.ts';
import type { ProcArp } from './proc-net-route.ts';
import { hostNameOf, readProcArp } from './proc-net-route.ts';

const LETTERS = 'A:H:adfp:nsei:Dt:vhV';
const LACKING = 'f';
const E_USAGE = 3;
const E_FAILED = 255;
const ATF_PUBL = 0x8;

interface Task {
  readonly flags: string;
  readonly device: string;
  readonly operands: readonly string[];
}

const LONG: Readonly<{ [name: string]: string }> = {
  '--verbose': '-v',
  '--version': '-V',
  '--all': '-a',
  '--delete': '-d',
  '--file': '-f',
  '--numeric': '-n',
  '--set': '-s',
  '--device': '-i',
  '--use-device': '-D',
  '--help': '-h',
};

function runArp(proc: Process): number {
  const args = proc.argv.slice(1).map((word) => LONG[word] ?? word);
  if (lackingOption(args, LETTERS, LACKING) !== undefined) {
    return reportUnsupported(proc, 'arp -f', ['-a', '-d', '-e', '-i', '-n', '-s', '-v', '-D']);
  }
  const { options, operands, error } = getopt(args, LETTERS);
  if (error !== null) {
    proc.writeError(`arp: ${error.message}\n${ARP_USAGE}${ARP_HARDWARE}`);
    return E_USAGE;
  }
  const flags = options.map(({ letter }) => letter).join('');
  if (flags.includes('V')) {
    proc.write(ARP_VERSION);
    return 0;
  }
  if (flags.includes('h')) {
    proc.write(ARP_USAGE);
    proc.writeError(ARP_HARDWARE);
    return 0;
  }
  const device = options.findLast(({ letter }) => letter === 'i')?.value ?? '';
  const task = { flags, device, operands: operands.map(({ text }) => text) };
  if (flags.includes('d')) return remove(proc, task);
  return flags.includes('s') ? set(proc, task) : show(proc, task);
}

function addressOf(proc: Process, name: string): string | undefined {
  const address = parseIp4(name) ?? lookupHosts(proc.files, name)?.address;
  return address === undefined ? undefined : formatIp4(address);
}

/** The address that was named; else the exit code. */
function named(proc: Process, name: string | undefined): string | number {
  if (name === undefined) {
    proc.writeError('arp: need host name\n');
    return E_FAILED;
  }
  const ip = addressOf(proc, name);
  if (ip !== undefined) return ip;
  proc.writeError(`${name}: Unknown host\n`);
  return E_FAILED;
}

const HEAD = 'Address                  HWtype  HWaddress           Flags Mask            Iface\n';

function show(proc: Process, { flags, device, operands }: Task): number {
  let wanted = '';
  if (operands[0] !== undefined) {
    const ip = named(proc, operands[0]);
    if (typeof ip === 'number') return ip;
    wanted = ip;
  }
  const all = readProcArp(proc);
  const entries = all.filter(
    (each) => (wanted === '' || each.ip === wanted) && (device === '' || each.device === device),
  );
  const isBsd = flags.includes('a');
  const isNumeric = flags.includes('n');
  if (entries.length > 0 && !isBsd) proc.write(HEAD);
  for (const entry of entries) proc.write(isBsd ? bsdLine(proc, entry, isNumeric) : linuxLine(proc, entry, isNumeric));
  if (flags.includes('v')) {
    proc.write(`Entries: ${all.length}\tSkipped: ${all.length - entries.length}\tFound: ${entries.length}\n`);
  }
  if (entries.length > 0 || flags.includes('v')) return 0;
  if (wanted !== '') proc.write(`${operands[0]!} (${wanted}) -- no entry\n`);
  else if (device !== '') proc.write(`arp: in ${all.length} entries no match found.\n`);
  return 0;
}

function bsdLine(proc: Process, entry: ProcArp, isNumeric: boolean): string {
  const name = isNumeric ? '?' : (hostNameOf(proc, entry.ip) ?? '?');
  const isKnown = (entry.flags & ATF_COM) !== 0;
  const at = isKnown ? `${entry.mac} [ether] ` : (entry.flags & ATF_PUBL) !== 0 ? '<from_interface> ' : '<incomplete> ';
  const permanent = (entry.flags & ATF_PERM) !== 0 ? 'PERM ' : '';
  const published = (entry.flags & ATF_PUBL) !== 0 ? 'PUP ' : '';
  return `${name} (${entry.ip}) at ${at}${permanent}${published}on ${entry.device}\n`;
}

function linuxLine(proc: Process, entry: ProcArp, isNumeric: boolean): string {
  const name = (isNumeric ? undefined : hostNameOf(proc, entry.ip)) ?? entry.ip;
  const isKnown = (entry.flags & ATF_COM) !== 0;
  const isPublished = (entry.flags & ATF_PUBL) !== 0;
  let marks = isKnown ? 'C' : '';
  if ((entry.flags & ATF_PERM) !== 0) marks += 'M';
  if (isPublished) marks += 'P';
  const unknown = isPublished ? '<from_interface>' : '(incomplete)';
  const middle = isKnown ? `ether   ${entry.mac.padEnd(20)}` : `${' '.repeat(8)}${unknown.padEnd(20)}`;
  return `${name.slice(0, 23).padEnd(23)}  ${middle}${marks.padEnd(6)}${' '.repeat(15)} ${entry.device}\n`;
}

function remove(proc: Process, { device, operands }: Task): number {
  const ip = named(proc, operands[0]);
  if (typeof ip === 'number') return ip;
  const isProxy = operands.includes('pub');
  const found = readProcArp(proc).find((entry) => entry.ip === ip && (device === '' || entry.device === device));
  const dev = device === '' ? found?.device : device;
  const words = ['ip', 'neigh', 'del', ...(isProxy ? ['proxy'] : []), ip, ...(dev === undefined ? [] : ['dev', dev])];
  const isGone = dev !== undefined && proc.door.run(proc.ns, words).exit === 0;
  if (isGone) return 0;
  proc.write(`No ARP entry for ${operands[0]!}\n`);
  return E_FAILED;
}

/** By which interface an address is reached; '' for none. */
function deviceTowards(proc: Process, ip: string): string {
  const answer = getRoute(proc.ns, [ip], { ...PLAIN, family: 'inet' });
  return / dev (\S+)/.exec(answer.stdout)?.[1] ?? '';
}

function set(proc: Process, { flags, device, operands }: Task): number {
  const ip = named(proc, operands[0]);
  if (typeof ip === 'number') return ip;
  const [, hardware, ...marks] = operands;
  if (hardware === undefined) {
    proc.writeError('arp: need hardware address\n');
    return E_FAILED;
  }
  const lender = flags.includes('D') ? proc.ns.deviceByName(hardware) : null;
  const mac = lender === null ? hardware : (proc.readFile(`/sys/class/net/${hardware}/address`) ?? '').trim();
  if (!/^[\da-f]{1,2}(?::[\da-f]{1,2}){5}$/i.test(mac)) {
    proc.writeError('arp: invalid hardware address\n');
    return E_FAILED;
  }
  if (marks.includes('pub')) return publish(proc, ip, device);
  const dev = device === '' ? deviceTowards(proc, ip) : device;
  if (dev === '') {
    proc.writeError('SIOCSARP: Network is unreachable\n');
    return E_FAILED;
  }
  const state = marks.includes('temp') ? 'stale' : 'permanent';
  const result = proc.door.run(proc.ns, ['ip', 'neigh', 'replace', ip, 'lladdr', mac, 'nud', state, 'dev', dev]);
  if (result.exit === 0) return 0;
  const text = result.stderr.startsWith('Cannot find') ? 'No such device' : result.stderr.replace(/^.*: /, '').trim();
  proc.writeError(`SIOCSARP: ${text}\n`);
  return E_FAILED;
}

/** An address that this host is to answer for. */
function publish(proc: Process, ip: string, device: string): number {
  if (device !== '' && proc.door.run(proc.ns, ['ip', 'neigh', 'add', 'proxy', ip, 'dev', device]).exit === 0) return 0;
  proc.writeError('SIOCSARP: No such device\n');
  return E_FAILED;
}

export const NET_TOOLS_ARP: ProgramEntry = {
  name: 'arp',
  run: function* arp(proc) {
    return runArp(proc);
  },
  check: (args) => lackingOption(args, LETTERS, LACKING),
};
