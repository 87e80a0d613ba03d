/** Sizes as Docker shows them: github.com/docker/go-units, HumanSizeWithPrecision and HumanSize. */
import { formatFloat } from '../template/float-text.ts';

const BINARY_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB', 'ZiB', 'YiB'];
const BINARY_STEP = 1024;
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'];
const STEP = 1000;

/** `4.26MB`: so many digits, by thousands. */
export function humanSize(bytes: number, digits: number): string {
  let size = bytes;
  let unit = 0;
  for (; size >= STEP && unit < UNITS.length - 1; unit++) size /= STEP;
  return formatFloat(size, 'g', digits) + UNITS[unit]!;
}

/** `23.54GiB`: four digits, by 1024s. Twin of BytesSize. */
export function bytesSize(bytes: number): string {
  let size = bytes;
  let unit = 0;
  for (; size >= BINARY_STEP && unit < BINARY_UNITS.length - 1; unit++) size /= BINARY_STEP;
  return formatFloat(size, 'g', 4) + BINARY_UNITS[unit]!;
}
