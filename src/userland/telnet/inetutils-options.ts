/**
 * Which options of the protocol GNU's telnet agrees upon. Those that it would have to say more of (terminal, window,
 * speed, line mode, environment) are refused here.
 */
import type { TelnetEnd } from './protocol.ts';
import { BINARY, DO, DONT, ECHO, IAC, STATUS, SUPPRESS_GO_AHEAD, TIMING_MARK, WILL, WONT } from './protocol.ts';

const OWN: readonly number[] = [BINARY, SUPPRESS_GO_AHEAD, TIMING_MARK];
const THEIRS: readonly number[] = [BINARY, ECHO, SUPPRESS_GO_AHEAD, STATUS];

export class InetutilsEnd implements TelnetEnd {
  private readonly send: (bytes: readonly number[]) => void;
  /** What this end does, and what the other one does. */
  private readonly own = new Set<number>();
  private readonly theirs = new Set<number>();

  constructor(send: (bytes: readonly number[]) => void) {
    this.send = send;
  }

  get isEchoing(): boolean {
    return this.theirs.has(ECHO);
  }

  negotiated(verb: number, option: number): void {
    const isOwn = verb === DO || verb === DONT;
    const isWanted = verb === DO || verb === WILL;
    const agreed = isOwn ? this.own : this.theirs;
    // Only what would change something is answered (RFC 854: that prevents loops).
    if (isWanted === agreed.has(option)) return;
    const isTaken = isWanted && (isOwn ? OWN : THEIRS).includes(option);
    if (!isTaken) agreed.delete(option);
    // A timing mark is an answer, and nothing that lasts (RFC 860).
    else if (option !== TIMING_MARK) agreed.add(option);
    // The other end's mark has not been asked for.
    if (!isOwn && option === TIMING_MARK) return;
    this.send([IAC, isOwn ? (isTaken ? WILL : WONT) : isTaken ? DO : DONT, option]);
  }

  /** Of the options that are agreed upon here nothing can be asked. */
  asked(): void {
    return undefined;
  }
}
