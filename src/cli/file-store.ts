/**
 * Where captures and other results go: the folder of a run. What an earlier run has listed is removed first; at most
 * 128 capture files are open at a time, the one that was written to longest ago gives way.
 */
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import type { ByteSink } from '../pcap-writer/index.ts';
import type { CaptureStore } from '../scenario/watch.ts';

/** Contract: at most this many capture files are held open. */
export const OPEN_FILES_MAX = 128;
const LIST_FILE = 'run.json';

class CaptureFile implements ByteSink {
  readonly filePath: string;
  descriptor: number | null;
  private readonly store: FileStore;

  constructor(store: FileStore, filePath: string) {
    this.store = store;
    this.filePath = filePath;
    this.descriptor = null;
  }

  write(chunk: Uint8Array): void {
    const descriptor = this.store.descriptorOf(this);
    for (let at = 0; at < chunk.length;) at += writeSync(descriptor, chunk, at, chunk.length - at);
  }
}

export class FileStore implements CaptureStore {
  readonly folder: string;
  private readonly listed: string[] = [];
  /** Open files, the one used longest ago first. */
  private readonly openFiles = new Set<CaptureFile>();

  /** Makes the folder and removes what the previous run has listed there. */
  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
    removeListed(folder);
  }

  open(fileName: string): ByteSink {
    const file = new CaptureFile(this, this.pathFor(fileName));
    writeFileSync(file.filePath, '');
    return file;
  }

  /** A text file of the run. */
  writeText(fileName: string, text: string): void {
    writeFileSync(this.pathFor(fileName), text);
  }

  /** The descriptor of a file that is about to be written to. */
  descriptorOf(file: CaptureFile): number {
    this.openFiles.delete(file);
    if (file.descriptor === null) {
      if (this.openFiles.size >= OPEN_FILES_MAX) this.closeOldest();
      file.descriptor = openSync(file.filePath, 'a');
    }
    this.openFiles.add(file);
    return file.descriptor;
  }

  /** Closes all files and writes the list of them, for the next run in this folder. */
  close(): void {
    while (this.openFiles.size > 0) this.closeOldest();
    writeFileSync(path.join(this.folder, LIST_FILE), `${JSON.stringify({ files: this.listed }, null, 2)}\n`);
  }

  private pathFor(fileName: string): string {
    const filePath = path.join(this.folder, fileName);
    mkdirSync(path.dirname(filePath), { recursive: true });
    if (!this.listed.includes(fileName)) this.list(fileName);
    return filePath;
  }

  /** Listed before it is written, so that a killed run leaves nothing that the next would not find. */
  private list(fileName: string): void {
    this.listed.push(fileName);
    if (this.listed.length === 1) writeFileSync(path.join(this.folder, LIST_FILE), '');
    appendFileSync(path.join(this.folder, LIST_FILE), `${JSON.stringify({ files: [fileName] })}\n`);
  }

  private closeOldest(): void {
    for (const file of this.openFiles) {
      if (file.descriptor !== null) closeSync(file.descriptor);
      file.descriptor = null;
      this.openFiles.delete(file);
      return;
    }
  }
}

/** Removes the files that `run.json` names, and nothing else; names that leave the folder are ignored. */
function removeListed(folder: string): void {
  for (const name of readList(folder)) {
    const target = path.resolve(folder, name);
    if (target.startsWith(path.resolve(folder) + path.sep)) rmSync(target, { force: true });
  }
  rmSync(path.join(folder, LIST_FILE), { force: true });
}

function readList(folder: string): string[] {
  let text: string;
  try {
    text = readFileSync(path.join(folder, LIST_FILE), 'utf8');
  } catch {
    return [];
  }
  const names: string[] = [];
  for (const document of [text, ...text.split('\n')]) names.push(...filesIn(document));
  return names;
}

function filesIn(text: string): string[] {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null || !('files' in parsed) || !Array.isArray(parsed.files))
      return [];
    return parsed.files.filter((name): name is string => typeof name === 'string');
  } catch {
    return [];
  }
}
