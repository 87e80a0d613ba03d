/** `-j LOG` (libxt_LOG.c). */
import type { NfTarget } from '../extension.ts';
import { flag, option, saveString, targetExtension } from '../extension.ts';
import {
  NF_LOG_IPOPT,
  NF_LOG_MACDECODE,
  NF_LOG_TCPOPT,
  NF_LOG_TCPSEQ,
  NF_LOG_UID,
  nfLogAllowed,
  nfLogLine,
} from '../nf-log.ts';
import type { NfPacket } from '../packet.ts';
import { XT_CONTINUE } from '../verdict.ts';
import { refuse } from '../xt-error.ts';
import { parseUnsigned } from '../xt-values.ts';

const LEVELS: readonly string[] = ['emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug'];
/** What `--log-level` takes, and nothing else. */
const LEVEL_WORDS: Readonly<Record<string, number>> = {
  emerg: 0,
  panic: 0,
  alert: 1,
  crit: 2,
  error: 3,
  warning: 4,
  notice: 5,
  info: 6,
  debug: 7,
};
const DEFAULT_LEVEL = 4;
const MAX_PREFIX_BYTES = 29;
/** Options and their bits, in the order in which they are saved. */
const FLAGS: readonly (readonly [name: string, bit: number])[] = [
  ['tcp-sequence', NF_LOG_TCPSEQ],
  ['tcp-options', NF_LOG_TCPOPT],
  ['ip-options', NF_LOG_IPOPT],
  ['uid', NF_LOG_UID],
  ['macdecode', NF_LOG_MACDECODE],
];

export class LogTarget implements NfTarget {
  readonly name = 'LOG';
  prefix = '';
  level = DEFAULT_LEVEL;
  flags = 0;

  option(name: string, text: string): void {
    if (name === 'log-level') this.level = readLevel(text);
    else if (name !== 'log-prefix') this.flags |= FLAGS.find(([word]) => name === `log-${word}`)?.[1] ?? 0;
    else {
      if (text.includes('\n')) refuse('Newlines not allowed in --log-prefix');
      // A longer one is cut, not refused.
      this.prefix = text.slice(0, MAX_PREFIX_BYTES);
    }
  }

  check(): void {
    // All options have defaults.
  }

  /** Twin of log_tg. Of namespaces other than the first, nothing is logged unless somebody has asked for it. */
  apply(packet: NfPacket): number {
    const { ns } = packet.state;
    if (nfLogAllowed(ns)) ns.machine.log.write(this.level, `${this.prefix}${nfLogLine(packet, this.flags)}`);
    return XT_CONTINUE;
  }

  save(): string {
    const prefix = this.prefix === '' ? '' : ` --log-prefix${saveString(this.prefix)}`;
    const level = this.level === DEFAULT_LEVEL ? '' : ` --log-level ${this.level}`;
    return `${prefix}${level}${this.flagTexts(' --log-')}`;
  }

  private flagTexts(before: string): string {
    return FLAGS.map(([name, bit]) => ((this.flags & bit) === 0 ? '' : `${before}${name}`)).join('');
  }

  print(isNumeric: boolean): string {
    const prefix = this.prefix === '' ? '' : ` prefix "${this.prefix}"`;
    if (isNumeric) return ` LOG flags ${this.flags} level ${this.level}${prefix}`;
    return ` LOG level ${LEVELS[this.level]!}${this.flagTexts(' ')}${prefix}`;
  }
}

function readLevel(text: string): number {
  const number = parseUnsigned(text, 7);
  if (number !== undefined) return number;
  return LEVEL_WORDS[text] ?? refuse(`log level "${text}" unknown\n`);
}

export const LOG = targetExtension(
  'LOG',
  [option('log-level'), option('log-prefix'), ...FLAGS.map(([name]) => flag(`log-${name}`))],
  () => new LogTarget(),
);
