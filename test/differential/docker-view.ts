/**
 * What is the case on a Docker host, as lines that can be compared: of the model, and of an engine by what its
 * machine's kernel says. The kernel's words come from `ip`, the files from within the containers.
 */
import assert from 'node:assert/strict';
import type { EngineLab } from '../docker/engine-lab.ts';
import type { RealAnswer, RealEngine } from '../docker/real-engine.ts';
import type { DockerModel } from './docker-model.ts';
import type { ModelContainer } from './docker-model-state.ts';
import { addressText, interfaceOrder, parseSubnet } from './docker-model-state.ts';

/** A real engine or an emulated one. */
export interface AnyEngine {
  sh(line: string): RealAnswer;
  host(line: string): RealAnswer;
  /** Of each running container. */
  insides(): [string, Inside][];
  /** Whether each of the addresses answers a ping from the container. */
  ping(name: string, addresses: readonly string[]): boolean[];
}

/** What a container's network namespace and files say. */
interface Inside {
  /** `ip -j -d addr`. */
  readonly addresses: string;
  /** `ip -j route`. */
  readonly routes: string;
  /** /etc/hosts. */
  readonly hosts: string;
}

/** As `ip -j -d addr` tells of an interface. */
interface Link {
  readonly ifindex: number;
  readonly ifname: string;
  readonly link_index?: number;
  readonly master?: string;
  readonly mtu: number;
  readonly address: string;
  readonly flags: readonly string[];
  readonly addr_info: readonly { readonly family: string; readonly local: string; readonly prefixlen: number }[];
}

interface Route {
  readonly dst: string;
  readonly gateway?: string;
  readonly dev: string;
}

/** The six lines that every container's /etc/hosts begins with. */
const STANDARD_HOSTS_LINES = 6;
const SEPARATOR = '=====';
const SUBSEPARATOR = '-----';
const INSIDES_SCRIPT = `docker ps -q | xargs -r docker inspect -f '{{slice .Name 1}} {{.State.Pid}}' |
  while read -r name pid; do
    printf %s ${SEPARATOR}$name${SUBSEPARATOR}; nsenter -t $pid -n ip -j -d addr
    printf %s ${SUBSEPARATOR}; nsenter -t $pid -n ip -j route
    printf %s ${SUBSEPARATOR}; cat /proc/$pid/root/etc/hosts
  done`;

/** By its code units, as Docker sorts names. */
const byText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

/** What the model says, sorted. */
export function modelView(model: DockerModel): string[] {
  const networks = model.networks
    .filter(({ driver }) => driver === 'bridge')
    .map(({ name, gateway, subnet }) => `network ${name}: ${addressText(gateway)}/${parseSubnet(subnet).prefixLen}`);
  return [...networks, ...model.containers.flatMap(containerView)].sort(byText);
}

function containerView(container: ModelContainer): string[] {
  const { name, isRunning, sandbox, hosts } = container;
  if (!isRunning) return [`container ${name} ${container.hasRun ? 'exited' : 'created'}`];
  if (sandbox.isHost) return [`container ${name} running`, `container ${name} has the host's interfaces`];
  const links = sandbox.interfaces.map(
    (link) => `container ${name} ${link.name} ${link.address} ${link.mac} mtu ${link.mtu} on ${link.networkName}`,
  );
  const [gateway] = sandbox.interfaces
    .map((link) => ({ ...link, name: link.networkName, device: link.name }))
    .sort(interfaceOrder);
  const routes = gateway === undefined ? [] : [`container ${name} default via ${gateway.gateway} ${gateway.device}`];
  const files = hosts.lines.map((line) => `container ${name} hosts ${line}`);
  return [`container ${name} running`, ...links, ...routes, ...files];
}

/** What an engine and its machine say, sorted. */
export function engineView(engine: AnyEngine): string[] {
  const host = links(output(engine.host('ip -j -d addr')));
  const networks = bridgesOf(engine, host);
  const lines = [...networks].map(([bridge, name]) => `network ${name}: ${addressOf(host.get(bridge)!)}`);
  for (const row of rows(engine.sh("docker ps -a --format '{{.Names}} {{.State}}'"))) lines.push(`container ${row}`);
  for (const [name, inside] of engine.insides()) lines.push(...insideView(host, networks, name, inside));
  return lines.sort(byText);
}

/** The networks' names by those of their bridges; each has its bridge, and each bridge its network. */
function bridgesOf(engine: AnyEngine, host: ReadonlyMap<string, Link>): Map<string, string> {
  const found = new Map<string, string>();
  for (const row of rows(engine.sh("docker network ls --format '{{.ID}} {{.Driver}} {{.Name}}'"))) {
    const [id, driver, name] = row.split(' ');
    if (driver === 'bridge') found.set(name === 'bridge' ? 'docker0' : `br-${id!}`, name!);
  }
  const bridges = [...host.keys()].filter((name) => name.startsWith('br-') || name === 'docker0');
  assert.deepEqual(
    bridges.sort(byText),
    [...found.keys()].sort(byText),
    'the bridges of the kernel are the networks of the engine',
  );
  return found;
}

function insideView(
  host: ReadonlyMap<string, Link>,
  networks: ReadonlyMap<string, string>,
  name: string,
  inside: Inside,
): string[] {
  const own = links(inside.addresses);
  if (own.has('docker0')) return [`container ${name} has the host's interfaces`];
  own.delete('lo');
  const lines: string[] = [];
  for (const link of own.values()) {
    assert.ok(link.flags.includes('UP'), `${link.ifname} of ${name} is up`);
    const outside = [...host.values()].find(({ ifindex }) => ifindex === link.link_index);
    const network = networks.get(outside?.master ?? '') ?? 'nothing';
    const address = addressOf(link);
    lines.push(`container ${name} ${link.ifname} ${address} ${link.address} mtu ${link.mtu} on ${network}`);
  }
  for (const { dst, gateway, dev } of JSON.parse(inside.routes) as Route[]) {
    if (dst === 'default') lines.push(`container ${name} default via ${gateway ?? ''} ${dev}`);
  }
  for (const line of inside.hosts.split('\n').slice(STANDARD_HOSTS_LINES, -1)) {
    // Short ids are random.
    lines.push(`container ${name} hosts ${line.replace('\t', ' ').replace(/ [0-9a-f]{12}$/, ' ID')}`);
  }
  return lines;
}

/** An emulated engine, looked at with its host's own tools. */
export function emulated(lab: EngineLab): AnyEngine {
  return {
    sh: (line) => lab.sh(line),
    host: (line) => lab.host(line),
    insides: () =>
      rows(lab.sh("docker ps --format '{{.Names}}'")).map((name): [string, Inside] => [
        name,
        {
          addresses: output(lab.inContainer(name, 'ip -j -d addr')),
          routes: output(lab.inContainer(name, 'ip -j route')),
          hosts: output(lab.sh(`docker exec ${name} cat /etc/hosts`)),
        },
      ]),
    ping: (name, addresses) =>
      addresses.map((address) => lab.inContainer(name, `ping -c 1 -W 1 ${address}`).exit === 0),
  };
}

/** A real engine; one script looks into all its containers, since each command takes its time. */
export function real(engine: RealEngine): AnyEngine {
  return {
    sh: (line) => engine.sh(line),
    host: (line) => engine.host(line),
    insides: () => {
      const parts = output(engine.sh(INSIDES_SCRIPT)).split(SEPARATOR).slice(1);
      return parts.map((part) => {
        const [name, addresses, routes, hosts] = part.split(SUBSEPARATOR);
        return [name!, { addresses: addresses!, routes: routes!, hosts: hosts! }];
      });
    },
    ping: (name, addresses) => {
      const loop = `for a in ${addresses.join(' ')}; do ping -c 1 -W 1 $a >/dev/null 2>&1; echo $?; done`;
      return rows(engine.inContainer(name, loop)).map((exit) => exit === '0');
    },
  };
}

function links(text: string): Map<string, Link> {
  const all = JSON.parse(text) as Link[];
  return new Map(all.map((link) => [link.ifname, link]));
}

function addressOf(link: Link): string {
  const own = link.addr_info.filter(({ family }) => family === 'inet');
  return own.map(({ local, prefixlen }) => `${local}/${prefixlen}`).join(' ');
}

function rows(answer: RealAnswer): string[] {
  return output(answer).split('\n').slice(0, -1);
}

function output({ exit, stdout, stderr }: RealAnswer): string {
  assert.equal(exit, 0, stderr);
  return stdout;
}
