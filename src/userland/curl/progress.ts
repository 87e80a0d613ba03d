/** curl's progress meter, twin of its lib/progress.c: what is known of a transfer, and the line that shows it. */
import { MICROSECOND, MILLISECOND, SECOND } from '../../sim/units.ts';

/** Samples of the last seconds, and one more. */
const SAMPLES = 6;
const KILO = 1024;
const MEGA = 1_048_576;
const GIGA = 1_073_741_824;
const HEADERS =
  '  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n' +
  '                                 Dload  Upload   Total   Spent    Left  Speed\n';
/** From where on an amount is counted in thousands first, so that no figure is lost. */
const FIGURES_MAX = 4_294_967;

export class Progress {
  downloaded = 0;
  uploaded = 0;
  /** -1 when it is not known. */
  downloadSize = -1;
  uploadSize = -1;
  private readonly startNs: number;
  private readonly write: ((text: string) => void) | null;
  private readonly showsHeaders: () => boolean;
  private lastShownSecond = -1;
  private currentSpeed = 0;
  private readonly amounts: number[] = [];
  private readonly timesNs: number[] = [];

  /** `write` is null where nothing is to be shown; `showsHeaders` says once that the two lines above are due. */
  constructor(startNs: number, write: ((text: string) => void) | null, showsHeaders: () => boolean) {
    this.startNs = startNs;
    this.write = write;
    this.showsHeaders = showsHeaders;
  }

  get isShown(): boolean {
    return this.write !== null;
  }

  /** Shows where the transfer is, unless it has within this second. */
  update(nowNs: number): void {
    const second = Math.floor(nowNs / SECOND);
    if (second === this.lastShownSecond) return;
    this.lastShownSecond = second;
    this.sample(nowNs);
    if (this.write === null) return;
    if (this.showsHeaders()) this.write(HEADERS);
    this.write(this.line(nowNs));
  }

  /** The end of the transfer: shows where it is once more, and ends the line. */
  done(nowNs: number): void {
    this.lastShownSecond = -1;
    this.update(nowNs);
    this.write?.('\n');
  }

  speeds(nowNs: number): { readonly download: number; readonly upload: number } {
    const spentUs = Math.floor((nowNs - this.startNs) / MICROSECOND);
    return { download: speed(this.downloaded, spentUs), upload: speed(this.uploaded, spentUs) };
  }

  private sample(nowNs: number): void {
    this.amounts.push(this.downloaded + this.uploaded);
    this.timesNs.push(nowNs);
    if (this.amounts.length > SAMPLES) {
      this.amounts.shift();
      this.timesNs.shift();
    }
    if (this.amounts.length === 1) {
      const { download, upload } = this.speeds(nowNs);
      this.currentSpeed = download + upload;
      return;
    }
    const spanMs = Math.floor((nowNs - this.timesNs[0]!) / MILLISECOND) || 1;
    const amount = this.amounts.at(-1)! - this.amounts[0]!;
    this.currentSpeed = Math.floor(amount > FIGURES_MAX ? amount / (spanMs / 1000) : (amount * 1000) / spanMs);
  }

  private line(nowNs: number): string {
    const { downloaded, uploaded, downloadSize, uploadSize } = this;
    const { download, upload } = this.speeds(nowNs);
    const spent = Math.floor((nowNs - this.startNs) / SECOND);
    const estimate = Math.max(seconds(downloadSize, download), seconds(uploadSize, upload));
    const expected = (downloadSize < 0 ? downloaded : downloadSize) + (uploadSize < 0 ? uploaded : uploadSize);
    const isEstimated = (size: number, rate: number): boolean => size > 0 && rate > 0;
    return [
      `\r${threes(percent(downloaded + uploaded, expected))} ${amount(expected)}  `,
      `${threes(isEstimated(downloadSize, download) ? percent(downloaded, downloadSize) : 0)} ${amount(downloaded)}  `,
      `${threes(isEstimated(uploadSize, upload) ? percent(uploaded, uploadSize) : 0)} ${amount(uploaded)}  `,
      `${amount(download)}  ${amount(upload)} ${time(estimate)} ${time(spent)} `,
      `${time(estimate > 0 ? estimate - spent : 0)} ${amount(this.currentSpeed)}`,
    ].join('');
  }
}

/** Bytes a second, as trspeed has it. */
function speed(size: number, spentUs: number): number {
  return spentUs < 1 ? size * 1_000_000 : Math.floor((size * 1_000_000) / spentUs);
}

function seconds(size: number, rate: number): number {
  return size > 0 && rate > 0 ? Math.floor(size / rate) : 0;
}

function percent(part: number, whole: number): number {
  if (whole > 10_000) return Math.floor(part / Math.floor(whole / 100));
  return whole > 0 ? Math.floor((part * 100) / whole) : 0;
}

function threes(value: number): string {
  return String(value).padStart(3);
}

/** Five characters for a number of bytes. */
function amount(bytes: number): string {
  const tenths = (unit: number): string => {
    const whole = Math.floor(bytes / unit);
    return `${String(whole).padStart(2)}.${Math.floor((bytes - whole * unit) / (unit / 10))}`;
  };
  if (bytes < 100_000) return String(bytes).padStart(5);
  if (bytes < 10_000 * KILO) return `${String(Math.floor(bytes / KILO)).padStart(4)}k`;
  if (bytes < 100 * MEGA) return `${tenths(MEGA)}M`;
  if (bytes < 10_000 * MEGA) return `${String(Math.floor(bytes / MEGA)).padStart(4)}M`;
  if (bytes < 100 * GIGA) return `${tenths(GIGA)}G`;
  return `${String(Math.floor(bytes / GIGA)).padStart(4)}G`;
}

function time(spanSeconds: number): string {
  if (spanSeconds <= 0) return '--:--:--';
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(spanSeconds / 3600);
  if (hours <= 99) {
    return `${String(hours).padStart(2)}:${two(Math.floor(spanSeconds / 60) % 60)}:${two(spanSeconds % 60)}`;
  }
  const days = Math.floor(hours / 24);
  return days <= 999 ? `${String(days).padStart(3)}d ${two(hours % 24)}h` : `${String(days).padStart(7)}d`;
}
