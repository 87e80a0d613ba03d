/** What wget says, by how much it is asked to say (its log.c): to standard error, or to the file of -o. */
import { errorText } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/proc/process.ts';
import { nowMoment } from '../http/http-date.ts';
import { formatMoment } from '../text/date-format.ts';
import type { WgetOptions } from './options.ts';

export class Log {
  readonly isVerbose: boolean;
  readonly isQuiet: boolean;
  readonly showsProgress: boolean;
  private readonly proc: Process;
  private readonly file: string | undefined;

  constructor(proc: Process, { switches, values }: WgetOptions) {
    this.proc = proc;
    this.file = values.get('append-output') ?? values.get('output-file');
    this.isQuiet = switches.get('quiet') === true;
    this.isVerbose = !this.isQuiet && switches.get('verbose') !== false;
    this.showsProgress = switches.get('show-progress') ?? this.isVerbose;
  }

  /** Makes the file of -o; a text is why it cannot be. */
  open(isAppended: boolean): string {
    const { file } = this;
    if (file === undefined || isStandard(file) || file === '/dev/null') return '';
    const errno = this.proc.writeFile(file, '', isAppended);
    return errno === '' ? '' : `${file}: ${errorText(errno)}\n`;
  }

  always(text: string): void {
    const { file, proc } = this;
    if (text === '') return;
    if (file === undefined || file === '/dev/stderr') proc.writeError(text);
    else if (isStandard(file)) proc.write(text);
    else proc.writeFile(file, text, true);
  }

  /** Not with -q. */
  notQuiet(text: string): void {
    if (!this.isQuiet) this.always(text);
  }

  /** Neither with -q nor with -nv. */
  verbose(text: string): void {
    if (this.isVerbose) this.always(text);
  }

  /** With -nv only. */
  nonVerbose(text: string): void {
    if (!this.isVerbose && !this.isQuiet) this.always(text);
  }

  progress(text: string): void {
    if (this.showsProgress) this.always(text);
  }

  /** `2025-01-01 00:00:00` */
  get now(): string {
    return formatMoment('%Y-%m-%d %H:%M:%S', nowMoment(this.proc));
  }
}

function isStandard(file: string): boolean {
  return file === '-' || file === '/dev/stdout' || file === '/dev/stderr';
}
