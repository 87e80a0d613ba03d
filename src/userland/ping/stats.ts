/**
 * What iputils ping counts, and its closing lines (ping/ping_common.c: gather_statistics, finish, status). Times are
 * whole microseconds.
 */

/** Sequence numbers are 16 bits. */
const SEQUENCES = 0x1_0000;
const HALF = 0x7fff;
/** The smoothed time is kept in eighths. */
const EWMA_SCALE = 8;
/** Beyond this sum the variance is computed in another order, which loses less (INT_MAX). */
const LARGE_SUM = 2_147_483_647n;

export class PingStats {
  transmitted = 0;
  received = 0;
  /** Replies to what was answered before. */
  repeats = 0;
  errors = 0;
  /** Most requests that were under way at a time, as far as answers showed. */
  pipeSize = -1;
  minUs = Infinity;
  maxUs = 0;
  /** Eight times the exponentially weighted moving average. */
  ewma = 0;
  private sumUs = 0;
  private squareSum = 0n;
  private acknowledged = 0;
  private readonly answered = new Uint8Array(SEQUENCES);

  /** Before request `seq` goes out. */
  expect(seq: number): void {
    this.answered[seq % SEQUENCES] = 0;
  }

  countTransmitted(): void {
    this.transmitted++;
    // Forgets the acknowledged one when the 16 bits have gone half around since.
    if ((this.transmitted % SEQUENCES) - this.acknowledged > HALF) {
      this.acknowledged = (this.transmitted % SEQUENCES) + 1;
    }
  }

  hasAnswer(seq: number): boolean {
    return this.answered[seq % SEQUENCES] === 1;
  }

  /** Something about request `seq` came back, a reply or an error. */
  acknowledge(seq: number): void {
    const behind = (this.transmitted - seq) & 0xffff;
    if (behind > HALF) return;
    this.pipeSize = Math.max(this.pipeSize, behind + 1);
    const ahead = ((seq - this.acknowledged) << 16) >> 16;
    if (ahead > 0 || (this.transmitted & 0xffff) - this.acknowledged > HALF) this.acknowledged = seq;
  }

  /** Requests under way. */
  get inFlight(): number {
    const behind = (this.transmitted - this.acknowledged) & 0xffff;
    return behind <= HALF ? behind : this.transmitted - this.received - this.errors;
  }

  addRoundTrip(us: number): void {
    this.sumUs += us;
    this.squareSum += BigInt(us) * BigInt(us);
    this.minUs = Math.min(this.minUs, us);
    this.maxUs = Math.max(this.maxUs, us);
    this.ewma += this.ewma === 0 ? us * EWMA_SCALE : us - Math.floor(this.ewma / EWMA_SCALE);
  }

  /** Counts a reply; true if the request had been answered before. */
  countReply(seq: number): boolean {
    if (this.hasAnswer(seq)) {
      this.repeats++;
      return true;
    }
    this.answered[seq % SEQUENCES] = 1;
    this.received++;
    return false;
  }

  /** `rtt min/avg/max/mdev = …`, without what follows; '' when nothing was timed. */
  roundTripText(): string {
    if (this.received === 0 || this.minUs === Infinity) return '';
    const times = [this.minUs, this.averageUs(), this.maxUs, this.deviationUs()];
    return `rtt min/avg/max/mdev = ${times.map(formatUs).join('/')} ms`;
  }

  /** Standard deviation, computed with the same truncations as the real one. */
  private deviationUs(): number {
    const total = BigInt(this.received + this.repeats);
    const sum = BigInt(this.sumUs);
    const average = sum / total;
    const variance =
      sum < LARGE_SUM ? (this.squareSum - (sum * sum) / total) / total : this.squareSum / total - average * average;
    return Number(integerSquareRoot(variance));
  }

  private averageUs(): number {
    return Math.floor(this.sumUs / (this.received + this.repeats));
  }

  /** The line that SIGQUIT asks for. */
  statusText(): string {
    const lost = this.transmitted - this.received;
    const loss = this.transmitted === 0 ? 0 : Math.trunc((lost * 100) / this.transmitted);
    const head = `\r${this.received}/${this.transmitted} packets, ${loss}% loss`;
    if (this.received === 0 || this.minUs === Infinity) return `${head}\n`;
    const times = [this.minUs, this.averageUs(), Math.floor(this.ewma / EWMA_SCALE), this.maxUs];
    return `${head}, min/avg/ewma/max = ${times.map(formatUs).join('/')} ms\n`;
  }

  /** `--- … ping statistics ---` and the counts; `lastSendMs` is the time from the start to the last request. */
  countsText(hostname: string, lastSendMs: number): string {
    let text = `\n--- ${hostname} ping statistics ---\n`;
    text += `${this.transmitted} packets transmitted, ${this.received} received`;
    if (this.repeats > 0) text += `, +${this.repeats} duplicates`;
    if (this.errors > 0) text += `, +${this.errors} errors`;
    if (this.transmitted > 0) {
      const loss = ((this.transmitted - this.received) * 100) / this.transmitted;
      text += `, ${formatG(loss)}% packet loss, time ${lastSendMs}ms`;
    }
    return `${text}\n`;
  }
}

/** `1.234` for 1234. */
export function formatUs(us: number): string {
  return `${Math.floor(us / 1000)}.${String(us % 1000).padStart(3, '0')}`;
}

/** A round-trip time in milliseconds with as many digits as iputils gives it: 0.123, 1.23, 12.3, 123. */
export function formatTripTime(us: number): string {
  if (us >= 100_000 - 50) return String(Math.floor((us + 500) / 1000));
  if (us >= 10_000 - 5) return `${Math.floor((us + 50) / 1000)}.${Math.floor(((us + 50) % 1000) / 100)}`;
  if (us >= 1000)
    return `${Math.floor((us + 5) / 1000)}.${String(Math.floor(((us + 5) % 1000) / 10)).padStart(2, '0')}`;
  return formatUs(us);
}

/** printf's %g for a float between 0 and 100: six digits, no zeros at the end. */
function formatG(value: number): string {
  return String(Number(Math.fround(value).toPrecision(6)));
}

/** The largest integer whose square is at most `value`, by Newton's method. */
export function integerSquareRoot(value: bigint): bigint {
  if (value < 2n) return value < 0n ? 0n : value;
  let root = value;
  let next = (value + 1n) / 2n;
  while (next < root) {
    root = next;
    next = (root + value / root) / 2n;
  }
  return root;
}
