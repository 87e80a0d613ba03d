/** `/etc/resolv.conf` as the C library reads it (resolv.conf(5); glibc: resolv/res_init.c). */
import type { Ip4 } from '../../base/addr.ts';
import { ip4 } from '../../base/addr.ts';
import type { Process } from '../../kernel/proc/process.ts';
import { inetAton } from './inet-aton.ts';

const LOOPBACK = ip4('127.0.0.1');
/** MAXNS, and the bounds of RES_MAXNDOTS, RES_MAXRETRANS, RES_MAXRETRY. */
const SERVERS_MAX = 3;
const NDOTS_MAX = 15;
const TIMEOUT_MAX_SECONDS = 30;
const ATTEMPTS_MAX = 5;

export interface ResolvConf {
  readonly servers: readonly Ip4[];
  /** The file named servers: without, this machine's own is asked. */
  readonly hasServers: boolean;
  readonly search: readonly string[];
  readonly ndots: number;
  readonly timeoutSeconds: number;
  readonly attempts: number;
  readonly flags: ReadonlySet<ResolvFlag>;
}

const FLAGS = [
  'rotate',
  'single-request',
  'single-request-reopen',
  'use-vc',
  'edns0',
  'no-aaaa',
  'trust-ad',
  'no-tld-query',
] as const;

/** Options without a number. */
export type ResolvFlag = (typeof FLAGS)[number];

interface Numbers {
  ndots: number;
  timeout: number;
  attempts: number;
}

const LIMITS: Readonly<Record<keyof Numbers, number>> = {
  ndots: NDOTS_MAX,
  timeout: TIMEOUT_MAX_SECONDS,
  attempts: ATTEMPTS_MAX,
};

/** What a process's resolver goes by; LOCALDOMAIN and RES_OPTIONS of its environment come last. */
export function resolvConfOf(proc: Process): ResolvConf {
  const text = proc.files.read('/etc/resolv.conf') ?? '';
  return readResolvConf(text, proc.hostname, proc.env.get('LOCALDOMAIN'), proc.env.get('RES_OPTIONS'));
}

/** Without `search` and `domain` the list is what stands behind the first dot of the host's name. */
export function readResolvConf(text: string, hostname: string, localDomain?: string, resOptions = ''): ResolvConf {
  const servers: Ip4[] = [];
  let search: readonly string[] | undefined;
  const numbers: Numbers = { ndots: 1, timeout: 5, attempts: 2 };
  const flags = new Set<ResolvFlag>();
  for (const line of text.split('\n')) {
    const [, keyword, rest] = /^(nameserver|domain|search|options)[ \t](.*)$/.exec(line) ?? [];
    const words = (rest ?? '').split(/[ \t]+/).filter((word) => word !== '');
    if (keyword === 'nameserver') {
      const address = inetAton(words[0] ?? '');
      if (address !== undefined && servers.length < SERVERS_MAX) servers.push(address);
    } else if (keyword === 'domain') {
      search = words.slice(0, 1);
    } else if (keyword === 'search') {
      search = words;
    } else if (keyword === 'options') {
      readOptions(words, numbers, flags);
    }
  }
  if (localDomain !== undefined) search = localDomain.split(/\s+/).filter((word) => word !== '');
  readOptions(resOptions.split(/\s+/), numbers, flags);
  const dot = hostname.indexOf('.');
  return {
    servers: servers.length === 0 ? [LOOPBACK] : servers,
    hasServers: servers.length > 0,
    search: search ?? (dot < 0 ? [] : [hostname.slice(dot + 1)]),
    ndots: numbers.ndots,
    timeoutSeconds: numbers.timeout,
    attempts: numbers.attempts,
    flags,
  };
}

function readOptions(words: readonly string[], numbers: Numbers, flags: Set<ResolvFlag>): void {
  for (const word of words) {
    const [, name, digits] = /^(ndots|timeout|attempts):(\d*)/.exec(word) ?? [];
    if (name !== undefined) {
      const key = name as keyof Numbers;
      numbers[key] = Math.min(Number(digits), LIMITS[key]);
    }
    const flag = FLAGS.find((each) => each === word);
    if (flag !== undefined) flags.add(flag);
  }
}
