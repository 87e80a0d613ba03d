/** What the bridge driver is told of a network: its options read as libnetwork's drivers/bridge does (20.10, 29). */
import { DaemonError } from '../errors.ts';
import type { GatewayMode } from '../firewall/firewall.ts';
import { shortId } from '../ids.ts';
import type { Network, NetworkConfig } from '../network.ts';
import { NETWORK_OPTION } from '../network.ts';
import { canonicalIp } from '../ports/ip-text.ts';

/** The device of the default bridge. */
export const DEFAULT_BRIDGE_NAME = 'docker0';

/** Twin of networkConfiguration. */
export interface BridgeConfig {
  /** Of the Linux bridge; empty for one more network on the default bridge. */
  readonly bridgeName: string;
  readonly isDefaultBridge: boolean;
  readonly isInternal: boolean;
  /** Whether containers on it may talk to each other. */
  readonly isIccEnabled: boolean;
  readonly isIpMasqueradeEnabled: boolean;
  /** Whether the bridge stays without an address. */
  readonly isIpv4Inhibited: boolean;
  /** 0 to leave the kernel's. */
  readonly mtu: number;
  /** Where published ports listen, as text; empty for everywhere. */
  readonly hostBindingIp: string;
  /** What outgoing traffic is masqueraded as, as text; empty for the address of the interface that it leaves by. */
  readonly hostIp: string;
  /** Of interfaces in containers: `eth` if nothing else was asked for. */
  readonly containerInterfacePrefix: string;
  readonly gatewayMode: GatewayMode;
  /** Over which others may come to a container's own address. */
  readonly trustedHostInterfaces: readonly string[];
}

const TRUE_WORDS = ['1', 't', 'T', 'TRUE', 'true', 'True'];
const FALSE_WORDS = ['0', 'f', 'F', 'FALSE', 'false', 'False'];
const INT64_MAX = 2n ** 63n - 1n;

const GATEWAY_MODES: readonly GatewayMode[] = ['nat', 'nat-unprotected', 'routed', 'isolated'];

/**
 * Twin of parseNetworkOptions. Throws a DaemonError about the first option that cannot be read. Drivers without gateway
 * modes take no notice of the options that came with them.
 */
export function readBridgeConfig(network: NetworkConfig & Pick<Network, 'id'>, hasGatewayModes = false): BridgeConfig {
  const { options } = network;
  for (const [label, value] of options) checkOption(label, value, hasGatewayModes);
  const isOn = (label: string, byDefault: boolean): boolean => {
    const value = options.get(label);
    return value === undefined ? byDefault : TRUE_WORDS.includes(value);
  };
  const mtu = Number(options.get(NETWORK_OPTION.mtu) ?? 0);
  if (mtu < 0) throw new DaemonError(`invalid MTU number: ${mtu}`);
  const isDefaultBridge = isOn(NETWORK_OPTION.isDefaultBridge, false);
  const asked = options.get(NETWORK_OPTION.bridgeName) ?? '';
  return {
    bridgeName: asked === '' && !isDefaultBridge ? `br-${shortId(network.id)}` : asked,
    isDefaultBridge,
    isInternal: network.isInternal,
    isIccEnabled: isOn(NETWORK_OPTION.isIccEnabled, true),
    isIpMasqueradeEnabled: isOn(NETWORK_OPTION.isIpMasqueradeEnabled, true),
    isIpv4Inhibited: isOn(NETWORK_OPTION.isIpv4Inhibited, false),
    mtu,
    hostBindingIp: options.get(NETWORK_OPTION.hostBindingIpv4) ?? '',
    hostIp: options.get(NETWORK_OPTION.hostIpv4) ?? '',
    containerInterfacePrefix: options.get(NETWORK_OPTION.containerInterfacePrefix) ?? '',
    ...(hasGatewayModes ? gatewayConfig(options) : NO_GATEWAY_CONFIG),
  };
}

type GatewayConfig = Pick<BridgeConfig, 'gatewayMode' | 'trustedHostInterfaces'>;

const NO_GATEWAY_CONFIG: GatewayConfig = { gatewayMode: 'nat', trustedHostInterfaces: [] };

function gatewayConfig(options: ReadonlyMap<string, string>): GatewayConfig {
  const asked = options.get(NETWORK_OPTION.gatewayModeIpv4);
  const trusted = options.get(NETWORK_OPTION.trustedHostInterfaces) ?? '';
  return {
    gatewayMode: GATEWAY_MODES.find((mode) => mode === asked) ?? 'nat',
    trustedHostInterfaces: trusted.split(':').filter((name) => name !== ''),
  };
}

/** Whether one of the network's gateway modes, IPv6's too, is `isolated`: such a network has no way out. */
export function isIsolated({ options }: Network): boolean {
  const labels = [NETWORK_OPTION.gatewayModeIpv4, NETWORK_OPTION.gatewayModeIpv6];
  return labels.some((label) => options.get(label) === 'isolated');
}

/** Options that the driver does not know are none of its business. */
function checkOption(label: string, value: string, hasGatewayModes: boolean): void {
  const cause = optionFault(label, value) ?? (hasGatewayModes ? gatewayFault(label, value) : undefined);
  if (cause !== undefined) throw new DaemonError(`failed to parse ${label} value: ${value} (${cause})`);
}

function optionFault(label: string, value: string): string | undefined {
  switch (label) {
    case NETWORK_OPTION.mtu:
      return atoiFault(value);
    case NETWORK_OPTION.isDefaultBridge:
    case NETWORK_OPTION.isIccEnabled:
    case NETWORK_OPTION.isIpMasqueradeEnabled:
    case NETWORK_OPTION.isIpv4Inhibited:
    case NETWORK_OPTION.isIpv6Enabled:
      if (TRUE_WORDS.includes(value) || FALSE_WORDS.includes(value)) return undefined;
      return `strconv.ParseBool: parsing "${value}": invalid syntax`;
    case NETWORK_OPTION.hostBindingIpv4:
    case NETWORK_OPTION.hostIpv4:
      return canonicalIp(value) === undefined ? 'nil ip' : undefined;
    default:
      return undefined;
  }
}

function gatewayFault(label: string, value: string): string | undefined {
  const isMode = label === NETWORK_OPTION.gatewayModeIpv4 || label === NETWORK_OPTION.gatewayModeIpv6;
  if (isMode) return GATEWAY_MODES.some((mode) => mode === value) ? undefined : `unknown gateway mode ${value}`;
  if (label !== NETWORK_OPTION.isIpv4Enabled) return undefined;
  return optionFault(NETWORK_OPTION.isIpv6Enabled, value);
}

/** Why strconv.Atoi does not take the text. */
function atoiFault(value: string): string | undefined {
  if (!/^[+-]?\d+$/.test(value)) return `strconv.Atoi: parsing "${value}": invalid syntax`;
  const number = BigInt(value.replace('+', ''));
  if (number > INT64_MAX || number < -INT64_MAX - 1n) return `strconv.Atoi: parsing "${value}": value out of range`;
  return undefined;
}

/** The name of a bridge network's Linux bridge. */
export function bridgeNameOf(network: Network): string {
  const { bridgeName } = readBridgeConfig(network);
  return bridgeName === '' ? DEFAULT_BRIDGE_NAME : bridgeName;
}
