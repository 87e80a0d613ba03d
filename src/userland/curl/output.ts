/** Where curl writes what it fetches: standard output, a file, or nowhere (tool_cb_wrt.c). */
import { errorText } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/proc/process.ts';
import { resolvePath } from '../../kernel/proc/files.ts';
import { TextStream } from '../text-stream.ts';
import { CurlError, EXIT } from './errors.ts';

export class Output {
  /** Empty for standard output. */
  readonly file: string;
  private readonly proc: Process;
  private readonly warn: (text: string) => void;
  private readonly text = new TextStream();
  private isOpen = false;

  constructor(proc: Process, file: string, warn: (text: string) => void) {
    this.proc = proc;
    this.file = file === '-' ? '' : file;
    this.warn = warn;
  }

  write(bytes: Uint8Array): void {
    this.writeText(this.text.push(bytes));
  }

  writeText(text: string): void {
    if (this.file === '/dev/null') return;
    if (this.file === '') {
      this.proc.write(text);
      return;
    }
    this.open();
    if (text !== '') this.proc.writeFile(this.file, text, true);
  }

  /** The transfer has succeeded: a file is there, be it empty. */
  finish(): void {
    const rest = this.text.end();
    if (this.file !== '') this.open();
    if (rest !== '') this.writeText(rest);
  }

  private open(): void {
    if (this.isOpen || this.file === '/dev/null') return;
    const folder = resolvePath(this.proc.directory, `${this.file}/..`);
    const { files } = this.proc;
    const isThere = files.isDirectory(folder) || folder === '/tmp' || folder === '/root';
    const errno = isThere ? this.proc.writeFile(this.file, '', false) : 'ENOENT';
    if (errno !== '') {
      this.warn(`Failed to open the file ${this.file}: ${errorText(errno)}`);
      throw new CurlError(EXIT.write, 'Failure writing output to destination');
    }
    this.isOpen = true;
  }
}
