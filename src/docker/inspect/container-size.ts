/** How large a container is: what it has written, and that with its image below (`--size`). */
import { utf8Encode } from '../../base/bytes.ts';
import type { Files } from '../../kernel/proc/files.ts';
import type { Container } from '../container.ts';

export interface ContainerSize {
  readonly writtenBytes: number;
  readonly wholeBytes: number;
}

/** The engine mounts these over the container's own, so that they are not counted. */
const MOUNTED = new Set(['/etc/hosts', '/etc/hostname', '/etc/resolv.conf']);

export function containerSize(container: Container): ContainerSize {
  const writtenBytes = sizeUnder(container.files, '');
  return { writtenBytes, wholeBytes: writtenBytes + container.image.sizeBytes };
}

function sizeUnder(files: Files, folder: string): number {
  let sum = 0;
  for (const name of files.list(`${folder}/`)) {
    const path = `${folder}/${name}`;
    if (files.isDirectory(path)) sum += sizeUnder(files, path);
    else if (!MOUNTED.has(path)) sum += files.readBytes(path)?.length ?? utf8Encode(files.read(path) ?? '').length;
  }
  return sum;
}
