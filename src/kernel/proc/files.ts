/**
 * The few files that programs see: `/etc/hosts`, `/etc/resolv.conf`, `/etc/hostname` and what commands write. One
 * object is one view, as a mount namespace is; processes that see the same files share it.
 */

import type { Errno } from '../errno.ts';
import type { Netns } from '../netns.ts';

/** Who looks: what the files of /proc and /sys say depends on it. */
export interface PseudoViewer {
  readonly ns: Netns;
  readonly hostname: string;
}

/** The files of /proc and /sys, which the kernel makes up as they are read. */
export interface PseudoFiles {
  /** Whether an absolute path is one of theirs, there or not. */
  owns(path: string): boolean;
  read(viewer: PseudoViewer, path: string): { readonly text: string } | Errno;
  write(viewer: PseudoViewer, path: string, text: string): Errno;
  /** The names directly under a directory; none for what is no directory. */
  list(viewer: PseudoViewer, directory: string): string[];
}

/** Puts `path` under `directory` unless it is absolute, and takes out `.`, `..` and double slashes. */
export function resolvePath(directory: string, path: string): string {
  const parts: string[] = [];
  const whole = path.startsWith('/') ? path : `${directory}/${path}`;
  for (const part of whole.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

export class Files {
  private readonly texts = new Map<string, string>();

  /** The file's text, or undefined if there is none. Paths are absolute, here and below. */
  read(path: string): string | undefined {
    return this.texts.get(resolvePath('/', path));
  }

  /** Makes or replaces a file; directories need not be made. */
  write(path: string, text: string): void {
    this.texts.set(resolvePath('/', path), text);
  }

  append(path: string, text: string): void {
    this.write(path, (this.read(path) ?? '') + text);
  }

  /** True if there was such a file. */
  remove(path: string): boolean {
    return this.texts.delete(resolvePath('/', path));
  }

  /** The names directly under a directory, files and directories, sorted. */
  list(directory: string): string[] {
    const prefix = directoryPrefix(directory);
    const names = new Set<string>();
    for (const path of this.texts.keys()) {
      if (path.startsWith(prefix)) names.add(path.slice(prefix.length).split('/', 1)[0]!);
    }
    return [...names].sort((left, right) => (left < right ? -1 : 1));
  }

  /** Whether the path is a directory: the root, or one that files lie in. */
  isDirectory(path: string): boolean {
    const prefix = directoryPrefix(path);
    if (prefix === '/') return true;
    for (const file of this.texts.keys()) if (file.startsWith(prefix)) return true;
    return false;
  }
}

function directoryPrefix(directory: string): string {
  const path = resolvePath('/', directory);
  return path === '/' ? path : `${path}/`;
}
