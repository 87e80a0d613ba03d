/**
 * The rules of a bridge network, of its published ports and of links, in the layout of the engines 17.06 to 27: what
 * libnetwork's drivers/bridge/setup_ip_tables.go and iptables/iptables.go (20.10) make of the same facts, with the
 * words in their order.
 *
 *   filter FORWARD ─ DOCKER-USER ─ DOCKER-ISOLATION-STAGE-1 ─ -i bridge ! -o bridge ─ DOCKER-ISOLATION-STAGE-2 ─ DROP
 *                  ─ -o bridge: known connections, then DOCKER: what is published
 *                  ─ -i bridge: out, and to each other
 *   nat PREROUTING, OUTPUT ─ to this host ─ DOCKER ─ DNAT           nat POSTROUTING ─ MASQUERADE
 */
import { formatCidr, formatIp4 } from '../../base/addr.ts';
import type { ContainerLink, FirewalledNetwork, PublishedPort } from './firewall.ts';
import type { IptablesRule } from './iptables.ts';

export const DOCKER_CHAIN = 'DOCKER';
export const USER_CHAIN = 'DOCKER-USER';
export const STAGE_1 = 'DOCKER-ISOLATION-STAGE-1';
export const STAGE_2 = 'DOCKER-ISOLATION-STAGE-2';
/** The one chain of engines before 17.06. */
export const OLD_ISOLATION_CHAIN = 'DOCKER-ISOLATION';

/** A rule and what the engine calls it when it cannot have it. */
export interface NamedRule {
  readonly rule: IptablesRule;
  readonly name: string;
}

const TO_THIS_HOST = '-m addrtype --dst-type LOCAL -j DOCKER';
export const NOT_LOOPBACK = '! --dst 127.0.0.0/8';

/** How what leaves the network gets the host's address. `hairpin` is: there is no userland proxy. */
export function addressRules(network: FirewalledNetwork, hairpin: boolean): NamedRule[] {
  const { bridge, isMasqueraded, hostIp } = network;
  const how = hostIp === null ? 'MASQUERADE' : `SNAT --to-source ${formatIp4(hostIp)}`;
  const rules: NamedRule[] = [];
  if (isMasqueraded) {
    const words = `-s ${formatCidr(network.subnet)} ! -o ${bridge} -j ${how}`;
    rules.push({ rule: { table: 'nat', chain: 'POSTROUTING', words }, name: 'NAT' });
  }
  if (isMasqueraded && !hairpin) {
    rules.push({ rule: { table: 'nat', chain: DOCKER_CHAIN, words: `-i ${bridge} -j RETURN` }, name: 'SKIP DNAT' });
  }
  if (hairpin) {
    const words = `-m addrtype --src-type LOCAL -o ${bridge} -j ${how}`;
    rules.push({ rule: { table: 'nat', chain: 'POSTROUTING', words }, name: 'MASQ LOCAL HOST' });
  }
  return rules;
}

/** What containers send to elsewhere is let out. */
export function outRule({ bridge }: FirewalledNetwork): NamedRule {
  const words = `-i ${bridge} ! -o ${bridge} -j ACCEPT`;
  return { rule: { table: 'filter', chain: 'FORWARD', words }, name: 'ACCEPT NON_ICC OUTGOING' };
}

/** What containers on the network send each other. */
export function iccRule({ bridge }: FirewalledNetwork, target: 'ACCEPT' | 'DROP'): IptablesRule {
  return { table: 'filter', chain: 'FORWARD', words: `-i ${bridge} -o ${bridge} -j ${target}` };
}

/** Nothing into an internal network and nothing out of it. */
export function internalRules({ bridge, subnet }: FirewalledNetwork): NamedRule[] {
  const inWords = `-i ${bridge} ! -d ${formatCidr(subnet)} -j DROP`;
  const outWords = `-o ${bridge} ! -s ${formatCidr(subnet)} -j DROP`;
  return [
    { rule: { table: 'filter', chain: STAGE_1, words: inWords }, name: 'DROP INCOMING' },
    { rule: { table: 'filter', chain: STAGE_1, words: outWords }, name: 'DROP OUTGOING' },
  ];
}

/** The ways to what is published; the same for all networks. */
export function preroutingRule(): IptablesRule {
  return { table: 'nat', chain: 'PREROUTING', words: TO_THIS_HOST };
}

/** Loopback addresses are the proxy's business, if there is one. */
export function outputRule(hairpin: boolean): IptablesRule {
  const words = hairpin ? TO_THIS_HOST : `${TO_THIS_HOST} ${NOT_LOOPBACK}`;
  return { table: 'nat', chain: 'OUTPUT', words };
}

/** What goes to the network: first, because inserted last, what belongs to a connection. */
export function inRules({ bridge }: FirewalledNetwork): [toDocker: IptablesRule, established: IptablesRule] {
  const established = `-o ${bridge} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`;
  return [
    { table: 'filter', chain: 'FORWARD', words: `-o ${bridge} -j ${DOCKER_CHAIN}` },
    { table: 'filter', chain: 'FORWARD', words: established },
  ];
}

/** Against all other bridges. */
export function isolationRules(bridge: string): [source: IptablesRule, destination: IptablesRule] {
  return [
    { table: 'filter', chain: STAGE_1, words: `-i ${bridge} ! -o ${bridge} -j ${STAGE_2}` },
    { table: 'filter', chain: STAGE_2, words: `-o ${bridge} -j DROP` },
  ];
}

/** A published port: its address, its way through, and the container's way to itself. */
export function portRules(port: PublishedPort, hairpin: boolean): IptablesRule[] {
  const { bridge, protocol, hostPort, containerPort } = port;
  const container = formatIp4(port.containerIp);
  const hostIp = port.hostIp === 0 ? '0/0' : formatIp4(port.hostIp);
  const dnat = `-p ${protocol} -d ${hostIp} --dport ${hostPort} -j DNAT --to-destination ${container}:${containerPort}`;
  const pass = `! -i ${bridge} -o ${bridge} -p ${protocol} -d ${container} --dport ${containerPort} -j ACCEPT`;
  const self = `-p ${protocol} -s ${container} -d ${container} --dport ${containerPort} -j MASQUERADE`;
  const rules: IptablesRule[] = [
    { table: 'nat', chain: DOCKER_CHAIN, words: hairpin ? dnat : `${dnat} ! -i ${bridge}` },
    { table: 'filter', chain: DOCKER_CHAIN, words: pass },
    { table: 'nat', chain: 'POSTROUTING', words: self },
  ];
  if (protocol !== 'sctp') return rules;
  // Cards that cannot compute SCTP's checksum get it filled in.
  const checksum = `-p ${protocol} --sport ${containerPort} -j CHECKSUM --checksum-fill`;
  return [...rules, { table: 'mangle', chain: 'POSTROUTING', words: checksum }];
}

/** Two linked containers on a network where nobody else may talk: there, and back. */
export function linkRules({ bridge, parentIp, childIp, ports }: ContainerLink): IptablesRule[] {
  const [parent, child] = [formatIp4(parentIp), formatIp4(childIp)];
  return ports.flatMap(({ port, protocol }): IptablesRule[] => {
    const within = `-i ${bridge} -o ${bridge} -p ${protocol}`;
    return [
      { table: 'filter', chain: DOCKER_CHAIN, words: `${within} -s ${parent} -d ${child} --dport ${port} -j ACCEPT` },
      { table: 'filter', chain: DOCKER_CHAIN, words: `${within} -s ${child} -d ${parent} --sport ${port} -j ACCEPT` },
    ];
  });
}
