/** What the bridge driver is told of a network: its options read as libnetwork's drivers/bridge does (20.10). */
import { DaemonError } from '../errors.ts';
import { shortId } from '../ids.ts';
import type { Network } from '../network.ts';
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
}

const TRUE_WORDS = ['1', 't', 'T', 'TRUE', 'true', 'True'];
const FALSE_WORDS = ['0', 'f', 'F', 'FALSE', 'false', 'False'];
const INT64_MAX = 2n ** 63n - 1n;

/** Twin of parseNetworkOptions. Throws a DaemonError about the first option that cannot be read. */
export function readBridgeConfig(network: Network): BridgeConfig {
  const { options } = network;
  for (const [label, value] of options) checkOption(label, value);
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
  };
}

/** Options that the driver does not know are none of its business. */
function checkOption(label: string, value: string): void {
  const cause = optionFault(label, value);
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
