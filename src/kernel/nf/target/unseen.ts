/**
 * Targets whose work nobody can see here (libxt_NFLOG.c, libxt_TRACE.c, libxt_CLASSIFY.c, libxt_CHECKSUM.c): NFLOG and
 * TRACE tell listeners on netlink, of whom there are none; CLASSIFY chooses a class of a queueing discipline that has
 * classes; CHECKSUM fills in what a card was to fill in, and frames are whole. The packet goes on.
 */
import type { NfTarget } from '../extension.ts';
import { flag, option, saveString, targetExtension } from '../extension.ts';
import { XT_CONTINUE } from '../verdict.ts';
import { refuse } from '../xt-error.ts';
import { MAX_U32, readUnsigned } from '../xt-values.ts';

const GROUP_MAX = 0xffff;
const THRESHOLD_MAX = 0xffff;
const PREFIX_BYTES_MAX = 127;

const RANGE_WARNING =
  'warn: --nflog-range has never worked and is no longer supported, please use --nflog-size instead\n';

class NflogTarget implements NfTarget {
  readonly name = 'NFLOG';
  warning = '';
  private group = 0;
  private prefix = '';
  /** Bytes to copy, -1 for all. */
  private size = -1;
  private threshold = 0;

  option(name: string, text: string): void {
    if (name === 'nflog-group') this.group = readUnsigned('NFLOG', name, text, GROUP_MAX);
    else if (name === 'nflog-size') this.size = readUnsigned('NFLOG', name, text);
    else if (name === 'nflog-threshold') this.threshold = readUnsigned('NFLOG', name, text, THRESHOLD_MAX);
    else if (name === 'nflog-range') {
      readUnsigned('NFLOG', name, text, MAX_U32);
      this.warning = RANGE_WARNING;
    } else {
      if (text.includes('\n')) refuse('Newlines not allowed in --log-prefix');
      this.prefix = text.slice(0, PREFIX_BYTES_MAX);
    }
  }

  check(): void {
    // All options have defaults.
  }

  apply(): number {
    return XT_CONTINUE;
  }

  save(): string {
    return this.texts(' --');
  }

  print(): string {
    return this.texts(' ');
  }

  private texts(before: string): string {
    const prefix = this.prefix === '' ? '' : `${before}nflog-prefix${saveString(this.prefix)}`;
    const group = this.group === 0 ? '' : `${before}nflog-group ${this.group}`;
    const size = this.size < 0 ? '' : `${before}nflog-size ${this.size}`;
    const threshold = this.threshold === 0 ? '' : `${before}nflog-threshold ${this.threshold}`;
    return `${prefix}${group}${size}${threshold}`;
  }
}

/** One without options, or whose options are only kept. */
abstract class SilentTarget implements NfTarget {
  abstract readonly name: string;

  abstract option(name: string, text: string): void;

  check(): void {
    // There is nothing to look at.
  }

  apply(): number {
    return XT_CONTINUE;
  }

  save(): string {
    return '';
  }

  print(): string {
    return '';
  }
}

class TraceTarget extends SilentTarget {
  readonly name = 'TRACE';

  override option(): void {
    // There are none.
  }
}

class ChecksumTarget extends SilentTarget {
  readonly name = 'CHECKSUM';

  override option(): void {
    // There is one, which must be there.
  }

  override save(): string {
    return ' --checksum-fill';
  }

  override print(): string {
    return ' CHECKSUM fill';
  }
}

class ClassifyTarget extends SilentTarget {
  readonly name = 'CLASSIFY';
  private major = 0;
  private minor = 0;

  /** Twin of CLASSIFY_string_to_priority. */
  override option(_name: string, text: string): void {
    const numbers = /^\s*(?:0[xX])?([0-9a-fA-F]+):\s*(?:0[xX])?([0-9a-fA-F]+)/.exec(text);
    if (numbers === null) refuse(`Bad class value "${text}"`);
    const [major, minor] = numbers.slice(1).map((digits) => Number.parseInt(digits, 16) & 0xffff);
    this.major = major!;
    this.minor = minor!;
  }

  override save(): string {
    const four = (value: number): string => value.toString(16).padStart(4, '0');
    return ` --set-class ${four(this.major)}:${four(this.minor)}`;
  }

  override print(): string {
    return ` CLASSIFY set ${this.major.toString(16)}:${this.minor.toString(16)}`;
  }
}

export const NFLOG = targetExtension(
  'NFLOG',
  [
    option('nflog-group'),
    option('nflog-prefix'),
    option('nflog-range', { excludes: ['nflog-size'] }),
    option('nflog-size', { excludes: ['nflog-range'] }),
    option('nflog-threshold'),
  ],
  () => new NflogTarget(),
);
export const TRACE = targetExtension('TRACE', [], () => new TraceTarget());
export const CHECKSUM = targetExtension(
  'CHECKSUM',
  [flag('checksum-fill', { isMandatory: true })],
  () => new ChecksumTarget(),
  { tables: ['mangle'] },
);
export const CLASSIFY = targetExtension(
  'CLASSIFY',
  [option('set-class', { isMandatory: true })],
  () => new ClassifyTarget(),
  { chains: ['FORWARD', 'OUTPUT', 'POSTROUTING'] },
);
