/** Sizes as Docker shows them: github.com/docker/go-units, HumanSizeWithPrecision and HumanSize. */
import { formatFloat } from '../template/float-text.ts';

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'];
const STEP = 1000;

/** `4.26MB`: so many digits, by thousands. */
export function humanSize(bytes: number, digits: number): string {
  let size = bytes;
  let unit = 0;
  for (; size >= STEP && unit < UNITS.length - 1; unit++) size /= STEP;
  return formatFloat(size, 'g', digits) + UNITS[unit]!;
}
