/**
 * `ip link … type bridge OPTIONS` (iproute2: iplink_bridge.c): what is said is read whole, then set in the kernel's
 * order (Linux: br_changelink) up to the first that it refuses.
 */
import type { Mac } from '../../base/addr.ts';
import { macLo, parseMac } from '../../base/addr.ts';
import type { Bridge } from '../dev/bridge.ts';
import type { BridgeSettings } from '../dev/bridge-settings.ts';
import { BRIDGE_GROUP_ADDRESS, clockToJiffies, HZ } from '../dev/bridge-settings.ts';
import { brSnoopersChanged } from '../dev/bridge-snooping.ts';
import type { Errno } from '../errno.ts';
import { parseUnsigned, U16_MAX, U32_MAX, U64_MAX, U8_MAX } from './number-words.ts';
import type { AdminResult } from './result.ts';
import { DONE, failure, INCOMPLETE, netlinkResult, notSupported } from './result.ts';
import type { Words } from './words.ts';

/** What `type bridge help` prints. */
export const BRIDGE_USAGE = `Usage: ... bridge [ fdb_flush ]
		  [ forward_delay FORWARD_DELAY ]
		  [ hello_time HELLO_TIME ]
		  [ max_age MAX_AGE ]
		  [ ageing_time AGEING_TIME ]
		  [ stp_state STP_STATE ]
		  [ priority PRIORITY ]
		  [ group_fwd_mask MASK ]
		  [ group_address ADDRESS ]
		  [ no_linklocal_learn NO_LINKLOCAL_LEARN ]
		  [ vlan_filtering VLAN_FILTERING ]
		  [ vlan_protocol VLAN_PROTOCOL ]
		  [ vlan_default_pvid VLAN_DEFAULT_PVID ]
		  [ vlan_stats_enabled VLAN_STATS_ENABLED ]
		  [ vlan_stats_per_port VLAN_STATS_PER_PORT ]
		  [ mcast_snooping MULTICAST_SNOOPING ]
		  [ mcast_vlan_snooping MULTICAST_VLAN_SNOOPING ]
		  [ mcast_router MULTICAST_ROUTER ]
		  [ mcast_query_use_ifaddr MCAST_QUERY_USE_IFADDR ]
		  [ mcast_querier MULTICAST_QUERIER ]
		  [ mcast_hash_elasticity HASH_ELASTICITY ]
		  [ mcast_hash_max HASH_MAX ]
		  [ mcast_last_member_count LAST_MEMBER_COUNT ]
		  [ mcast_startup_query_count STARTUP_QUERY_COUNT ]
		  [ mcast_last_member_interval LAST_MEMBER_INTERVAL ]
		  [ mcast_membership_interval MEMBERSHIP_INTERVAL ]
		  [ mcast_querier_interval QUERIER_INTERVAL ]
		  [ mcast_query_interval QUERY_INTERVAL ]
		  [ mcast_query_response_interval QUERY_RESPONSE_INTERVAL ]
		  [ mcast_startup_query_interval STARTUP_QUERY_INTERVAL ]
		  [ mcast_stats_enabled MCAST_STATS_ENABLED ]
		  [ mcast_igmp_version IGMP_VERSION ]
		  [ mcast_mld_version MLD_VERSION ]
		  [ nf_call_iptables NF_CALL_IPTABLES ]
		  [ nf_call_ip6tables NF_CALL_IP6TABLES ]
		  [ nf_call_arptables NF_CALL_ARPTABLES ]

Where: VLAN_PROTOCOL := { 802.1Q | 802.1ad }`;

interface Option {
  /** Largest number that iproute2 takes. */
  readonly max: number;
  /** What the kernel does with it; an error number or a text of its own where it refuses. */
  set(bridge: Bridge, value: number): Errno | AdminResult;
}

type NumberSetting = {
  [K in keyof BridgeSettings]: BridgeSettings[K] extends number ? K : never;
}[keyof BridgeSettings];

/** Kept as it is, within the bounds that the kernel has for it. */
function kept(name: NumberSetting, max: number, allows: (value: number) => boolean = () => true): Option {
  return {
    max,
    set: ({ settings }, value) => {
      if (!allows(value)) return 'EINVAL';
      settings[name] = value;
      return '';
    },
  };
}

function flag(name: NumberSetting): Option {
  return {
    max: U8_MAX,
    set: ({ settings }, value) => {
      settings[name] = value === 0 ? 0 : 1;
      return '';
    },
  };
}

/** A time in hundredths of a second, kept in jiffies. */
function interval(name: NumberSetting, leastJiffies = 0): Option {
  return {
    max: U64_MAX,
    set: ({ settings }, value) => {
      settings[name] = Math.max(clockToJiffies(value), leastJiffies);
      return '';
    },
  };
}

/** A time of the spanning tree, refused outside its bounds, which are in seconds. */
function stpTime(name: NumberSetting, leastSeconds: number, mostSeconds: number): Option {
  return {
    max: U32_MAX,
    set: ({ settings }, value) => {
      const jiffies = clockToJiffies(value);
      if (jiffies < leastSeconds * HZ || jiffies > mostSeconds * HZ) return 'ERANGE';
      settings[name] = jiffies;
      return '';
    },
  };
}

/** Only switched off is it what this bridge does. */
function onlyOff(key: string, max: number): Option {
  return {
    max,
    set: (_, value) => (value === 0 ? '' : notSupported(`ip link … type bridge ${key} ${value}`, `${key} 0`)),
  };
}

/** Concerns VLAN filtering, which is off: read and forgotten. */
function ofVlans(max: number): Option {
  return { max, set: () => '' };
}

const NO_VLAN_SNOOPING = failure(
  2,
  'Error: bridge: Cannot enable multicast vlan snooping with vlan filtering disabled.',
);

/** In the kernel's order; by iproute2's names. */
const OPTIONS: ReadonlyMap<string, Option> = new Map<string, Option>([
  ['forward_delay', interval32('forwardDelay')],
  ['hello_time', stpTime('helloTime', 1, 10)],
  ['max_age', stpTime('maxAge', 6, 40)],
  [
    'ageing_time',
    {
      max: U32_MAX,
      set: (bridge, value) => {
        bridge.setAgeingTime(clockToJiffies(value));
        return '';
      },
    },
  ],
  ['stp_state', onlyOff('stp_state', U32_MAX)],
  ['priority', kept('priority', U16_MAX)],
  ['vlan_filtering', onlyOff('vlan_filtering', U8_MAX)],
  ['vlan_default_pvid', ofVlans(U16_MAX)],
  ['vlan_stats_enabled', ofVlans(U8_MAX)],
  ['vlan_stats_per_port', ofVlans(U8_MAX)],
  ['group_fwd_mask', kept('groupFwdMask', U16_MAX, (mask) => (mask & 0x7) === 0)],
  [
    'fdb_flush',
    {
      max: 0,
      set: (bridge) => {
        bridge.fdb.flush(null, false);
        return '';
      },
    },
  ],
  ['mcast_router', kept('mcastRouter', U8_MAX, (value) => value <= 2)],
  [
    'mcast_snooping',
    {
      max: U8_MAX,
      set: (bridge, value) => {
        bridge.settings.mcastSnooping = value === 0 ? 0 : 1;
        brSnoopersChanged(bridge);
        return '';
      },
    },
  ],
  ['mcast_query_use_ifaddr', flag('mcastQueryUseIfaddr')],
  ['mcast_querier', flag('mcastQuerier')],
  ['mcast_hash_elasticity', { max: U32_MAX, set: () => '' }],
  ['mcast_hash_max', kept('mcastHashMax', U32_MAX)],
  ['mcast_last_member_count', kept('mcastLastMemberCount', U32_MAX)],
  ['mcast_startup_query_count', kept('mcastStartupQueryCount', U32_MAX)],
  ['mcast_last_member_interval', interval('mcastLastMemberInterval')],
  ['mcast_membership_interval', interval('mcastMembershipInterval')],
  ['mcast_querier_interval', interval('mcastQuerierInterval')],
  ['mcast_query_interval', interval('mcastQueryInterval', HZ)],
  ['mcast_query_response_interval', interval('mcastQueryResponseInterval')],
  ['mcast_startup_query_interval', interval('mcastStartupQueryInterval', HZ)],
  ['mcast_stats_enabled', flag('mcastStatsEnabled')],
  ['mcast_igmp_version', kept('mcastIgmpVersion', U8_MAX, (version) => version === 2 || version === 3)],
  ['mcast_mld_version', kept('mcastMldVersion', U8_MAX, (version) => version === 1 || version === 2)],
  ['nf_call_iptables', flag('nfCallIptables')],
  ['nf_call_ip6tables', flag('nfCallIp6tables')],
  ['nf_call_arptables', flag('nfCallArptables')],
  ['no_linklocal_learn', flag('noLinklocalLearn')],
  ['mcast_vlan_snooping', { max: U8_MAX, set: (_, value) => (value === 0 ? '' : NO_VLAN_SNOOPING) }],
]);

/** A time that iproute2 reads with 32 bits and that the kernel takes as it comes. */
function interval32(name: NumberSetting): Option {
  return { ...interval(name), max: U32_MAX };
}

/** The order in which iproute2 tries its words on an abbreviation. */
const KEYS = [
  ...['forward_delay', 'hello_time', 'max_age', 'ageing_time', 'stp_state', 'priority', 'vlan_filtering'],
  ...['vlan_protocol', 'group_fwd_mask', 'group_address', 'no_linklocal_learn', 'fdb_flush', 'vlan_default_pvid'],
  ...['vlan_stats_enabled', 'vlan_stats_per_port', 'mcast_router', 'mcast_snooping', 'mcast_vlan_snooping'],
  ...['mcast_query_use_ifaddr', 'mcast_querier', 'mcast_hash_elasticity', 'mcast_hash_max'],
  ...['mcast_last_member_count', 'mcast_startup_query_count', 'mcast_last_member_interval'],
  ...['mcast_membership_interval', 'mcast_querier_interval', 'mcast_query_interval'],
  ...['mcast_query_response_interval', 'mcast_startup_query_interval', 'mcast_stats_enabled'],
  ...['mcast_igmp_version', 'mcast_mld_version', 'nf_call_iptables', 'nf_call_ip6tables', 'nf_call_arptables', 'help'],
];

/** What `type bridge …` said; nothing is set yet. */
export interface BridgeOptions {
  readonly numbers: ReadonlyMap<string, number>;
  readonly groupAddress: Mac | undefined;
  readonly flaw: AdminResult | null;
}

/** Reads to the end of the line. */
export function readBridgeOptions(words: Words): BridgeOptions {
  const numbers = new Map<string, number>();
  let groupAddress: Mac | undefined;
  const flawed = (flaw: AdminResult): BridgeOptions => ({ numbers, groupAddress, flaw });
  while (!words.isAtEnd) {
    const typed = words.next();
    const key = KEYS.find((each) => typed !== '' && each.startsWith(typed));
    if (key === undefined) return flawed(failure(1, `bridge: unknown command "${typed}"?\n${BRIDGE_USAGE}`));
    if (key === 'help') return flawed(failure(1, BRIDGE_USAGE));
    const text = key === 'fdb_flush' ? '0' : words.value();
    if (words.isIncomplete) return flawed(INCOMPLETE);
    if (key === 'group_address') {
      groupAddress = parseMac(text);
      if (groupAddress === undefined) return flawed(failure(1, `"${text}" is invalid lladdr.`));
    } else if (key === 'vlan_protocol') {
      if (!/^(802\.1(Q|ad)|0x[\da-f]{1,4})$/i.test(text)) return flawed(invalid(key, text));
    } else {
      const value = parseUnsigned(text, OPTIONS.get(key)!.max);
      if (value === undefined) return flawed(invalid(key, text));
      numbers.set(key, value);
    }
  }
  return { numbers, groupAddress, flaw: null };
}

function invalid(key: string, text: string): AdminResult {
  return failure(255, `Error: argument "${text}" is wrong: invalid ${key}`);
}

/** Sets what was said, in the kernel's order, up to the first that it refuses. */
export function setBridgeOptions(bridge: Bridge, options: BridgeOptions): AdminResult {
  for (const [key, option] of OPTIONS) {
    if (key === 'fdb_flush' && options.groupAddress !== undefined) {
      if (!isGroupAddress(options.groupAddress)) return netlinkResult('EINVAL');
      bridge.settings.groupAddress = options.groupAddress;
    }
    const value = options.numbers.get(key);
    if (value === undefined) continue;
    const answer = option.set(bridge, value);
    if (typeof answer !== 'string') return answer;
    if (answer !== '') return netlinkResult(answer);
  }
  return DONE;
}

/** A link-local group that is not one of IEEE 802.3x, 802.3ad and 802.1X (Linux: br_group_addr…). */
function isGroupAddress(address: Mac): boolean {
  const last = macLo(address) & 0xff;
  return address - last === BRIDGE_GROUP_ADDRESS && last < 0x10 && (last < 1 || last > 3);
}
