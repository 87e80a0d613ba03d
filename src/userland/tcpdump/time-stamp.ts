/** Time stamps in tcpdump's styles (util-print.c, ts_print). Times are seconds since 1970 and nanoseconds. */

const SECONDS_PER_DAY = 86_400;

export interface Stamp {
  readonly seconds: number;
  readonly nanoseconds: number;
}

export class StampPrinter {
  private readonly style: number;
  private readonly isNano: boolean;
  private first: Stamp | null = null;
  private previous: Stamp | null = null;

  /** `style` is how often -t was said. */
  constructor(style: number, isNano: boolean) {
    this.style = style;
    this.isNano = isNano;
  }

  /** What stands in front of a line, with the blank behind it. */
  print(stamp: Stamp): string {
    this.first ??= stamp;
    const reference = this.style === 3 ? (this.previous ?? stamp) : this.first;
    this.previous = stamp;
    switch (this.style) {
      case 0:
        return `${clock(stamp.seconds)}.${this.fraction(stamp.nanoseconds)} `;
      case 1:
        return '';
      case 2:
        return `${stamp.seconds}.${this.fraction(stamp.nanoseconds)} `;
      case 4:
        return `${formatDate(stamp.seconds)} ${clock(stamp.seconds)}.${this.fraction(stamp.nanoseconds)} `;
      default:
        return this.delta(stamp, reference);
    }
  }

  /** Differences are taken in the precision in which they are shown. */
  private delta(stamp: Stamp, reference: Stamp): string {
    const unitNs = this.isNano ? 1 : 1000;
    let seconds = stamp.seconds - reference.seconds;
    let units = Math.floor(stamp.nanoseconds / unitNs) - Math.floor(reference.nanoseconds / unitNs);
    const isNegative = seconds < 0 || (seconds === 0 && units < 0);
    if (isNegative) [seconds, units] = [-seconds, -units];
    if (units < 0) {
      seconds--;
      units += 1e9 / unitNs;
    }
    return `${isNegative ? '-' : ' '}${clock(seconds)}.${this.fraction(units * unitNs)} `;
  }

  private fraction(nanoseconds: number): string {
    return this.isNano ? padded(nanoseconds, 9) : padded(Math.floor(nanoseconds / 1000), 6);
  }
}

function padded(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}

function clock(seconds: number): string {
  const ofDay = seconds % SECONDS_PER_DAY;
  const parts = [Math.floor(ofDay / 3600), Math.floor(ofDay / 60) % 60, ofDay % 60];
  return parts.map((part) => padded(part, 2)).join(':');
}

/** The Gregorian date of a time since 1970 in UTC: days are counted from March of year 0. */
export function formatDate(seconds: number): string {
  const days = Math.floor(seconds / SECONDS_PER_DAY) + 719_468;
  const era = Math.floor(days / 146_097);
  const ofEra = days - era * 146_097;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * ofYear + 2) / 153);
  const day = ofYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0);
  return `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`;
}
