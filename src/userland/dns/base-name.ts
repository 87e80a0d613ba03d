/** The last part of a path: `/usr/bin/dig` → `dig`. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
