/** `-j REJECT` (libipt_REJECT.c). */
import type { NfTarget } from '../extension.ts';
import { option, targetExtension } from '../extension.ts';
import { NF_DROP, NF_INET_FORWARD } from '../hooks.ts';
import { nfSendReset, nfSendUnreach } from '../nf-reject.ts';
import type { NfPacket } from '../packet.ts';
import { refuse } from '../xt-error.ts';
import type { RuleHeader } from '../rule.ts';
import * as icmp from '../../../wire/icmp.ts';
import { PROTO_TCP } from '../../../wire/ipv4.ts';

/** The codes of the errors; tcp-reset is none. */
const CODES: Readonly<Record<string, number>> = {
  'icmp-net-unreachable': icmp.NET_UNREACH,
  'icmp-host-unreachable': icmp.HOST_UNREACH,
  'icmp-proto-unreachable': icmp.PROTOCOL_UNREACH,
  'icmp-port-unreachable': icmp.PORT_UNREACH,
  'icmp-net-prohibited': icmp.NET_PROHIBITED,
  'icmp-host-prohibited': icmp.HOST_PROHIBITED,
  'icmp-admin-prohibited': icmp.ADMIN_PROHIBITED,
};

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

  /** Twin of reject_tg. */
  apply(packet: NfPacket): number {
    const { ns } = packet.state;
    const code = CODES[this.kind];
    if (code === undefined) nfSendReset(ns, packet.frame, packet.state.hook === NF_INET_FORWARD);
    else nfSendUnreach(ns, packet.frame, code);
    return NF_DROP;
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
