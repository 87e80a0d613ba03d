/** What `ip link help TYPE` prints on standard output, by type. */
import { BRIDGE_SLAVE_USAGE } from '../../kernel/admin/bridge-port.ts';
import { BRIDGE_USAGE } from '../../kernel/admin/ip-link-bridge.ts';
import { VXLAN_USAGE } from '../../kernel/admin/ip-link-vxlan.ts';

export const LINK_TYPE_USAGES: ReadonlyMap<string, string> = new Map([
  [
    'veth',
    `Usage: ip link <options> type veth [peer <options>]
To get <options> type 'ip link add help'
`,
  ],
  ['bridge', `${BRIDGE_USAGE}\n`],
  ['vxlan', `${VXLAN_USAGE}\n`],
  ['bridge_slave', `${BRIDGE_SLAVE_USAGE}\n`],
]);
