/** Where wget writes what it fetches: standard output, the one file of -O, or a file of the URL's name. */
import type { Errno } from '../../kernel/errno.ts';
import { errorText } from '../../kernel/errno.ts';
import { resolvePath } from '../../kernel/proc/files.ts';
import type { Process } from '../../kernel/proc/process.ts';
import { TextStream } from '../text-stream.ts';
import type { WgetOptions } from './options.ts';

export class Output {
  private readonly proc: Process;
  /** The value of -O. */
  private readonly document: string | undefined;
  private readonly folder: string;
  private text = new TextStream();

  constructor(proc: Process, { values }: WgetOptions) {
    this.proc = proc;
    this.document = values.get('output-document');
    this.folder = (values.get('directory-prefix') ?? '.').replace(/(?<=.)\/+$/, '');
  }

  get isStdout(): boolean {
    return this.document === '-';
  }

  get isDocument(): boolean {
    return this.document !== undefined;
  }

  /** Makes the file of -O; a text is why it cannot be. */
  openDocument(): string {
    if (this.document === undefined || isDevice(this.document)) return '';
    const errno = this.make(this.document);
    return errno === '' ? '' : `${this.document}: ${errorText(errno)}\n`;
  }

  /** The file for a name, before others of that name are looked at. */
  fileFor(name: string): string {
    if (this.document !== undefined) return this.document;
    return this.folder === '.' ? name : `${this.folder}/${name}`;
  }

  exists(file: string): boolean {
    const path = resolvePath(this.proc.directory, file);
    return this.proc.readFile(file) !== undefined || this.proc.files.isDirectory(path);
  }

  /** `file`, or `file.1` and so on where that is there already. */
  uniqueName(file: string): string {
    if (this.isDocument || !this.exists(file)) return file;
    let count = 1;
    while (this.exists(`${file}.${count}`)) count++;
    return `${file}.${count}`;
  }

  /** Makes an empty file, with -O nothing, to be written from now on. */
  open(file: string): Errno {
    this.text = new TextStream();
    if (this.isDocument) return '';
    const folder = resolvePath(this.proc.directory, `${file}/..`);
    const { files } = this.proc;
    if (files.read(folder) !== undefined || folder.startsWith('/dev/')) return 'ENOTDIR';
    if (this.folder !== '.' && !files.isDirectory(folder)) files.makeDirectory(folder);
    return this.proc.writeFile(file, '', false);
  }

  write(file: string, bytes: Uint8Array): void {
    this.put(file, this.text.push(bytes));
  }

  /** No more comes; the file's time is the server's, if it told one. */
  finish(file: string, modifiedSeconds: number | undefined): void {
    this.put(file, this.text.end());
    if (modifiedSeconds === undefined || isDevice(file)) return;
    this.proc.files.setModified(resolvePath(this.proc.directory, file), modifiedSeconds);
  }

  private put(file: string, text: string): void {
    if (text === '' || file === '/dev/null') return;
    if (file === '-' || file === '/dev/stdout') this.proc.write(text);
    else if (file === '/dev/stderr') this.proc.writeError(text);
    else this.proc.writeFile(file, text, true);
  }

  private make(file: string): Errno {
    const folder = resolvePath(this.proc.directory, `${file}/..`);
    const isThere = this.proc.files.isDirectory(folder) || ['/tmp', '/root', this.proc.directory].includes(folder);
    return isThere ? this.proc.writeFile(file, '', false) : 'ENOENT';
  }
}

function isDevice(file: string): boolean {
  return ['-', '/dev/null', '/dev/stdout', '/dev/stderr'].includes(file);
}
