/**
 * Globs over interface names such as `node1/eth0` and `node1/c1/eth0`. `*` and `?` stay within one part of the path,
 * `**` crosses slashes, and a glob without a slash stands for everything below it: `node1` is `node1/**`.
 */

const STAR = '*';

/** Whether `glob` stands for the interface. Takes time in proportion to the product of the lengths at worst. */
export function matchesGlob(glob: string, interfaceName: string): boolean {
  const pattern = glob.includes('/') || glob === '**' ? glob : `${glob}/**`;
  // reachable[i]: the pattern read so far can end before character i of the name
  let reachable = new Uint8Array(interfaceName.length + 1);
  reachable[0] = 1;
  for (let i = 0; i < pattern.length; i++) {
    const crossesSlashes = pattern[i] === STAR && pattern[i + 1] === STAR;
    reachable =
      pattern[i] === STAR
        ? runOn(reachable, interfaceName, crossesSlashes)
        : stepOn(reachable, interfaceName, pattern[i]!);
    if (crossesSlashes) i++;
  }
  return reachable[interfaceName.length] === 1;
}

/** Any number of characters. */
function runOn(reachable: Uint8Array, name: string, crossesSlashes: boolean): Uint8Array<ArrayBuffer> {
  const next = new Uint8Array(reachable);
  for (let i = 0; i < name.length; i++) {
    if (next[i] === 1 && (crossesSlashes || name[i] !== '/')) next[i + 1] = 1;
  }
  return next;
}

/** Exactly one character: `wanted`, or any but a slash for `?`. */
function stepOn(reachable: Uint8Array, name: string, wanted: string): Uint8Array<ArrayBuffer> {
  const next = new Uint8Array(reachable.length);
  for (let i = 0; i < name.length; i++) {
    if (reachable[i] === 1 && (wanted === '?' ? name[i] !== '/' : name[i] === wanted)) next[i + 1] = 1;
  }
  return next;
}
