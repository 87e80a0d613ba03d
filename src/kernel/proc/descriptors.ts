/**
 * File descriptors: what a process reads from and writes to, by number (0 standard input, 1 output, 2 error).
 *
 *   process A   0 1 2 ─┐
 *   process B   0 1 2 ─┴─▶ open file, counted references ─▶ terminal | pipe | file | /dev/null
 *
 * An open file is Linux's `struct file`: children and dup(2) share it, and what it stands for hears of its last close.
 */
import { assert, LimitError } from '../../base/assert.ts';
import type { Errno } from '../errno.ts';
import type { Files } from './files.ts';
import { Pipe } from './pipe.ts';
import type { Stdin } from './process-table.ts';
import { WaitQueue } from './wait.ts';
import type { Waitable, Waiter } from './wait.ts';

const CAPTURE_CHARACTERS_MAX = 64 * 1024 * 1024;

/** What descriptors refer to. */
export abstract class OpenFile {
  private references = 0;

  addReference(): void {
    this.references++;
  }

  dropReference(): void {
    assert(this.references > 0, 'a descriptor is closed once');
    this.references--;
    if (this.references === 0) this.closed();
  }

  /** What a program reads from; null where it is not open for reading. */
  abstract readonly input: Stdin | null;

  /** What a writer has to wait for before it goes on: a full pipe's room. */
  get room(): Waitable | null {
    return null;
  }

  /** write(2): EBADF where it is not open for writing, EPIPE where nobody reads. */
  abstract write(text: string): Errno;

  /** The last descriptor was closed. */
  protected closed(): void {
    // Most have nothing to do.
  }
}

/** Whatever takes text: a terminal, a log, a step's output. */
export class Sink extends OpenFile {
  readonly input = null;
  private readonly take: (text: string) => void;

  constructor(take: (text: string) => void) {
    super();
    this.take = take;
  }

  write(text: string): Errno {
    this.take(text);
    return '';
  }
}

/** Something that is only read: a terminal, a file given by `<`, a here-document. */
export class Source extends OpenFile {
  readonly input: Stdin;

  constructor(input: Stdin) {
    super();
    this.input = input;
  }

  write(): Errno {
    return 'EBADF';
  }
}

/** The reading end of a pipe. */
export class PipeReader extends OpenFile {
  readonly input: Pipe;

  constructor(pipe: Pipe) {
    super();
    this.input = pipe;
  }

  write(): Errno {
    return 'EBADF';
  }

  protected override closed(): void {
    this.input.closeReader();
  }
}

/** The writing end of a pipe. */
export class PipeWriter extends OpenFile {
  readonly input = null;
  private readonly pipe: Pipe;

  constructor(pipe: Pipe) {
    super();
    this.pipe = pipe;
    pipe.openWriter();
  }

  override get room(): Waitable | null {
    return this.pipe.isFull ? this.pipe.room : null;
  }

  write(text: string): Errno {
    return this.pipe.write(text) ? '' : 'EPIPE';
  }

  protected override closed(): void {
    this.pipe.closeWriter();
  }
}

/** `/dev/null`, open for reading and writing. */
export class NullDevice extends OpenFile {
  readonly input = 'null';

  write(): Errno {
    return '';
  }
}

/** A file open for writing; descriptors that share it share its offset. */
export class WrittenFile extends OpenFile {
  readonly input = null;
  private readonly files: Files;
  private readonly path: string;
  private readonly isAppending: boolean;
  private offset = 0;

  constructor(files: Files, path: string, isAppending: boolean) {
    super();
    this.files = files;
    this.path = path;
    this.isAppending = isAppending;
  }

  write(text: string): Errno {
    const old = this.files.read(this.path) ?? '';
    if (this.isAppending || this.offset === old.length) {
      this.files.write(this.path, old + text);
      this.offset = old.length + text.length;
      return '';
    }
    // A hole, where another made the file shorter, is zeros.
    const before = old.slice(0, this.offset).padEnd(this.offset, '\0');
    this.offset += text.length;
    this.files.write(this.path, before + text + old.slice(this.offset));
    return '';
  }
}

/** A file that the kernel makes up: each text is one write(2), which it may refuse. */
export class KernelFile extends OpenFile {
  readonly input = null;
  private readonly take: (text: string) => Errno;

  constructor(take: (text: string) => Errno) {
    super();
    this.take = take;
  }

  write(text: string): Errno {
    return this.take(text);
  }
}

/** Collects what is written, for whoever waits until the last writer has closed: `$(…)`. */
export class Capture extends OpenFile implements Waitable {
  readonly input = null;
  text = '';
  isAtEnd = false;
  private readonly waiters = new WaitQueue();

  write(text: string): Errno {
    if (this.text.length + text.length > CAPTURE_CHARACTERS_MAX) {
      throw new LimitError('the output of a command in $(…) has no end');
    }
    this.text += text;
    return '';
  }

  isReady(): boolean {
    return this.isAtEnd;
  }

  addWaiter(waiter: Waiter): void {
    this.waiters.add(waiter);
  }

  removeWaiter(waiter: Waiter): void {
    this.waiters.remove(waiter);
  }

  protected override closed(): void {
    this.isAtEnd = true;
    this.waiters.wakeAll();
  }
}

/** What was open under some descriptors before they were redirected. */
export type SavedDescriptors = ReadonlyMap<number, OpenFile | undefined>;

/** The open descriptors of one process. */
export class Descriptors {
  private readonly table = new Map<number, OpenFile>();

  /** A process's first three. */
  static standard(stdin: Stdin, stdout: OpenFile, stderr: OpenFile): Descriptors {
    const descriptors = new Descriptors();
    descriptors.set(0, new Source(stdin));
    descriptors.set(1, stdout);
    descriptors.set(2, stderr);
    return descriptors;
  }

  /** All that are open, in ascending order. */
  get numbers(): number[] {
    return [...this.table.keys()].sort((left, right) => left - right);
  }

  get(number: number): OpenFile | undefined {
    return this.table.get(number);
  }

  /** dup2(2): what was open under the number is closed. */
  set(number: number, file: OpenFile): void {
    file.addReference();
    this.close(number);
    this.table.set(number, file);
  }

  close(number: number): void {
    const old = this.table.get(number);
    this.table.delete(number);
    old?.dropReference();
  }

  closeAll(): void {
    for (const number of [...this.table.keys()]) this.close(number);
  }

  /** Keeps what is open under some numbers, so that `restore` can put it back. */
  save(numbers: readonly number[]): SavedDescriptors {
    const saved = new Map<number, OpenFile | undefined>();
    for (const number of numbers) {
      if (saved.has(number)) continue;
      const file = this.table.get(number);
      file?.addReference();
      saved.set(number, file);
    }
    return saved;
  }

  restore(saved: SavedDescriptors): void {
    for (const [number, file] of saved) {
      if (file === undefined) this.close(number);
      else {
        this.set(number, file);
        file.dropReference();
      }
    }
  }

  /** What a child starts with. */
  copy(): Descriptors {
    const copy = new Descriptors();
    for (const [number, file] of this.table) copy.set(number, file);
    return copy;
  }

  /** The first full pipe among them that is written to. */
  get room(): Waitable | null {
    for (const file of this.table.values()) {
      const { room } = file;
      if (room !== null) return room;
    }
    return null;
  }
}
