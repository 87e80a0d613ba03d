/**
 * The rules of libnetwork 20.10 as lists of lines, made from nothing but the calls of the seam: what stands behind it
 * later has to make the same of them. Rules are written as `iptables-save` prints them.
 */
import { formatCidr, formatIp4 } from '../../../src/base/addr.ts';
import type {
  ContainerLink,
  Firewall,
  FirewalledNetwork,
  FirewallSetup,
  PublishedPort,
} from '../../../src/docker/firewall/firewall.ts';

const STAGE_1 = 'DOCKER-ISOLATION-STAGE-1';
const STAGE_2 = 'DOCKER-ISOLATION-STAGE-2';

/** One change of a network's rules: where it goes, and what it is. */
type Rule = readonly [place: 'first' | 'last', chain: string, rule: string];

export class IptablesModel implements Firewall {
  readonly canPublish = true;
  /** By table and chain, `nat DOCKER`. */
  private readonly chains = new Map<string, string[]>();
  private hasUserlandProxy = true;
  private forwardPolicy = 'ACCEPT';

  /** The rules of a table as `iptables-save` has them, chain by chain; the policy of FORWARD first. */
  dump(table: 'filter' | 'nat', chainOrder: readonly string[]): string[] {
    const policy = table === 'filter' ? [`:FORWARD ${this.forwardPolicy}`] : [];
    return [
      ...policy,
      ...chainOrder.flatMap((chain) => this.chain(`${table} ${chain}`).map((rule) => `-A ${chain} ${rule}`)),
    ];
  }

  setUp(setup: FirewallSetup): void {
    this.hasUserlandProxy = setup.hasUserlandProxy;
    for (const stage of [STAGE_1, STAGE_2]) this.add('last', `filter ${stage}`, '-j RETURN');
  }

  dropForwarded(): void {
    this.forwardPolicy = 'DROP';
  }

  addNetwork(network: FirewalledNetwork): void {
    for (const rule of this.networkRules(network)) this.add(...rule);
    this.jumpFirst('FORWARD', STAGE_1);
  }

  removeNetwork(network: FirewalledNetwork): void {
    // That what is published goes through DOCKER is the business of all networks.
    for (const [, chain, rule] of this.networkRules(network)) {
      if (!/^nat (?:PREROUTING|OUTPUT)$/.test(chain)) this.remove(chain, rule);
    }
  }

  isolateNetwork({ bridge }: FirewalledNetwork): void {
    for (const rule of isolationRules(bridge)) this.add(...rule);
  }

  unisolateNetwork({ bridge }: FirewalledNetwork): void {
    for (const [, chain, rule] of isolationRules(bridge)) this.remove(chain, rule);
  }

  arrangeUserRules(): void {
    this.add('last', 'filter DOCKER-USER', '-j RETURN');
    this.jumpFirst('FORWARD', 'DOCKER-USER');
  }

  publishPort(port: PublishedPort): void {
    for (const rule of this.portRules(port)) this.add(...rule);
  }

  unpublishPort(port: PublishedPort): void {
    for (const [, chain, rule] of this.portRules(port)) this.remove(chain, rule);
  }

  forgetConnections(): void {
    // No rule speaks of connections.
  }

  linkContainers(link: ContainerLink): void {
    for (const rule of linkRules(link)) this.add(...rule);
  }

  unlinkContainers(link: ContainerLink): void {
    for (const [, chain, rule] of linkRules(link)) this.remove(chain, rule);
  }

  private networkRules(network: FirewalledNetwork): Rule[] {
    const { bridge } = network;
    const subnet = formatCidr(network.subnet);
    const within = `-i ${bridge} -o ${bridge}`;
    const icc: Rule = network.isIccEnabled
      ? ['first', 'filter FORWARD', `${within} -j ACCEPT`]
      : ['last', 'filter FORWARD', `${within} -j DROP`];
    if (network.isInternal) {
      const inward: Rule = ['first', `filter ${STAGE_1}`, `! -d ${subnet} -i ${bridge} -j DROP`];
      return [inward, ['first', `filter ${STAGE_1}`, `! -s ${subnet} -o ${bridge} -j DROP`], icc];
    }
    const source = network.hostIp === null ? 'MASQUERADE' : `SNAT --to-source ${formatIp4(network.hostIp)}`;
    const own: Rule = ['first', 'nat POSTROUTING', `-o ${bridge} -m addrtype --src-type LOCAL -j ${source}`];
    const masquerade: Rule = ['first', 'nat POSTROUTING', `-s ${subnet} ! -o ${bridge} -j ${source}`];
    const loopback = this.hasUserlandProxy ? '! -d 127.0.0.0/8 ' : '';
    return [
      ...(network.isMasqueraded ? [masquerade] : []),
      ...(network.isMasqueraded && this.hasUserlandProxy ? [skipDnat(bridge)] : []),
      ...(this.hasUserlandProxy ? [] : [own]),
      icc,
      ['first', 'filter FORWARD', `-i ${bridge} ! -o ${bridge} -j ACCEPT`],
      ['last', 'nat PREROUTING', '-m addrtype --dst-type LOCAL -j DOCKER'],
      ['last', 'nat OUTPUT', `${loopback}-m addrtype --dst-type LOCAL -j DOCKER`],
      ['first', 'filter FORWARD', `-o ${bridge} -j DOCKER`],
      ['first', 'filter FORWARD', `-o ${bridge} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`],
    ];
  }

  private portRules(port: PublishedPort): Rule[] {
    const { bridge, protocol, hostPort, containerPort } = port;
    const container = formatIp4(port.containerIp);
    const to = (number: number): string => `-p ${protocol} -m ${protocol} --dport ${number}`;
    const where = port.hostIp === 0 ? '' : `-d ${formatIp4(port.hostIp)}/32 `;
    const outside = this.hasUserlandProxy ? `! -i ${bridge} ` : '';
    const dnat = `${where}${outside}${to(hostPort)} -j DNAT --to-destination ${container}:${containerPort}`;
    const self = `-s ${container}/32 -d ${container}/32 ${to(containerPort)} -j MASQUERADE`;
    return [
      ['last', 'nat DOCKER', dnat],
      ['last', 'filter DOCKER', `-d ${container}/32 ! -i ${bridge} -o ${bridge} ${to(containerPort)} -j ACCEPT`],
      ['last', 'nat POSTROUTING', self],
    ];
  }

  private chain(name: string): string[] {
    let rules = this.chains.get(name);
    if (rules === undefined) this.chains.set(name, (rules = []));
    return rules;
  }

  /** What is there already stays where it is. */
  private add(place: 'first' | 'last', name: string, rule: string): void {
    const rules = this.chain(name);
    if (rules.includes(rule)) return;
    if (place === 'first') rules.unshift(rule);
    else rules.push(rule);
  }

  private remove(name: string, rule: string): void {
    const rules = this.chain(name);
    if (rules.includes(rule)) rules.splice(rules.indexOf(rule), 1);
  }

  /** Twin of EnsureJumpRule: taken out and put in again at the top. */
  private jumpFirst(name: string, target: string): void {
    this.remove(`filter ${name}`, `-j ${target}`);
    this.add('first', `filter ${name}`, `-j ${target}`);
  }
}

function skipDnat(bridge: string): Rule {
  return ['first', 'nat DOCKER', `-i ${bridge} -j RETURN`];
}

function isolationRules(bridge: string): Rule[] {
  return [
    ['first', `filter ${STAGE_1}`, `-i ${bridge} ! -o ${bridge} -j ${STAGE_2}`],
    ['first', `filter ${STAGE_2}`, `-o ${bridge} -j DROP`],
  ];
}

function linkRules({ bridge, parentIp, childIp, ports }: ContainerLink): Rule[] {
  const [parent, child] = [`${formatIp4(parentIp)}/32`, `${formatIp4(childIp)}/32`];
  return ports.flatMap(({ port, protocol }): Rule[] => {
    const within = `-i ${bridge} -o ${bridge} -p ${protocol} -m ${protocol}`;
    return [
      ['last', 'filter DOCKER', `-s ${parent} -d ${child} ${within} --dport ${port} -j ACCEPT`],
      ['last', 'filter DOCKER', `-s ${child} -d ${parent} ${within} --sport ${port} -j ACCEPT`],
    ];
  });
}
