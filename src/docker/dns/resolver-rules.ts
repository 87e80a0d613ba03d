/**
 * The rules that bring what a container sends to 127.0.0.11:53 to the sockets of its DNS server, and its answers back
 * from that port. Twin of libnetwork's resolver_unix.go (reexecSetupResolver), question by question.
 */
import type { KernelDoor } from '../kernel-door.ts';
import { tryLine } from '../kernel-door.ts';

const OUTPUT_CHAIN = 'DOCKER_OUTPUT';
const POSTROUTING_CHAIN = 'DOCKER_POSTROUTING';
const DNS_PORT = 53;

/** Where the server listens, in which namespace. */
export interface ResolverPlace {
  /** As `ip netns` knows it. */
  readonly netnsName: string;
  readonly address: string;
  readonly udpPort: number;
  readonly tcpPort: number;
}

export function typeResolverRules(door: KernelDoor, { netnsName, address, udpPort, tcpPort }: ResolverPlace): void {
  const type = (words: string): boolean => tryLine(door, `ip netns exec ${netnsName} iptables -t nat ${words}`);
  for (const [hook, chain] of [
    ['OUTPUT', OUTPUT_CHAIN],
    ['POSTROUTING', POSTROUTING_CHAIN],
  ] as const) {
    if (type(`-C ${hook} -d ${address} -j ${chain}`)) {
      type(`-F ${chain}`);
    } else {
      type(`-N ${chain}`);
      type(`-I ${hook} -d ${address} -j ${chain}`);
    }
  }
  for (const [protocol, port] of [
    ['udp', udpPort],
    ['tcp', tcpPort],
  ] as const) {
    const there = `-d ${address} -p ${protocol} --dport ${DNS_PORT} -j DNAT --to-destination ${address}:${port}`;
    const back = `-s ${address} -p ${protocol} --sport ${port} -j SNAT --to-source :${DNS_PORT}`;
    type(`-I ${OUTPUT_CHAIN} ${there}`);
    type(`-I ${POSTROUTING_CHAIN} ${back}`);
  }
}
