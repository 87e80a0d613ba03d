/** TCP sockets as `ss` of iproute2 6.1 shows them (misc/ss.c; the kernel's inet_diag.c and tcp_get_info). */
import type { Netns } from '../netns.ts';
import type { TcpEntry } from '../socket/tcp/tcp-entry.ts';
import { TcpRequest } from '../socket/tcp/tcp-request.ts';
import { TcpSock } from '../socket/tcp/tcp-sock.ts';
import {
  ICSK_TIME_NONE,
  ICSK_TIME_PROBE0,
  TCP_CLOSE,
  TCP_CLOSE_WAIT,
  TCP_CLOSING,
  TCP_ESTABLISHED,
  TCP_FIN_WAIT1,
  TCP_FIN_WAIT2,
  TCP_LAST_ACK,
  TCP_LISTEN,
  TCP_NEW_SYN_RECV,
  TCP_SYN_RECV,
  TCP_SYN_SENT,
  TCP_TIME_WAIT,
} from '../socket/tcp/tcp-states.ts';
import { TcpTimeWait } from '../socket/tcp/tcp-time-wait.ts';
import type { ShownSocket, ShownTimer } from './ss.ts';
import { tcpInfoText } from './ss-tcp-info.ts';

/** States under the names of `ss`. */
export type SsState =
  | 'ESTAB'
  | 'SYN-SENT'
  | 'SYN-RECV'
  | 'FIN-WAIT-1'
  | 'FIN-WAIT-2'
  | 'TIME-WAIT'
  | 'UNCONN'
  | 'CLOSE-WAIT'
  | 'LAST-ACK'
  | 'LISTEN'
  | 'CLOSING';

const STATE_NAMES: Readonly<Record<number, SsState>> = {
  [TCP_ESTABLISHED]: 'ESTAB',
  [TCP_SYN_SENT]: 'SYN-SENT',
  [TCP_SYN_RECV]: 'SYN-RECV',
  [TCP_FIN_WAIT1]: 'FIN-WAIT-1',
  [TCP_FIN_WAIT2]: 'FIN-WAIT-2',
  [TCP_TIME_WAIT]: 'TIME-WAIT',
  [TCP_CLOSE]: 'UNCONN',
  [TCP_CLOSE_WAIT]: 'CLOSE-WAIT',
  [TCP_LAST_ACK]: 'LAST-ACK',
  [TCP_LISTEN]: 'LISTEN',
  [TCP_CLOSING]: 'CLOSING',
  [TCP_NEW_SYN_RECV]: 'SYN-RECV',
};

const NS_PER_MS = 1_000_000;
const PAGE_BYTES = 4096;

/** All of a namespace, listeners first. */
export function shownTcp(ns: Netns): ShownSocket[] {
  return ns.tcp.list().map((entry) => shownEntry(ns, entry));
}

function shownEntry(ns: Netns, entry: TcpEntry): ShownSocket {
  const ends = {
    kind: 'tcp' as const,
    localAddress: entry.localAddress,
    localPort: entry.localPort,
    remoteAddress: entry.remoteAddress,
    remotePort: entry.remotePort,
    deviceName: entry.boundDevice?.name ?? '',
  };
  if (entry instanceof TcpSock) return { ...ends, ...shownSock(entry) };
  const isWaiting = entry instanceof TcpTimeWait;
  const retransmits = entry instanceof TcpRequest ? entry.retransmits : 0;
  const timer = isWaiting || entry instanceof TcpRequest ? entry.timer : null;
  const leftNs = (timer?.deadlineNs ?? ns.machine.sched.now) - ns.machine.sched.now;
  return {
    ...ends,
    state: STATE_NAMES[isWaiting ? entry.substate : entry.state] ?? 'UNCONN',
    waitingBytes: 0,
    unsentBytes: 0,
    owner: null,
    timer: { name: isWaiting ? 'timewait' : 'on', leftNs, count: retransmits },
    memory: '',
    info: () => '',
  };
}

type Rest = Omit<ShownSocket, 'kind' | 'localAddress' | 'localPort' | 'remoteAddress' | 'remotePort' | 'deviceName'>;

function shownSock(sk: TcpSock): Rest {
  const { listener } = sk;
  const forward = (PAGE_BYTES - (sk.rmemAlloc % PAGE_BYTES)) % PAGE_BYTES;
  const memory = `r${sk.rmemAlloc},rb${sk.rcvbufBytes},t${sk.wmemAlloc},tb${sk.sndbufBytes},f${forward}`;
  return {
    state: STATE_NAMES[sk.state] ?? 'UNCONN',
    waitingBytes: listener === null ? Math.max((sk.rcvNxt - sk.copiedSeq) | 0, 0) : listener.readyCount,
    unsentBytes: listener === null ? (sk.writeSeq - sk.sndUna) | 0 : listener.backlogMax,
    owner: sk.socket?.owner ?? null,
    timer: sockTimer(sk),
    memory: `skmem:(${memory},w${sk.wmemQueued},o0,bl0,d0)`,
    info: (showsOptions, isNumeric) => tcpInfoText(sk, showsOptions, isNumeric),
  };
}

function sockTimer(sk: TcpSock): ShownTimer | null {
  const { now } = sk.ns.machine.sched;
  if (sk.retransmitTimer.isArmed && sk.pendingTimer !== ICSK_TIME_NONE) {
    const isProbe = sk.pendingTimer === ICSK_TIME_PROBE0;
    const count = isProbe ? sk.probesOut : sk.retransmits;
    return { name: isProbe ? 'persist' : 'on', leftNs: sk.retransmitTimer.deadlineNs - now, count };
  }
  const keepalive = sk.keepaliveTimer;
  if (keepalive === null || !keepalive.isArmed) return null;
  return { name: 'keepalive', leftNs: keepalive.deadlineNs - now, count: sk.probesOut };
}

/** ` timer:(on,200ms,0)` */
export function timerText(timer: ShownTimer | null): string {
  if (timer === null) return '';
  return ` timer:(${timer.name},${msText(Math.floor(timer.leftNs / NS_PER_MS))},${timer.count})`;
}

/** Twin of print_ms_timer. */
function msText(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const seconds = minutes > 9 ? 0 : Math.floor(ms / 1000) % 60;
  const rest = minutes > 0 || seconds > 9 ? 0 : ms % 1000;
  let text = minutes > 0 ? `${minutes}min` : '';
  if (seconds > 0) text += `${seconds}${rest > 0 ? '.' : 'sec'}`;
  if (rest > 0) text += `${String(rest).padStart(3, '0')}ms`;
  return text;
}

/** What `ss -s` says of TCP; `shown` is without those in TIME_WAIT. */
export function tcpSummary(ns: Netns): { readonly shown: number; readonly line: string } {
  const { tcp, mib } = ns;
  const total = tcp.list().length;
  const { timeWaitCount: waiting, orphanCount } = tcp;
  const counts = `estab ${mib.tcpCurrEstab}, closed ${waiting}, orphaned ${orphanCount}, timewait ${waiting}`;
  return { shown: total - waiting, line: `TCP:   ${total} (${counts})` };
}
