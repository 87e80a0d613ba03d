/**
 * A Wireshark profile for the captures of a run: names, keys and a dissector, so that whoever opens them reads
 * everything, encrypted or not.
 *
 *   WIRESHARK_CONFIG_DIR=DIR/profile wireshark DIR/capture.pcapng
 */
import type { Ip4 } from '../../base/addr.ts';
import { formatIp4 } from '../../base/addr.ts';
import { hex } from '../../base/bytes.ts';
import { DISSECTOR_LUA } from './lua-dissector.ts';
import { GCM_LUA } from './lua-gcm.ts';
import { VALUES_LUA } from './lua-values.ts';

const VXLAN_PORT = 4789;

export interface ProfileContent {
  /** Addresses with the names of hosts and containers. */
  readonly names: readonly { readonly address: Ip4; readonly name: string }[];
  /** Every key that gossip was encrypted with, ever. */
  readonly gossipKeys: readonly Uint8Array[];
  /** Lines of `esp_sa`. */
  readonly espSas: readonly string[];
  /** UDP ports that carry VXLAN. */
  readonly vxlanPorts: readonly number[];
}

/** The files of the folder by their names. */
export function profileFiles(content: ProfileContent): ReadonlyMap<string, string> {
  const files = new Map([
    ['preferences', PREFERENCES],
    ['hosts', hostsFile(content.names)],
    ['esp_sa', content.espSas.map((line) => `${line}\n`).join('')],
    ['gossip.lua', gossipLua(content.gossipKeys)],
    ['init.lua', INIT_LUA],
  ]);
  const ports = [...new Set(content.vxlanPorts)].filter((port) => port !== VXLAN_PORT);
  const entries = ports.map((port) => `decode_as_entry: udp.port,${port},VXLAN,VXLAN\n`);
  if (entries.length > 0) files.set('decode_as_entries', entries.join(''));
  return files;
}

/** The dissector with the keys in it. */
export function gossipLua(keys: readonly Uint8Array[]): string {
  const list = [...new Set(keys.map((key) => hex(key)))].map((key) => `  "${key}",\n`).join('');
  return `${HEAD_LUA}local KEYS = {\n${list}}\n\n${GCM_LUA}\n${VALUES_LUA}\n${DISSECTOR_LUA}`;
}

/** Names of addresses that only one has: what two hosts call 172.17.0.2 is no name of it. */
function hostsFile(names: ProfileContent['names']): string {
  const byAddress = new Map<Ip4, Set<string>>();
  for (const { address, name } of names) {
    const known = byAddress.get(address);
    if (known === undefined) byAddress.set(address, new Set([name]));
    else known.add(name);
  }
  const unique = [...byAddress].filter(([, known]) => known.size === 1);
  return unique.map(([address, known]) => `${formatIp4(address)}\t${[...known][0]!}\n`).join('');
}

const HEAD_LUA = `-- Gossip of memberlist, serf and NetworkDB on port 7946, decrypted with the keys of this run.
-- tshark -X lua_script:gossip.lua -r capture.pcapng -Y gossip

`;

const INIT_LUA = `-- Read by Wireshark where its configuration folder is this one.
dofile(Dir.personal_config_path("gossip.lua"))
`;

/** Keys and names of the folder are used, streams are put together. */
const PREFERENCES = `# Read by Wireshark where this folder is its configuration: WIRESHARK_CONFIG_DIR=this-folder
esp.enable_encryption_decode: TRUE
esp.enable_authentication_check: TRUE
nameres.network_name: TRUE
nameres.hosts_file_handling: TRUE
nameres.dns_pkt_addr_resolution: FALSE
nameres.use_external_name_resolver: FALSE
tcp.desegment_tcp_streams: TRUE
`;
