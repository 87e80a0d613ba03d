/**
 * The progress of a download in dots, as wget shows it where standard error is no terminal (dot_draw of progress.c):
 *
 *     50K .......... .......... .......... .......... .......... 51%  636M 0s
 *
 * A dot is 1 KiB, a row 50 of them unless a style says otherwise; the last row is filled up with blanks.
 */
import { SECOND } from '../../sim/units.ts';
import { decimalText, etaText, rowRateText } from './figures.ts';

interface Style {
  readonly dotBytes: number;
  readonly spacing: number;
  readonly perRow: number;
}

const KIBI = 1024;
const DEFAULT: Style = { dotBytes: KIBI, spacing: 10, perRow: 50 };
const STYLES: Readonly<Record<string, Style>> = {
  default: DEFAULT,
  binary: { dotBytes: 8 * KIBI, spacing: 16, perRow: 48 },
  mega: { dotBytes: 64 * KIBI, spacing: 8, perRow: 48 },
  giga: { dotBytes: KIBI * KIBI, spacing: 8, perRow: 32 },
};
/** From here on the time that a download took is shown in whole seconds. */
const LONG_NS = 10 * SECOND;
const OFFSET_COLUMNS = 6;

export class Dots {
  private readonly say: (text: string) => void;
  private readonly style: Style;
  /** Bytes that an earlier try has brought. */
  private readonly initial: number;
  /** 0 when nobody knows. */
  private readonly total: number;
  private rows = 0;
  private dots = 0;
  /** Bytes behind the last dot. */
  private rest = 0;
  private lastNs = 0;

  /** `kind` is the value of --progress. */
  constructor(say: (text: string) => void, kind: string, initial: number, total: number) {
    this.say = say;
    this.style = STYLES[/^dot:(\w+)$/.exec(kind)?.[1] ?? ''] ?? DEFAULT;
    this.initial = initial;
    this.total = total > 0 ? Math.max(initial, total) : 0;
    if (initial > 0) this.skip();
  }

  private get rowBytes(): number {
    return this.style.dotBytes * this.style.perRow;
  }

  private skip(): void {
    let left = this.initial % this.rowBytes;
    const skipped = Math.floor((this.initial - left) / KIBI);
    const columns = Math.max(String(skipped).length, OFFSET_COLUMNS);
    if (skipped > 0) this.say(`\n${' '.repeat(columns + 2)}[ skipping ${skipped}K ]`);
    this.rows = Math.floor(this.initial / this.rowBytes);
    this.beginRow();
    for (; left >= this.style.dotBytes; left -= this.style.dotBytes) this.mark(',');
    this.rest = left;
  }

  /** Bytes have come, that long after the first could have. */
  update(bytes: number, elapsedNs: number): void {
    this.rest += bytes;
    while (this.rest >= this.style.dotBytes) {
      this.rest -= this.style.dotBytes;
      if (this.dots === 0) this.beginRow();
      this.mark('.');
      if (this.dots < this.style.perRow) continue;
      this.rows++;
      this.dots = 0;
      this.endRow(elapsedNs, false);
    }
  }

  finish(elapsedNs: number): void {
    if (this.dots === 0) this.beginRow();
    const { spacing, perRow } = this.style;
    for (let at = this.dots; at < perRow; at++) this.say(at % spacing === 0 ? '  ' : ' ');
    this.endRow(elapsedNs, true);
    this.say('\n\n');
  }

  private beginRow(): void {
    this.say(`\n${String((this.rows * this.rowBytes) / KIBI).padStart(OFFSET_COLUMNS)}K`);
  }

  private mark(dot: string): void {
    this.say(this.dots % this.style.spacing === 0 ? ` ${dot}` : dot);
    this.dots++;
  }

  /** Twin of print_row_stats. */
  private endRow(elapsedNs: number, isLast: boolean): void {
    const lastBytes = this.dots * this.style.dotBytes + this.rest;
    const shown = this.rows * this.rowBytes + (isLast ? lastBytes : 0);
    let bytes = isLast ? lastBytes : this.rowBytes;
    const row = isLast ? this.rows : this.rows - 1;
    if (row === Math.floor(this.initial / this.rowBytes)) bytes -= this.initial % this.rowBytes;
    const share = this.total === 0 ? '' : `${Math.floor((100 * shown) / this.total)}%`.padStart(4);
    this.say(`${share} ${rowRateText(bytes, elapsedNs - this.lastNs)}`);
    this.lastNs = elapsedNs;
    const seconds = Math.floor(elapsedNs / SECOND + 0.5);
    if (isLast) this.say(elapsedNs >= LONG_NS ? `=${etaText(seconds)}` : `=${decimalText(elapsedNs / SECOND)}s`);
    else if (this.total > 0) {
      const left = ((elapsedNs / SECOND) * (this.total - shown)) / (shown - this.initial);
      this.say(` ${etaText(Math.floor(left + 0.5))}`);
    }
  }
}
