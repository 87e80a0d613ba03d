/**
 * A pipe(7): what one process writes another reads. Text, not bytes; its end of input is when all writers have closed.
 *
 *   writer ──write──▶ │ text that waits │ ──read──▶ reader       readable: text waits, or no writer is left
 */
import { assert, LimitError } from '../../base/assert.ts';
import { WaitQueue } from './wait.ts';
import type { Waitable, Waiter } from './wait.ts';

/** What a program can read from: ready when there is text, or when there never will be any. */
export interface InputStream extends Waitable {
  /** Takes all that waits; '' when nothing does yet; null at the end. */
  read(): string | null;
  /** Gives back the end of what was read: the next read begins with it. For the shell, which reads single lines. */
  unread(text: string): void;
}

/** From here on a writer is held when it next waits (pipe(7): 64 KiB); what it writes before that still fits. */
const PIPE_CAPACITY = 65_536;
/** A program that writes this much without ever waiting has no end that anyone could see. */
const PIPE_CHARACTERS_MAX = 64 * 1024 * 1024;

export class Pipe implements InputStream {
  /** Ready when the pipe is not full. */
  readonly room: Waitable;
  private readonly waiters = new WaitQueue();
  private readonly writersWaiting = new WaitQueue();
  private waiting = '';
  private writers = 0;
  private isReaderGone = false;

  constructor() {
    this.room = {
      isReady: () => !this.isFull,
      addWaiter: (waiter) => {
        this.writersWaiting.add(waiter);
      },
      removeWaiter: (waiter) => {
        this.writersWaiting.remove(waiter);
      },
    };
  }

  get isFull(): boolean {
    return this.waiting.length >= PIPE_CAPACITY;
  }

  /** One more process has the writing end. */
  openWriter(): void {
    this.writers++;
  }

  /** A process that had the writing end has closed it or ended. */
  closeWriter(): void {
    assert(this.writers > 0, 'a writer closes once');
    this.writers--;
    if (this.writers === 0) this.waiters.wakeAll();
  }

  /** Nobody reads any more: what is written now breaks the pipe. */
  closeReader(): void {
    this.isReaderGone = true;
    this.waiting = '';
    this.writersWaiting.wakeAll();
  }

  /** False when nobody will read it: the writer gets SIGPIPE. */
  write(text: string): boolean {
    if (this.isReaderGone) return false;
    if (text === '') return true;
    if (this.waiting.length + text.length > PIPE_CHARACTERS_MAX) {
      throw new LimitError('a program writes into a pipe without end and never waits');
    }
    this.waiting += text;
    this.waiters.wakeAll();
    return true;
  }

  read(): string | null {
    if (this.waiting === '') return this.writers === 0 ? null : '';
    const text = this.waiting;
    this.waiting = '';
    this.writersWaiting.wakeAll();
    return text;
  }

  unread(text: string): void {
    this.waiting = text + this.waiting;
  }

  isReady(): boolean {
    return this.waiting !== '' || this.writers === 0;
  }

  /** The end of input is no data: whoever waits for it is woken at once, as by a child's end. */
  get isAtEnd(): boolean {
    return this.waiting === '' && this.writers === 0;
  }

  addWaiter(waiter: Waiter): void {
    this.waiters.add(waiter);
  }

  removeWaiter(waiter: Waiter): void {
    this.waiters.remove(waiter);
  }
}

/** A text that is all there: a file given by `<`, a here-document. */
export class TextInput implements InputStream {
  private text: string | null;

  constructor(text: string) {
    this.text = text === '' ? null : text;
  }

  read(): string | null {
    const text = this.text;
    this.text = null;
    return text;
  }

  unread(text: string): void {
    if (text !== '') this.text = text + (this.text ?? '');
  }

  isReady(): boolean {
    return true;
  }

  addWaiter(): void {
    // Always ready: nobody has to be woken.
  }

  removeWaiter(): void {
    // As above.
  }
}
