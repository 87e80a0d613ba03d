/** ethtool 6.1: offload features, drivers, statistics, as far as an emulated interface has them. */
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import { Bridge } from '../dev/bridge.ts';
import { FEATURES, Offload } from '../dev/offload.ts';
import { Veth } from '../dev/veth.ts';
import type { AdminResult } from './result.ts';
import { noLinkDevice, showLink } from './ethtool-link.ts';
import { failure, notSupported } from './result.ts';

const BAD_ARGUMENTS = failure(1, 'ethtool: bad command line argument(s)\nFor more information run ethtool -h');
const UNSUPPORTED = 'netlink error: Operation not supported';
const NO_SUCH_DEVICE = 'netlink error: no device matches name (offset 24)\nnetlink error: No such device';

/** The words of -K that stand for several features, or are older than the features' own names. */
const LEGACY: ReadonlyMap<string, { readonly title: string; readonly features: readonly string[] }> = new Map(
  (
    [
      ['rx', 'rx-checksumming', /^rx-checksum$/],
      ['tx', 'tx-checksumming', /^tx-checksum-/],
      ['sg', 'scatter-gather', /^tx-scatter-gather/],
      ['tso', 'tcp-segmentation-offload', /^tx-tcp.*-segmentation$/],
      ['gso', 'generic-segmentation-offload', /^tx-generic-segmentation$/],
      ['gro', 'generic-receive-offload', /^rx-gro$/],
      ['lro', 'large-receive-offload', /^rx-lro$/],
      ['rxvlan', 'rx-vlan-offload', /^rx-vlan-hw-parse$/],
      ['txvlan', 'tx-vlan-offload', /^tx-vlan-hw-insert$/],
      ['ntuple', 'ntuple-filters', /^rx-ntuple-filter$/],
      ['rxhash', 'receive-hashing', /^rx-hashing$/],
    ] as const
  ).map(([word, title, pattern]) => [word, { title, features: FEATURES.filter((each) => pattern.test(each)) }]),
);

/** By long and short name; the option comes first on the line. */
const COMMANDS: ReadonlyMap<string, string> = new Map([
  ...['-K', '--features', '--offload'].map((word): [string, string] => [word, 'set']),
  ...['-k', '--show-features', '--show-offload'].map((word): [string, string] => [word, 'show']),
  ...['-i', '--driver'].map((word): [string, string] => [word, 'driver']),
  ...['-S', '--statistics'].map((word): [string, string] => [word, 'statistics']),
  ...['-P', '--show-permaddr'].map((word): [string, string] => [word, 'permanent']),
  ['--version', 'version'],
]);
/** Options that the real tool has and Dockwire lacks. */
const LACKING = new Set(
  `-s --change -a --show-pause -A --pause -c --show-coalesce -C --coalesce -g --show-ring -G --set-ring -l
  --show-channels -L --set-channels -d --register-dump -e --eeprom-dump -E --change-eeprom -r --negotiate -p
  --identify -t --test -n -u --show-nfc --show-ntuple -N -U --config-nfc --config-ntuple -T --show-time-stamping -x
  --show-rxfh-indir --show-rxfh -X --set-rxfh-indir --rxfh -f --flash -w --get-dump -W --set-dump -m
  --dump-module-eeprom --module-info --show-eee --set-eee --set-phy-tunable --get-phy-tunable --get-tunable
  --set-tunable --reset --show-tunnels --show-fec --set-fec -Q --per-queue --cable-test --cable-test-tdr
  --show-module --set-module --get-plca-cfg --set-plca-cfg --get-plca-status --show-mm --set-mm --show-pse --set-pse
  --monitor -h --help --json --debug -I --include-statistics --show-priv-flags --set-priv-flags --phy-statistics`
    .split(/\s+/)
    .filter((word) => word !== ''),
);
const SUPPORTED = 'DEVNAME, -k, -K, -i, -S, -P, --version';

export function ethtoolLacks(word: string): boolean {
  return LACKING.has(word);
}

/** Whether the real tool knows the option at all; names of interfaces stand in its place, too. */
export function ethtoolKnows(word: string): boolean {
  return !word.startsWith('-') || LACKING.has(word) || COMMANDS.has(word);
}

/** `args` behind the program's name. */
export function ethtool(ns: Netns, args: readonly string[]): AdminResult {
  const [option = '', name, ...rest] = args;
  if (LACKING.has(option)) return notSupported(`ethtool ${option}`, SUPPORTED);
  const command = COMMANDS.get(option);
  if (command === 'version') return { exit: 0, stdout: 'ethtool version 6.1\n', stderr: '' };
  if (command === undefined && option !== '' && !option.startsWith('-')) {
    const link = ns.deviceByName(option);
    return link === null ? noLinkDevice() : print(showLink(link));
  }
  if (command === undefined || name === undefined) return BAD_ARGUMENTS;
  const dev = ns.deviceByName(name);
  switch (command) {
    case 'set':
      return setFeatures(dev, name, rest);
    case 'show':
      return dev === null ? failure(1, NO_SUCH_DEVICE) : print(showFeatures(dev));
    case 'driver':
      return driver(dev);
    case 'statistics':
      return statistics(dev);
    default:
      return dev === null ? failure(1, 'netlink error: No such device') : print('Permanent address: not set\n');
  }
}

function print(stdout: string): AdminResult {
  return { exit: 0, stdout, stderr: '' };
}

function offloadOf(dev: NetDevice): Offload {
  dev.offload ??= new Offload(dev.kind);
  return dev.offload;
}

function activeOf(dev: NetDevice): Set<string> {
  return offloadOf(dev).active(dev instanceof Bridge && dev.ports.length > 0);
}

/** What -K asks for, in the order of the words; a text where the line is wrong. */
function readWishes(name: string, args: readonly string[]): Map<string, boolean> | AdminResult {
  const wishes = new Map<string, boolean>();
  // Where in the request the kernel finds a name that it does not know: behind headers, flags and the interface.
  let offset = 16 + 4 + 4 + aligned(4 + name.length + 1) + 8 + 4 + 4;
  for (let i = 0; i < args.length; i += 2) {
    const [word, value] = [args[i]!, args[i + 1]];
    if (value !== 'on' && value !== 'off') {
      const flag = value ?? '(null)';
      return failure(1, `ethtool (-K): flag '${flag}' for parameter '(null)' is not followed by 'on' or 'off'`);
    }
    const features = LEGACY.get(word)?.features ?? [word];
    for (const feature of features) {
      if (!FEATURES.includes(feature)) {
        return failure(92, `netlink error: bit name not found (offset ${offset + 4})\n${UNSUPPORTED}`);
      }
      wishes.set(feature, value === 'on');
      offset += 4 + aligned(4 + feature.length + 1) + (value === 'on' ? 4 : 0);
    }
  }
  return wishes;
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / 4) * 4;
}

/** Twin of nl_sfeatures: says what came out other than it was asked for. */
function setFeatures(dev: NetDevice | null, name: string, args: readonly string[]): AdminResult {
  const wishes = readWishes(name, args);
  if (!(wishes instanceof Map)) return wishes;
  if (dev === null) return failure(92, NO_SUCH_DEVICE);
  const offload = offloadOf(dev);
  const before = activeOf(dev);
  offload.request(wishes);
  const checksums = wishes.get('tx-checksum-ip-generic');
  if (checksums !== undefined) offload.checksumLook = checksums;
  const after = activeOf(dev);
  const isMissed = (feature: string): boolean => wishes.has(feature) && wishes.get(feature) !== after.has(feature);
  const isChanged = (feature: string): boolean => before.has(feature) !== after.has(feature);
  const isNothing = [...wishes.keys()].every(isMissed);
  const stderr = isNothing ? 'Could not change any device features\n' : '';
  const differs = FEATURES.some((each) => isMissed(each) || (isChanged(each) && !wishes.has(each)));
  const lines = FEATURES.filter((each) => differs && (isMissed(each) || isChanged(each))).map((feature) => {
    const state = `${feature}: ${onOff(after.has(feature))}`;
    if (isMissed(feature)) return `${state} [requested ${onOff(!after.has(feature))}]\n`;
    return wishes.has(feature) ? `${state}\n` : `${state} [not requested]\n`;
  });
  const stdout = differs ? `Actual changes:\n${lines.join('')}` : '';
  return { exit: isNothing ? 1 : 0, stdout, stderr };
}

function onOff(isOn: boolean): string {
  return isOn ? 'on' : 'off';
}

function showFeatures(dev: NetDevice): string {
  const offload = offloadOf(dev);
  const active = activeOf(dev);
  const state = (feature: string): string => {
    const isOn = active.has(feature);
    if (offload.isFixed(feature)) return `${onOff(isOn)} [fixed]`;
    return isOn === offload.isWanted(feature) ? onOff(isOn) : `${onOff(isOn)} [requested ${onOff(!isOn)}]`;
  };
  const lines = [`Features for ${dev.name}:`];
  const grouped = new Set<string>();
  for (const { title, features } of LEGACY.values()) {
    for (const feature of features) grouped.add(feature);
    const isGroup = features.length > 1;
    lines.push(`${title}: ${isGroup ? onOff(features.some((each) => active.has(each))) : state(features[0]!)}`);
    if (isGroup) lines.push(...features.map((feature) => `\t${feature}: ${state(feature)}`));
  }
  lines.push(...FEATURES.filter((each) => !grouped.has(each)).map((feature) => `${feature}: ${state(feature)}`));
  return `${lines.join('\n')}\n`;
}

/** By kind of interface: name, version, firmware, bus; a card looks like one of a virtual machine. */
const DRIVERS: Readonly<Record<string, readonly [string, string, string, string]>> = {
  veth: ['veth', '1.0', '', ''],
  bridge: ['bridge', '2.3', 'N/A', 'N/A'],
  ether: ['virtio_net', '1.0.0', '', '0000:00:03.0'],
};

function driver(dev: NetDevice | null): AdminResult {
  const facts = dev === null ? undefined : DRIVERS[dev.kind];
  if (facts === undefined) {
    const reason = dev === null ? 'No such device' : 'Operation not supported';
    return failure(71, `Cannot get driver information: ${reason}`);
  }
  const [name, version, firmware, bus] = facts;
  return print(`driver: ${name}
version: ${version}
firmware-version: ${firmware}
expansion-rom-version: 
bus-info: ${bus}
supports-statistics: ${dev?.kind === 'bridge' ? 'no' : 'yes'}
supports-test: no
supports-eeprom-access: no
supports-register-dump: no
supports-priv-flags: no
`);
}

function statistics(dev: NetDevice | null): AdminResult {
  if (dev === null) return failure(96, 'Cannot get stats strings information: No such device');
  if (!(dev instanceof Veth)) return failure(94, 'no stats available');
  const counters = `rx_queue_0_xdp_packets rx_queue_0_xdp_bytes rx_queue_0_drops rx_queue_0_xdp_redirect
    rx_queue_0_xdp_drops rx_queue_0_xdp_tx rx_queue_0_xdp_tx_errors tx_queue_0_xdp_xmit tx_queue_0_xdp_xmit_errors`;
  const lines = counters.split(/\s+/).map((name) => `     ${name}: 0\n`);
  return print(`NIC statistics:\n     peer_ifindex: ${dev.peer?.ifIndex ?? 0}\n${lines.join('')}`);
}
