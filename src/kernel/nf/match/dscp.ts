/** `-m dscp` (Linux: xt_dscp.c, libxt_dscp.c): the six upper bits of the type of service (RFC 2474). */
import * as ipv4 from '../../../wire/ipv4.ts';
import type { NfMatch } from '../extension.ts';
import { matchExtension, option, saveOption } from '../extension.ts';
import type { NfPacket } from '../packet.ts';
import { readUnsigned } from '../xt-values.ts';
import { refuse } from '../xt-error.ts';

const MAX_DSCP = 63;

/** Class selectors (RFC 2474), assured (RFC 2597) and expedited forwarding (RFC 3246). */
function readClass(text: string): number {
  const word = text.toLowerCase();
  if (word === 'be') return 0;
  if (word === 'ef') return 0x2e;
  const selector = /^cs([0-7])$/.exec(word)?.[1];
  if (selector !== undefined) return Number(selector) << 3;
  const [, level, precedence] = /^af([1-4])([1-3])$/.exec(word) ?? [];
  if (level === undefined) return refuse(`Invalid DSCP value \`${text}'`);
  return (Number(level) << 3) | (Number(precedence) << 1);
}

class DscpMatch implements NfMatch {
  readonly name = 'dscp';
  private dscp = -1;
  private isInverted = false;

  option(name: string, text: string, isInverted: boolean): void {
    this.dscp = name === 'dscp' ? readUnsigned(this.name, name, text, MAX_DSCP) : readClass(text);
    this.isInverted = isInverted;
  }

  check(): void {
    if (this.dscp < 0) refuse('DSCP match: Parameter --dscp is required');
  }

  matches({ view, network }: NfPacket): boolean {
    return (ipv4.tos(view, network) >>> 2 === this.dscp) !== this.isInverted;
  }

  private text(): string {
    return `0x${this.dscp.toString(16).padStart(2, '0')}`;
  }

  save(): string {
    return saveOption('dscp', this.text(), this.isInverted);
  }

  print(): string {
    return ` DSCP match ${this.isInverted ? '!' : ''}${this.text()}`;
  }
}

export const DSCP_MATCH = matchExtension(
  'dscp',
  [
    option('dscp', { canInvert: true, excludes: ['dscp-class'] }),
    option('dscp-class', { canInvert: true, excludes: ['dscp'] }),
  ],
  () => new DscpMatch(),
);
