/**
 * The order of versions: GNU filevercmp, after Debian's. Runs of other characters and of digits take turns; digits
 * count by value, `~` comes before everything, letters before other characters. Suffixes like `.tar.gz` count last.
 */
import { compareText } from './order.ts';

/** The order that `sort -V` has. */
export function compareVersions(left: string, right: string): number {
  if (left === right) return 0;
  const special = specialRank(left) - specialRank(right);
  if (special !== 0) return special;
  const isHidden = (text: string): boolean => text.startsWith('.');
  if (isHidden(left) !== isHidden(right)) return isHidden(left) ? -1 : 1;
  const [bareLeft, bareRight] = [withoutSuffix(left), withoutSuffix(right)];
  const isWhole = bareLeft === bareRight;
  return isWhole ? compareRuns(left, right) : compareRuns(bareLeft, bareRight) || compareRuns(left, right);
}

/** The empty text, `.` and `..` come first. */
function specialRank(text: string): number {
  const at = ['', '.', '..'].indexOf(text);
  return at < 0 ? 3 : at;
}

function withoutSuffix(text: string): string {
  const [suffix] = /(?:\.[A-Za-z~][A-Za-z0-9~]*)*$/.exec(text)!;
  return suffix.length === text.length ? text : text.slice(0, text.length - suffix.length);
}

function orderOf(char: string): number {
  if (char === '') return -1;
  if (char === '~') return -2;
  if (/[0-9]/.test(char)) return 0;
  return /[A-Za-z]/.test(char) ? char.charCodeAt(0) : char.codePointAt(0)! + 256;
}

function compareRuns(left: string, right: string): number {
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    while ((i < left.length && !isDigit(left.charAt(i))) || (j < right.length && !isDigit(right.charAt(j)))) {
      const difference = orderOf(left.charAt(i)) - orderOf(right.charAt(j));
      if (difference !== 0) return difference;
      i++;
      j++;
    }
    const [a, b] = [digitsAt(left, i), digitsAt(right, j)];
    i += a.length;
    j += b.length;
    const [x, y] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')];
    const difference = x.length - y.length || compareText(x, y);
    if (difference !== 0) return difference;
  }
  return 0;
}

function isDigit(char: string): boolean {
  return /^[0-9]$/.test(char);
}

function digitsAt(text: string, at: number): string {
  return /^[0-9]*/.exec(text.slice(at))![0];
}

/** strverscmp(3), which busybox uses: digits with zeros in front are a fraction, other digits a whole number. */
export function compareVersionTexts(left: string, right: string): number {
  let at = 0;
  while (at < left.length && left.charAt(at) === right.charAt(at)) at++;
  if (left === right) return 0;
  const prefix = /[0-9]*$/.exec(left.slice(0, at))![0];
  const [a, b] = [prefix + digitsAt(left, at), prefix + digitsAt(right, at)];
  const isWhole = /^[1-9]/.test(a) && /^[1-9]/.test(b);
  if (isWhole && a.length !== b.length) return a.length - b.length;
  const isFraction = /^0+$/.test(prefix) && (isDigit(left.charAt(at)) || isDigit(right.charAt(at)));
  // Among fractions what goes on with zeros is less than what ends.
  if (isFraction && !isDigit(left.charAt(at))) return 1;
  if (isFraction && !isDigit(right.charAt(at))) return -1;
  return compareText(left.slice(at), right.slice(at));
}
