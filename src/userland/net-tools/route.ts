/** route of net-tools 2.10: shows table main and changes it by the old ioctls (lib/inet_gr.c, lib/inet_sr.c). */
import { formatIp4, maskLength, parseIp4, prefixMask } from '../../base/addr.ts';
import type { ProgramEntry } from '../../kernel/proc/program-registry.ts';
import type { Process } from '../../kernel/proc/process.ts';
import { RTF_GATEWAY, RTF_HOST, RTF_REJECT } from '../../kernel/show/proc-net.ts';
import { lookupHosts } from '../dns/etc-hosts.ts';
import { reportUnsupported } from '../unsupported.ts';
import type { ProcRoute } from './proc-net-route.ts';
import { hostNameOf, readProcRoutes } from './proc-net-route.ts';
import { INET_USAGE, ROUTE_FAMILIES, ROUTE_USAGE, ROUTE_VERSION } from './route-usage.ts';

const E_OPTERR = 3;
const E_LOOKUP = 6;
const E_SOCK = 7;

interface ShowStyle {
  isNumeric: boolean;
  /** How often -e was said. */
  extension: number;
}

function runRoute(proc: Process): number {
  const args = proc.argv.slice(1);
  const style: ShowStyle = { isNumeric: false, extension: 0 };
  let at = 0;
  for (; at < args.length && args[at]!.startsWith('-'); at++) {
    const end = readOption(proc, args[at]!, style);
    if (end !== null) return end;
  }
  const [verb, ...rest] = args.slice(at);
  if (verb === undefined) return show(proc, style);
  if (verb !== 'add' && verb !== 'del' && verb !== 'delete') {
    proc.writeError(ROUTE_USAGE + ROUTE_FAMILIES);
    return E_OPTERR;
  }
  if (rest.length === 0) {
    proc.write(INET_USAGE);
    return 0;
  }
  return changeRoute(proc, verb === 'add', rest, NET_TOOLS);
}

const LONG: Readonly<{ [name: string]: string }> = {
  '--numeric': '-n',
  '--verbose': '-v',
  '--extend': '-e',
  '--fib': '-F',
  '--version': '-V',
  '--help': '-h',
  '--inet': '-4',
};

/** Null to go on; else the exit code. */
function readOption(proc: Process, word: string, style: ShowStyle): number | null {
  for (const letter of (LONG[word] ?? word).slice(1)) {
    if (letter === 'n') style.isNumeric = true;
    else if (letter === 'e') style.extension++;
    else if (letter === 'V') {
      proc.write(ROUTE_VERSION);
      return 0;
    } else if (letter === 'C') {
      proc.write(`Kernel IP routing cache\n${CACHE_HEAD}`);
      return 0;
    } else if (!'vF4N'.includes(letter)) {
      if (letter !== 'h') proc.writeError(`route: invalid option -- '${letter}'\n`);
      if (letter === '6' || letter === 'A') return reportUnsupported(proc, `route -${letter}`, ['-n', '-e', '-v']);
      proc.write(ROUTE_USAGE);
      proc.writeError(ROUTE_FAMILIES);
      return 0;
    }
  }
  return null;
}

const CACHE_HEAD = 'Source          Destination     Gateway         Flags Metric Ref    Use Iface\n';
const HEAD = 'Destination     Gateway         Genmask         Flags ';

function show(proc: Process, style: ShowStyle): number {
  const tails = ['Metric Ref    Use Iface', '  MSS Window  irtt Iface', 'Metric Ref    Use Iface    MSS   Window irtt'];
  proc.write(`Kernel IP routing table\n${HEAD}${tails[Math.min(style.extension, 2)]!}\n`);
  for (const route of readProcRoutes(proc)) proc.write(routeLine(proc, route, style));
  return 0;
}

function routeLine(proc: Process, route: ProcRoute, { isNumeric, extension }: ShowStyle): string {
  const isReject = (route.flags & RTF_REJECT) !== 0;
  let flags = isReject ? '!' : 'U';
  if (!isReject) {
    if ((route.flags & RTF_GATEWAY) !== 0) flags += 'G';
    if ((route.flags & RTF_HOST) !== 0) flags += 'H';
  } else if ((route.flags & RTF_HOST) !== 0) flags = '!H';
  const gateway = isReject ? '-' : isNumeric ? route.gateway : (hostNameOf(proc, route.gateway) ?? route.gateway);
  const isDefault = route.destination === '0.0.0.0' && route.prefixLen === 0;
  const isHost = (route.flags & RTF_HOST) !== 0;
  let to = route.destination;
  if (!isNumeric && isDefault) to = 'default';
  else if (!isNumeric && isHost) to = hostNameOf(proc, to) ?? to;
  const column = (text: string): string => text.slice(0, 15).padEnd(15);
  const head = `${column(to)} ${column(gateway)} ${column(route.mask)} ${flags.padEnd(6)}`;
  const iface = isReject ? '-' : route.iface;
  const metrics = isReject ? ['-', '-', '-'] : [route.mss, route.window, route.irtt];
  const [mss, window, irtt] = metrics as [string, string, string];
  if (extension === 1) return `${head}${mss.padStart(5)} ${window.padEnd(5)} ${irtt.padStart(6)} ${iface}\n`;
  const counts = `${route.metric.padEnd(6)} ${(isReject ? '-' : '0').padEnd(2)} ${'0'.padStart(7)} `;
  if (extension === 0) return `${head}${counts}${iface}\n`;
  return `${head}${counts}${iface.padEnd(8)} ${mss.padEnd(5)} ${window.padEnd(6)} ${irtt}\n`;
}

interface Request {
  isNet: boolean;
  address: number;
  prefixLen: number;
  hasMask: boolean;
  gateway: string;
  device: string;
  metric: string;
  isReject: boolean;
  metrics: string[];
}

/** How a flavour of the tool complains. */
export interface RouteDialect {
  readonly usage: string;
  readonly usageExit: number;
  /** Stands in front of what the ioctl answered. */
  readonly prefix: string;
  readonly failureExit: number;
}

const NET_TOOLS: RouteDialect = { usage: INET_USAGE, usageExit: E_OPTERR, prefix: '', failureExit: E_SOCK };

/** Does what stands behind `add` or `del`, and answers with the exit code. */
export function changeRoute(proc: Process, isAdd: boolean, args: readonly string[], dialect: RouteDialect): number {
  const words = [...args];
  const kind = words[0] === '-net' || words[0] === '-host' ? words.shift()! : '';
  const target = words.shift() ?? '';
  if (target === '') {
    proc.writeError(dialect.usage);
    return dialect.usageExit;
  }
  const request: Request = {
    isNet: kind === '-net',
    address: 0,
    prefixLen: 32,
    hasMask: false,
    gateway: '',
    device: '',
    metric: '',
    isReject: false,
    metrics: [],
  };
  const flaw = readTarget(proc, request, target, kind) ?? readWords(proc, request, words, dialect);
  if (flaw !== null) return flaw;
  // Without a netmask the kernel is asked for a network without one, which it refuses.
  if (request.isNet && !request.hasMask) request.prefixLen = 0;
  else if ((request.address & ~prefixMask(request.prefixLen)) !== 0) {
    proc.writeError(`route: netmask doesn't match route address\n${dialect.usage}`);
    return dialect.usageExit;
  }
  return apply(proc, isAdd, request, dialect);
}

function resolve(proc: Process, name: string): number | undefined {
  return parseIp4(name) ?? lookupHosts(proc.files, name)?.address;
}

function readTarget(proc: Process, request: Request, target: string, kind: string): number | null {
  const [name = '', length] = target.split('/');
  if (name === 'default') {
    request.isNet = kind !== '-host';
    request.prefixLen = 0;
    request.hasMask = true;
    return null;
  }
  const address = resolve(proc, name);
  if (address === undefined) {
    proc.writeError(`${name}: Host name lookup failure\n`);
    return E_LOOKUP;
  }
  request.address = address;
  if (length !== undefined) {
    request.prefixLen = Number(length);
    request.hasMask = true;
    request.isNet = kind !== '-host';
  }
  return null;
}

function readWords(proc: Process, request: Request, words: string[], dialect: RouteDialect): number | null {
  while (words.length > 0) {
    const word = words.shift()!;
    if (word === 'reject') {
      request.isReject = true;
      continue;
    }
    if (word === 'mod' || word === 'dyn' || word === 'reinstate') continue;
    const isKey = ['metric', 'netmask', 'gw', 'gateway', 'mss', 'window', 'irtt', 'dev', 'device'].includes(word);
    if (!isKey && words.length === 0 && request.device === '') {
      request.device = word;
      continue;
    }
    const value = words.shift();
    if (!isKey || value === undefined) {
      proc.writeError(dialect.usage);
      return dialect.usageExit;
    }
    const flaw = readValue(proc, request, word, value);
    if (flaw !== null) return flaw;
  }
  return null;
}

function readValue(proc: Process, request: Request, word: string, value: string): number | null {
  if (word === 'metric') request.metric = value;
  else if (word === 'dev' || word === 'device') request.device = value;
  else if (word === 'mss') request.metrics.push('advmss', String(Number(value) - TCP_IP_HEADERS));
  else if (word === 'window') request.metrics.push('window', value);
  else if (word === 'irtt') request.metrics.push('rtt', `${value}ms`);
  else if (word === 'netmask') {
    const mask = parseIp4(value);
    const length = mask === undefined ? undefined : maskLength(mask);
    if (length === undefined) {
      proc.writeError(`route: bogus netmask ${value}\n`);
      return E_LOOKUP;
    }
    request.prefixLen = length;
    request.hasMask = true;
  } else {
    const gateway = resolve(proc, value);
    if (gateway === undefined) {
      proc.writeError(`${value}: Unknown host\n`);
      return E_LOOKUP;
    }
    request.gateway = formatIp4(gateway);
  }
  return null;
}

/** The old interface takes a path's MTU and derives the segment size. */
const TCP_IP_HEADERS = 40;

/** What the ioctl answers where rtnetlink has words of its own. */
const PLAIN_WORDS: readonly (readonly [RegExp, string])[] = [
  [/Nexthop has invalid gateway/, 'Network is unreachable'],
  [/not up/, 'Network is down'],
  [/FIB table does not exist/, 'No such process'],
  [/Cannot find device/, 'No such device'],
  [/Error: /, 'Invalid argument'],
];

function apply(proc: Process, isAdd: boolean, request: Request, dialect: RouteDialect): number {
  const { address, prefixLen, gateway, device, metric, isReject, metrics } = request;
  const words = ['ip', 'route', isAdd ? 'prepend' : 'del'];
  if (isReject) words.push('unreachable');
  words.push(`${formatIp4(address)}/${prefixLen}`);
  if (isReject) words.push('scope', isAdd ? 'host' : 'nowhere');
  if (gateway !== '') words.push('via', gateway);
  if (device !== '') words.push('dev', device);
  if (metric !== '' && metric !== '0') words.push('metric', metric);
  if (isAdd) words.push(...metrics);
  const result = proc.door.run(proc.ns, words);
  if (result.exit === 0) return 0;
  const plain = PLAIN_WORDS.find(([shape]) => shape.test(result.stderr))?.[1];
  const text = plain ?? result.stderr.trim().replace('RTNETLINK answers: ', '');
  proc.writeError(`${dialect.prefix}${isAdd ? 'SIOCADDRT' : 'SIOCDELRT'}: ${text}\n`);
  return dialect.failureExit;
}

export const NET_TOOLS_ROUTE: ProgramEntry = {
  name: 'route',
  run: function* route(proc) {
    return runRoute(proc);
  },
};
