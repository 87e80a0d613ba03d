/** `ethtool DEVNAME`: what an interface says of its link (ethtool: nl_gset). */
import { Bridge } from '../dev/bridge.ts';
import { Veth } from '../dev/veth.ts';
import type { NetDevice } from '../netdev.ts';
import type { AdminResult } from './result.ts';

const NO_SUCH_DEVICE = 'netlink error: no device matches name (offset 24)\nnetlink error: No such device\n';
/** Asked in five ways, the tool is answered five times. */
const REQUESTS = 5;

/** What it says of a name that nobody has. */
export function noLinkDevice(): AdminResult {
  return { exit: 75, stdout: 'No data available\n', stderr: NO_SUCH_DEVICE.repeat(REQUESTS) };
}

const MODES = `	Supported ports: [  ]
	Supported link modes:   Not reported
	Supported pause frame use: No
	Supports auto-negotiation: No
	Supported FEC modes: Not reported
	Advertised link modes:  Not reported
	Advertised pause frame use: No
	Advertised auto-negotiation: No
	Advertised FEC modes: Not reported
`;
const TEN_GIGABIT = '10000Mb/s';
const UNKNOWN_DUPLEX = 'Unknown! (255)';

/** The settings of the link. Loopback has nothing but a link. */
export function showLink(dev: NetDevice): string {
  const link = `\tLink detected: ${dev.isUp && dev.hasCarrier ? 'yes' : 'no'}\n`;
  return `Settings for ${dev.name}:\n${dev.isLoopback ? '' : MODES + portOf(dev)}${link}`;
}

function portOf(dev: NetDevice): string {
  if (dev instanceof Veth) {
    return `${speedAndDuplex(TEN_GIGABIT, 'Full')}\tPort: Twisted Pair\n${TRANSCEIVER}\tMDI-X: Unknown\n`;
  }
  return `${speedAndDuplex(speedOf(dev), UNKNOWN_DUPLEX)}\tPort: Other\n${TRANSCEIVER}`;
}

const TRANSCEIVER = '\tPHYAD: 0\n\tTransceiver: internal\n';

function speedAndDuplex(speed: string, duplex: string): string {
  return `\tSpeed: ${speed}\n\tDuplex: ${duplex}\n\tAuto-negotiation: off\n`;
}

/** Twin of br_get_link_ksettings: the fastest of the ports that have a carrier; a virtual machine's card knows none. */
function speedOf(dev: NetDevice): string {
  const isFast =
    dev instanceof Bridge && dev.ports.some(({ dev: port }) => port instanceof Veth && port.isUp && port.hasCarrier);
  return isFast ? TEN_GIGABIT : 'Unknown!';
}
