/** A folder for captures that are measured and thrown away: in memory where there is room, so that no disk is timed. */
import { accessSync, constants, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const MEMORY_FOLDER = '/dev/shm';

/** Calls `use` with a new folder that has room for `bytes`, and removes it afterwards. */
export function withScratchFolder<T>(bytes: number, use: (folder: string) => T): T {
  const folder = mkdtempSync(path.join(hasRoom(MEMORY_FOLDER, bytes) ? MEMORY_FOLDER : tmpdir(), 'dockwire-bench-'));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** False, too, when there is no such folder or it cannot be written to. */
function hasRoom(folder: string, bytes: number): boolean {
  try {
    accessSync(folder, constants.W_OK);
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize > 2 * bytes;
  } catch {
    return false;
  }
}
