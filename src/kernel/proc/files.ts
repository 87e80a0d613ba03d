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

/** Takes the bytes of a file as they are written, outside the emulated machine. */
export interface ByteSink {
  write(chunk: Uint8Array): void;
}

/** Opens a file of the run's output folder by its path on the machine; given by whoever may write files. */
export type SinkOpener = (path: string) => ByteSink;

export class Files {
  private readonly texts = new Map<string, string>();
  /** Files of bytes that programs wrote, such as captures: what they hold, chunk by chunk. */
  private readonly binaries = new Map<string, Uint8Array[]>();
  private readonly directories = new Set<string>();
  /** When files were written last, in seconds since 1970, of those of which it is known. */
  private readonly times = new Map<string, number>();
  /** Single files of another view that are seen here, as `mount --bind` does. */
  private readonly mounts = new Map<string, Files>();
  private readonly openOutside: SinkOpener | null;

  /** Without an opener, files of bytes stay on the machine. */
  constructor(openOutside: SinkOpener | null = null) {
    this.openOutside = openOutside;
  }

  /** Makes or replaces a file of bytes, which is also written to the run's output folder as it grows. */
  openSink(path: string): ByteSink {
    const absolute = resolvePath('/', path);
    const chunks: Uint8Array[] = [];
    const outside = this.openOutside?.(absolute) ?? null;
    this.texts.delete(absolute);
    this.binaries.set(absolute, chunks);
    return {
      write: (chunk) => {
        chunks.push(chunk.slice());
        outside?.write(chunk);
      },
    };
  }

  /** What a file of bytes holds by now, or undefined if there is none. */
  readBytes(path: string): Uint8Array | undefined {
    const chunks = this.binaries.get(resolvePath('/', path));
    if (chunks === undefined) return undefined;
    const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
    let at = 0;
    for (const chunk of chunks) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    return bytes;
  }

  /** Lets the file of that path in another view be seen and written here; null ends that. */
  mountFile(path: string, source: Files | null): void {
    const absolute = resolvePath('/', path);
    if (source === null) this.mounts.delete(absolute);
    else this.mounts.set(absolute, source);
  }

  /** The file's text, or undefined if there is none. Paths are absolute, here and below. */
  read(path: string): string | undefined {
    const absolute = resolvePath('/', path);
    const source = this.mounts.get(absolute);
    return source === undefined ? this.texts.get(absolute) : source.read(absolute);
  }

  /** When the file was written last, in seconds since 1970; undefined where nobody said. */
  modifiedSeconds(path: string): number | undefined {
    return this.times.get(resolvePath('/', path));
  }

  /** Notes when a file was written. */
  setModified(path: string, epochSeconds: number): void {
    this.times.set(resolvePath('/', path), epochSeconds);
  }

  /** Makes or replaces a file; directories need not be made. */
  write(path: string, text: string): void {
    const absolute = resolvePath('/', path);
    const source = this.mounts.get(absolute);
    if (source !== undefined) {
      source.write(absolute, text);
      return;
    }
    this.binaries.delete(absolute);
    this.texts.set(absolute, text);
  }

  append(path: string, text: string): void {
    this.write(path, (this.read(path) ?? '') + text);
  }

  /** True if there was such a file. */
  remove(path: string): boolean {
    const absolute = resolvePath('/', path);
    // A mount point is busy.
    if (this.mounts.has(absolute)) return false;
    return this.texts.delete(absolute) || this.binaries.delete(absolute);
  }

  /** The names directly under a directory, files and directories, sorted. */
  list(directory: string): string[] {
    const prefix = directoryPrefix(directory);
    const names = new Set<string>();
    for (const path of this.paths()) {
      if (path.startsWith(prefix)) names.add(path.slice(prefix.length).split('/', 1)[0]!);
    }
    names.delete('');
    return [...names].sort((left, right) => (left < right ? -1 : 1));
  }

  /** Whether the path is a directory: the root, one that was made, or one that files lie in. */
  isDirectory(path: string): boolean {
    const prefix = directoryPrefix(path);
    if (prefix === '/') return true;
    for (const file of this.paths()) if (file.startsWith(prefix)) return true;
    return false;
  }

  /** Makes a directory, and those it lies in, that are there even without files in them. */
  makeDirectory(path: string): void {
    for (let each = resolvePath('/', path); each !== '/'; each = resolvePath(each, '..')) {
      this.directories.add(directoryPrefix(each));
    }
  }

  /** Removes a directory and all that is in it. */
  removeDirectory(path: string): void {
    const prefix = directoryPrefix(path);
    for (const each of this.paths()) {
      if (!each.startsWith(prefix)) continue;
      this.texts.delete(each);
      this.binaries.delete(each);
      this.directories.delete(each);
    }
  }

  /** Of files, and of directories that were made, with a slash behind them. */
  private paths(): string[] {
    return [...this.texts.keys(), ...this.binaries.keys(), ...this.directories, ...this.mounts.keys()];
  }
}

function directoryPrefix(directory: string): string {
  const path = resolvePath('/', directory);
  return path === '/' ? path : `${path}/`;
}
