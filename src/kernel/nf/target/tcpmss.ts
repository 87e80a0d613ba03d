/** `-j TCPMSS` (libxt_TCPMSS.c). */
import type { NfTarget } from '../extension.ts';
import { flag, option, targetExtension } from '../extension.ts';
import { NF_DROP } from '../hooks.ts';
import type { NfPacket } from '../packet.ts';
import { pmtuMss, tcpmssMangle } from '../tcp-mss.ts';
import { XT_CONTINUE } from '../verdict.ts';
import { refuse } from '../xt-error.ts';
import type { RuleHeader } from '../rule.ts';
import { PROTO_TCP } from '../../../wire/ipv4.ts';
import { parseUnsigned } from '../xt-values.ts';

const MAX_MSS = 65_535 - 20;

export class TcpmssTarget implements NfTarget {
  readonly name = 'TCPMSS';
  /** 0 until it is read. */
  mss = 0;
  clampsToPmtu = false;

  option(name: string, text: string): void {
    if (name === 'clamp-mss-to-pmtu') this.clampsToPmtu = true;
    else {
      const refusal = `TCPMSS: bad value for option "--set-mss", or out of range (0-${MAX_MSS}).\n`;
      this.mss = parseUnsigned(text, MAX_MSS) ?? refuse(refusal);
    }
  }

  check(): void {
    if (!this.clampsToPmtu && this.mss === 0) {
      refuse('TCPMSS target: At least one parameter is required');
    }
  }

  accepts(header: RuleHeader, chain: string): boolean {
    if (header.protocol !== PROTO_TCP || header.isProtocolInverted) return false;
    return !(this.clampsToPmtu && (chain === 'PREROUTING' || chain === 'INPUT'));
  }

  /** Twin of tcpmss_tg4. */
  apply(packet: NfPacket): number {
    // A fragment behind the first has no TCP header.
    if (packet.fragmentOffset !== 0) return XT_CONTINUE;
    const mss = this.clampsToPmtu ? pmtuMss(packet) : this.mss;
    return mss < 0 || !tcpmssMangle(packet, mss) ? NF_DROP : XT_CONTINUE;
  }

  save(): string {
    return this.clampsToPmtu ? ' --clamp-mss-to-pmtu' : ` --set-mss ${this.mss}`;
  }

  print(): string {
    return this.clampsToPmtu ? ' TCPMSS clamp to PMTU' : ` TCPMSS set ${this.mss}`;
  }
}

export const TCPMSS = targetExtension(
  'TCPMSS',
  [option('set-mss', { excludes: ['clamp-mss-to-pmtu'] }), flag('clamp-mss-to-pmtu', { excludes: ['set-mss'] })],
  () => new TcpmssTarget(),
);
