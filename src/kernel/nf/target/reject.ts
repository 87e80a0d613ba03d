/** `-j REJECT` (libipt_REJECT.c). */
import type { NfTarget } from '../extension.ts';
import { option, targetExtension } from '../extension.ts';
import { refuse } from '../xt-error.ts';
import type { RuleHeader } from '../rule.ts';
import { PROTO_TCP } from '../../../wire/ipv4.ts';

/** Full and short names in the order of IPT_ICMP_*: abbreviations are taken in this order. */
const KINDS: readonly (readonly [name: string, short: string])[] = [
  ['icmp-net-unreachable', 'net-unreach'],
  ['icmp-host-unreachable', 'host-unreach'],
  ['icmp-proto-unreachable', 'proto-unreach'],
  ['icmp-port-unreachable', 'port-unreach'],
  ['icmp-net-prohibited', 'net-prohib'],
  ['icmp-host-prohibited', 'host-prohib'],
  ['tcp-reset', 'tcp-rst'],
  ['icmp-admin-prohibited', 'admin-prohib'],
];

export class RejectTarget implements NfTarget {
  readonly name = 'REJECT';
  /** A name of KINDS. */
  kind = 'icmp-port-unreachable';

  option(_name: string, text: string): void {
    const word = text.toLowerCase();
    const found = KINDS.find(([name, short]) => name.startsWith(word) || short.startsWith(word));
    this.kind = found?.[0] ?? refuse(`unknown reject type "${text}"`);
  }

  check(): void {
    // The kernel looks whether tcp-reset has `-p tcp`.
  }

  accepts(header: RuleHeader): boolean {
    return this.kind !== 'tcp-reset' || (header.protocol === PROTO_TCP && !header.isProtocolInverted);
  }

  save(): string {
    return ` --reject-with ${this.kind}`;
  }

  print(): string {
    return ` reject-with ${this.kind}`;
  }
}

export const REJECT = targetExtension('REJECT', [option('reject-with')], () => new RejectTarget(), {
  tables: ['filter'],
  chains: ['INPUT', 'FORWARD', 'OUTPUT'],
});
