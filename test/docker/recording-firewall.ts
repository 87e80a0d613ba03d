/** A firewall that publishes as far as the engine can tell, and keeps what it was called for, one line a call. */
import { formatCidr, formatIp4 } from '../../src/base/addr.ts';
import type { BridgeOutside } from '../../src/docker/drivers/bridge.ts';
import type { EngineVersionName } from '../../src/docker/engine-version.ts';
import { engineVersion } from '../../src/docker/engine-version.ts';
import type {
  ContainerLink,
  Firewall,
  FirewalledNetwork,
  FirewallSetup,
  PublishedPort,
} from '../../src/docker/firewall/firewall.ts';
import { PortAllocator } from '../../src/docker/ports/port-allocator.ts';
import type { PortHolder } from '../../src/docker/ports/port-mapper.ts';
import { PortMapper } from '../../src/docker/ports/port-mapper.ts';

export class RecordingFirewall implements Firewall {
  private readonly calls: string[];

  /** `calls` is where they are kept: a door's lines, to see both in one order. */
  constructor(calls: string[] = []) {
    this.calls = calls;
  }

  /** The calls since the last one. */
  take(): string[] {
    return this.calls.splice(0);
  }

  setUp(setup: FirewallSetup): void {
    this.calls.push(`setUp${setup.hasUserlandProxy ? '' : ' hairpin'}`);
  }

  dropForwarded(): void {
    this.calls.push('dropForwarded');
  }

  addNetwork(network: FirewalledNetwork): void {
    this.calls.push(`addNetwork ${networkText(network)}`);
  }

  removeNetwork(network: FirewalledNetwork): void {
    this.calls.push(`removeNetwork ${networkText(network)}`);
  }

  isolateNetwork(network: FirewalledNetwork): void {
    this.calls.push(`isolateNetwork ${network.bridge}`);
  }

  unisolateNetwork(network: FirewalledNetwork): void {
    this.calls.push(`unisolateNetwork ${network.bridge}`);
  }

  arrangeUserRules(): void {
    this.calls.push('arrangeUserRules');
  }

  addEndpoint(): void {
    // What becomes of it in engines that guard addresses is seen in the kernel's tables.
  }

  removeEndpoint(): void {
    // As above.
  }

  publishPort(port: PublishedPort): void {
    this.calls.push(`publishPort ${portText(port)}`);
  }

  unpublishPort(port: PublishedPort): void {
    this.calls.push(`unpublishPort ${portText(port)}`);
  }

  forgetConnections(containerIp: number): void {
    this.calls.push(`forgetConnections ${formatIp4(containerIp)}`);
  }

  forgetPort(): void {
    // Newer engines alone call for it.
  }

  linkContainers(link: ContainerLink): void {
    this.calls.push(`linkContainers ${linkText(link)}`);
  }

  unlinkContainers(link: ContainerLink): void {
    this.calls.push(`unlinkContainers ${linkText(link)}`);
  }
}

/** Holds what nobody else has. */
export const NO_HOLDER: PortHolder = {
  hold: () => {
    // Nobody else is there.
  },
  release: () => {
    // Nothing was held.
  },
};

/** The outside of a bridge driver that stands alone. */
export function outsideOf(
  firewall: Firewall,
  hasUserlandProxy = true,
  versionName: EngineVersionName = '20.10',
): BridgeOutside {
  const allocator = new PortAllocator(32_768, 60_999);
  const ports = new PortMapper({ allocator, firewall, holder: NO_HOLDER, hasUserlandProxy });
  return { version: engineVersion(versionName), firewall, ports, hasUserlandProxy, isForwarding: false };
}

function networkText(network: FirewalledNetwork): string {
  const facts = [
    network.bridge,
    formatCidr(network.subnet),
    network.isIccEnabled ? '' : 'no-icc',
    network.isInternal ? 'internal' : '',
    network.isMasqueraded ? '' : 'no-masquerade',
    network.gatewayMode,
    network.hostIp === null ? '' : formatIp4(network.hostIp),
  ];
  return facts.filter((fact) => fact !== '').join(' ');
}

function portText(port: PublishedPort): string {
  const host = `${formatIp4(port.hostIp)}:${port.hostPort}`;
  return `${port.bridge} ${host}->${formatIp4(port.containerIp)}:${port.containerPort}/${port.protocol}`;
}

function linkText(link: ContainerLink): string {
  const ports = link.ports.map(({ port, protocol }) => `${port}/${protocol}`).join(',');
  return `${link.bridge} ${formatIp4(link.parentIp)} ${formatIp4(link.childIp)} ${ports}`;
}
