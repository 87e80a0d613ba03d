/**
 * The rules of a bridge network, of its endpoints and of published ports in the layout of the engines from 28.2 on:
 * what moby's drivers/bridge/internal/iptabler makes of the same facts, in the order in which they are made. FORWARD
 * asks two chains, the user's own and Docker's; what a network brings is appended to Docker's.
 *
 *   raw PREROUTING ─ to a container's address, but not over its bridge ─ DROP
 *                  ─ to a port of 127.0.0.1, but not over lo ─ DROP
 *   filter FORWARD ─ DOCKER-USER ─ DOCKER-FORWARD ─ DOCKER-CT        -o bridge: known connections
 *                                                 ─ DOCKER-INTERNAL  internal networks keep to their subnet
 *                                                 ─ DOCKER-BRIDGE    -o bridge ─ DOCKER: what is published, then DROP
 *                                                 ─ -i bridge: out, and to each other
 *   nat PREROUTING, OUTPUT ─ to this host ─ DOCKER ─ DNAT           nat POSTROUTING ─ MASQUERADE
 */
import type { Ip4 } from '../../base/addr.ts';
import { formatCidr, formatIp4, isLoopbackIp4 } from '../../base/addr.ts';
import type { FirewalledNetwork, PublishedPort } from './firewall.ts';
import type { IptablesRule, IptablesTable } from './iptables.ts';
import { DOCKER_CHAIN, NOT_LOOPBACK } from './rules20.ts';

export const FORWARD_CHAIN = 'DOCKER-FORWARD';
export const BRIDGE_CHAIN = 'DOCKER-BRIDGE';
export const CONNTRACK_CHAIN = 'DOCKER-CT';
export const INTERNAL_CHAIN = 'DOCKER-INTERNAL';

/** A rule, the end of its chain where it is put, and what the engine calls it when it cannot have it. */
export interface PlacedRule {
  readonly rule: IptablesRule;
  readonly action: '-A' | '-I';
  readonly name: string;
}

const TO_THIS_HOST = `-m addrtype --dst-type LOCAL -j ${DOCKER_CHAIN}`;

function appended(table: IptablesTable, chain: string, words: string, name: string): PlacedRule {
  return { rule: { table, chain, words }, action: '-A', name };
}

function inserted(table: IptablesTable, chain: string, words: string, name: string): PlacedRule {
  return { rule: { table, chain, words }, action: '-I', name };
}

/** The ways to what is published, once for all networks. 127.0.0.0/8 is left to the proxy, if there is one. */
export function natJumps(hairpin: boolean): IptablesRule[] {
  const words = hairpin ? TO_THIS_HOST : `${TO_THIS_HOST} ${NOT_LOOPBACK}`;
  return [
    { table: 'nat', chain: 'PREROUTING', words: TO_THIS_HOST },
    { table: 'nat', chain: 'OUTPUT', words },
  ];
}

/** The rules of a network. `hairpin` is: there is no userland proxy. */
export function networkRules(network: FirewalledNetwork, hairpin: boolean): PlacedRule[] {
  return network.isInternal ? internalRules(network) : externalRules(network, hairpin);
}

function internalRules({ bridge, subnet, isIccEnabled }: FirewalledNetwork): PlacedRule[] {
  const own = formatCidr(subnet);
  return [
    inserted('filter', INTERNAL_CHAIN, `-i ${bridge} ! -d ${own} -j DROP`, 'DROP INCOMING'),
    inserted('filter', INTERNAL_CHAIN, `-o ${bridge} ! -s ${own} -j DROP`, 'DROP OUTGOING'),
    iccRule(bridge, isIccEnabled ? 'ACCEPT' : 'DROP'),
  ];
}

function iccRule(bridge: string, target: 'ACCEPT' | 'DROP'): PlacedRule {
  return appended('filter', FORWARD_CHAIN, `-i ${bridge} -o ${bridge} -j ${target}`, 'ICC');
}

function externalRules(network: FirewalledNetwork, hairpin: boolean): PlacedRule[] {
  const { bridge, isIccEnabled, gatewayMode } = network;
  const leaving = isIccEnabled ? `-i ${bridge}` : `-i ${bridge} ! -o ${bridge}`;
  const icmp = appended('filter', DOCKER_CHAIN, `-o ${bridge} -p icmp -j ACCEPT`, 'ICMP');
  // What no port has let in comes into an unprotected network whatever FORWARD's policy is.
  const rest = gatewayMode === 'nat-unprotected' ? 'ACCEPT' : 'DROP';
  const known = `-o ${bridge} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`;
  return [
    ...addressRules(network, hairpin),
    ...(isIccEnabled ? [] : [iccRule(bridge, 'DROP')]),
    ...(gatewayMode === 'routed' ? [icmp] : []),
    appended('filter', FORWARD_CHAIN, `${leaving} -j ACCEPT`, 'ACCEPT OUTGOING'),
    appended('filter', DOCKER_CHAIN, `! -i ${bridge} -o ${bridge} -j ${rest}`, 'DEFAULT FWD'),
    appended('filter', CONNTRACK_CHAIN, known, 'bridge ct related'),
    appended('filter', BRIDGE_CHAIN, `-o ${bridge} -j ${DOCKER_CHAIN}`, 'jump to docker'),
  ];
}

/** How what leaves the network, and without the proxy what the host itself sends into it, gets the host's address. */
function addressRules(network: FirewalledNetwork, hairpin: boolean): PlacedRule[] {
  const { bridge, hostIp } = network;
  const how = hostIp === null ? 'MASQUERADE' : `SNAT --to-source ${formatIp4(hostIp)}`;
  const leaving = `-s ${formatCidr(network.subnet)} ! -o ${bridge} -j ${how}`;
  const own = `-m addrtype --src-type LOCAL -o ${bridge} -j ${how}`;
  const isMasqueraded = network.isMasqueraded && network.gatewayMode !== 'routed';
  return [
    ...(isMasqueraded ? [inserted('nat', 'POSTROUTING', leaving, 'NAT')] : []),
    ...(hairpin ? [inserted('nat', 'POSTROUTING', own, 'MASQ LOCAL HOST')] : []),
  ];
}

/** Nothing comes to a container's address but over its bridge, from the host itself, and over trusted interfaces. */
export function endpointRules(network: FirewalledNetwork, containerIp: Ip4): PlacedRule[] {
  if (network.isInternal || network.gatewayMode === 'routed' || network.gatewayMode === 'nat-unprotected') return [];
  const to = `-d ${formatIp4(containerIp)}`;
  const name = 'DIRECT ACCESS FILTERING';
  return [
    ...network.trustedHostInterfaces.map((dev) =>
      appended('raw', 'PREROUTING', `${to} -i ${dev} -j ACCEPT`, `${name} - ACCEPT`),
    ),
    appended('raw', 'PREROUTING', `${to} ! -i ${network.bridge} -j DROP`, `${name} - DROP`),
  ];
}

/** The rules of a published port; one without a number on the host is let through to the container's address only. */
export function portRules(port: PublishedPort, hairpin: boolean): PlacedRule[] {
  const { bridge, protocol, containerPort } = port;
  const container = formatIp4(port.containerIp);
  const pass = `! -i ${bridge} -o ${bridge} -p ${protocol} -d ${container} --dport ${containerPort} -j ACCEPT`;
  return [
    ...(port.hostPort === 0 ? [] : hostPortRules(port, hairpin)),
    ...(port.gatewayMode === 'nat-unprotected' ? [] : [inserted('filter', DOCKER_CHAIN, pass, 'OPEN PORT')]),
  ];
}

function hostPortRules(port: PublishedPort, hairpin: boolean): PlacedRule[] {
  const { bridge, protocol, hostPort, containerPort } = port;
  const container = formatIp4(port.containerIp);
  const hostIp = port.hostIp === 0 ? '0/0' : formatIp4(port.hostIp);
  const to = `-p ${protocol} -d ${hostIp} --dport ${hostPort}`;
  const dnat = `${to} -j DNAT --to-destination ${container}:${containerPort}`;
  const self = `-p ${protocol} -s ${container} -d ${container} --dport ${containerPort} -j MASQUERADE`;
  // The network's own containers are the proxy's business, if there is one.
  const dnatWords = hairpin ? dnat : `${dnat} ! -i ${bridge}`;
  const fromWire = appended('raw', 'PREROUTING', `${to} ! -i lo -j DROP`, 'LOOPBACK FILTERING - DROP');
  return [
    ...(isLoopbackIp4(port.hostIp) ? [fromWire] : []),
    appended('nat', DOCKER_CHAIN, dnatWords, 'DNAT'),
    ...(hairpin ? [appended('nat', 'POSTROUTING', self, 'MASQUERADE')] : []),
  ];
}
