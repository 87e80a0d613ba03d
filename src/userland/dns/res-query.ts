/**
 * A name, or a name with the endings of the search list, asked for at the name servers (glibc: resolv/res_query.c).
 */
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import * as dns from '../../wire/dns.ts';
import type { DnsMessage } from '../../wire/dns.ts';
import { canonicalName } from '../../wire/dns-name.ts';
import { CLASS_IN } from '../../wire/dns-record.ts';
import { resSend } from './res-send.ts';
import type { ResolvConf } from './resolv-conf.ts';

type Steps<T> = Generator<Wait, T, WakeReason>;

/** h_errno of netdb.h. */
export type HostErrno = 'HOST_NOT_FOUND' | 'TRY_AGAIN' | 'NO_RECOVERY' | 'NO_DATA';

/** One answer for each type asked for, null where none came; at least one has records. */
export interface Found {
  readonly answers: readonly (DnsMessage | null)[];
}

interface Missed {
  readonly error: HostErrno;
  /** A server could not, so that the next ending may still be found. */
  readonly isServfail?: boolean;
  /** There is no server at all. */
  readonly isRefused?: boolean;
}

/** With which size EDNS is announced: RESOLV_EDNS_BUFFER_SIZE. */
const EDNS_BYTES = 1200;

/** Asks for all `types` of exactly this name. */
export function* resQuery(
  proc: Process,
  conf: ResolvConf,
  name: string,
  types: readonly number[],
): Steps<Found | Missed> {
  const canonical = canonicalName(name);
  if (canonical === undefined) return { error: 'NO_RECOVERY' };
  const edns = conf.flags.has('edns0') ? { udpSize: EDNS_BYTES } : undefined;
  const queries: DnsMessage[] = [];
  for (const type of types) {
    let id = proc.rng.below(0x1_0000);
    if (queries.some((query) => query.id === id)) id = (id + 1) & 0xffff;
    const query = dns.makeQuery(id, { name: canonical, type, class: CLASS_IN }, edns);
    queries.push(conf.flags.has('trust-ad') ? { ...query, flags: query.flags | dns.AD } : query);
  }
  const sent = yield* resSend(proc, conf, queries);
  if (!('answers' in sent)) {
    const isRefused = sent.errno === 'ECONNREFUSED';
    return { error: 'TRY_AGAIN', isServfail: sent.lastRcode === dns.SERVFAIL, isRefused };
  }
  return judged(sent.answers);
}

function judged(answers: readonly (DnsMessage | null)[]): Found | Missed {
  const heard = answers.filter((answer) => answer !== null);
  const rcodes = heard.map(({ flags }) => flags & 0xf);
  if (heard.some((answer, i) => rcodes[i] === dns.NOERROR && answer.answers.length > 0)) return { answers };
  const rcode = rcodes[0] === dns.NOERROR ? (rcodes[1] ?? dns.NOERROR) : (rcodes[0] ?? dns.SERVFAIL);
  switch (rcode) {
    case dns.NXDOMAIN:
      return { error: 'HOST_NOT_FOUND' };
    case dns.SERVFAIL:
      return { error: 'TRY_AGAIN', isServfail: true };
    case dns.NOERROR:
      return { error: 'NO_DATA' };
    default:
      return { error: 'NO_RECOVERY' };
  }
}

/** The name by itself and with the endings, in the order that the number of its dots asks for. */
export function* resSearch(
  proc: Process,
  conf: ResolvConf,
  name: string,
  types: readonly number[],
): Steps<Found | { readonly error: HostErrno }> {
  const dots = name.split('.').length - 1;
  const isComplete = name.endsWith('.');
  const isAsIsFirst = dots >= conf.ndots || isComplete;
  let firstError: HostErrno | undefined;
  if (isAsIsFirst) {
    const result = yield* resQuery(proc, conf, name, types);
    if ('answers' in result || isComplete) return result;
    firstError = result.error;
  }
  let hasNoData = false;
  let hasServfail = false;
  let hasRoot = false;
  for (const ending of conf.search) {
    const bare = ending.replace(/^\./, '');
    hasRoot ||= bare === '';
    const result = yield* resQuery(proc, conf, `${name}.${bare}`, types);
    if ('answers' in result) return result;
    if (result.isRefused === true) return { error: 'TRY_AGAIN' };
    if (result.error === 'NO_DATA') hasNoData = true;
    else if (result.error === 'TRY_AGAIN' && result.isServfail === true) hasServfail = true;
    else if (result.error !== 'HOST_NOT_FOUND') break;
  }
  const isTldAsked = dots > 0 || conf.search.length === 0 || !conf.flags.has('no-tld-query');
  let lastError: HostErrno = 'HOST_NOT_FOUND';
  if (!isAsIsFirst && !hasRoot && isTldAsked) {
    const result = yield* resQuery(proc, conf, name, types);
    if ('answers' in result) return result;
    lastError = result.error;
  }
  if (firstError !== undefined) return { error: firstError };
  if (hasNoData) return { error: 'NO_DATA' };
  return { error: hasServfail ? 'TRY_AGAIN' : lastError };
}
