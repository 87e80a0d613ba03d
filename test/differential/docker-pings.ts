/**
 * Who reaches whom by ping, as far as the networks themselves decide: within each of them, from the host, and from
 * where there is none. Between bridges netfilter decides, which is not there yet.
 */
import type { DockerModel } from './docker-model.ts';
import type { ModelContainer, ModelInterface } from './docker-model-state.ts';
import { addressText, parseSubnet } from './docker-model-state.ts';

export interface Ping {
  readonly from: string;
  readonly address: string;
  readonly isAnswered: boolean;
}

const DOCKER0_ADDRESS = '172.17.0.1';

/** What the model says of pings between the running containers. */
export function pingsOf(model: DockerModel): Ping[] {
  const running = model.containers.filter(({ isRunning }) => isRunning);
  const links = running.filter(({ shared }) => shared === null).flatMap(({ sandbox }) => sandbox.interfaces);
  return running.flatMap((container) => {
    const { name: from } = container;
    const { isHost } = container.sandbox;
    const own = isHost ? links : ownNeighbours(container, links);
    // On no network there is no way, not even to what is there.
    const none = own.length === 0 && !isHost ? [{ from, address: DOCKER0_ADDRESS, isAnswered: false }] : [];
    const answered = own.map((link) => ({ from, address: withoutPrefix(link.address), isAnswered: true }));
    const gateways = isHost ? [] : container.sandbox.interfaces.map(({ gateway }) => gateway);
    return [...answered, ...gateways.map((address) => ({ from, address, isAnswered: true })), ...none];
  });
}

/** One ping to nobody: the last free address of the last network that somebody is on. */
export function pingToNobody(model: DockerModel): Ping | undefined {
  const [from] = model.containers.filter(({ isRunning, sandbox }) => isRunning && sandbox.interfaces.length > 0);
  const link = from?.sandbox.interfaces.at(-1);
  if (from === undefined || link === undefined) return undefined;
  const network = model.findNetwork(link.networkName)!;
  const taken = new Set(model.containers.flatMap(({ memberships }) => memberships.map(({ address }) => address)));
  let address = parseSubnet(network.subnet).last;
  while (taken.has(address) || network.reserved.has(address)) address--;
  if (address <= parseSubnet(network.subnet).first) return undefined;
  return { from: from.name, address: addressText(address), isAnswered: false };
}

/** All on its networks, itself among them. */
function ownNeighbours(container: ModelContainer, links: readonly ModelInterface[]): ModelInterface[] {
  const names = container.sandbox.interfaces.map(({ networkName }) => networkName);
  return links.filter(({ networkName }) => names.includes(networkName));
}

function withoutPrefix(address: string): string {
  return address.split('/')[0]!;
}
