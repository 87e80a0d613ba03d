/** route and arp of busybox (networking/route.c, networking/arp.c): what they list, and route's changes. */
import type { ProgramEntry } from '../../kernel/proc/program-registry.ts';
import type { Process } from '../../kernel/proc/process.ts';
import { ATF_COM, ATF_PERM, RTF_GATEWAY, RTF_HOST, RTF_REJECT } from '../../kernel/show/proc-net.ts';
import { BUSYBOX_BANNER } from '../busybox-usage.ts';
import { getopt, unknownOption } from '../getopt.ts';
import { readProcArp, readProcRoutes } from '../net-tools/proc-net-route.ts';
import { changeRoute } from '../net-tools/route.ts';
import { reportUnsupported } from '../unsupported.ts';

const ROUTE_LETTERS = 'A:ne';
const ARP_LETTERS = 'A:p:H:t:i:adnDsv';

const ROUTE_USAGE = `${BUSYBOX_BANNER}

Usage: route [-ne] [-A inet[6]] [{add|del} [-net|-host] TARGET [netmask MASK]
	[gw GATEWAY] [metric N] [mss BYTES] [window BYTES] [reject] [IFACE]]

Show or edit kernel routing tables

	-n	Don't resolve names
	-e	Display other/more information
	-A inet[6]	Select address family
`;

const ARP_USAGE = `${BUSYBOX_BANNER}

Usage: arp
[-vn]	[-H HWTYPE] [-i IF] -a [HOSTNAME]
[-v]		    [-i IF] -d HOSTNAME [pub]
[-v]	[-H HWTYPE] [-i IF] -s HOSTNAME HWADDR [temp]
[-v]	[-H HWTYPE] [-i IF] -s HOSTNAME HWADDR [netmask MASK] pub
[-v]	[-H HWTYPE] [-i IF] -Ds HOSTNAME IFACE [netmask MASK] pub

Manipulate ARP cache

	-a		Display (all) hosts
	-d		Delete ARP entry
	-s		Set new entry
	-v		Verbose
	-n		Don't resolve names
	-i IF		Network interface
	-D		Read HWADDR from IFACE
	-A,-p AF	Protocol family
	-H HWTYPE	Hardware address type
`;

function runRoute(proc: Process): number {
  const args = proc.argv.slice(1);
  const verbAt = args.findIndex((word) => word === 'add' || word === 'del' || word === 'delete');
  if (verbAt >= 0) {
    const dialect = { usage: ROUTE_USAGE, usageExit: 1, prefix: 'route: ', failureExit: 1 };
    return changeRoute(proc, args[verbAt] === 'add', args.slice(verbAt + 1), dialect);
  }
  const { options, error } = getopt(args, ROUTE_LETTERS);
  if (error !== null) {
    proc.writeError(`route: ${error.message}\n${ROUTE_USAGE}`);
    return 1;
  }
  listRoutes(
    proc,
    options.some(({ letter }) => letter === 'n'),
    options.some(({ letter }) => letter === 'e'),
  );
  return 0;
}

function listRoutes(proc: Process, isNumeric: boolean, isExtended: boolean): void {
  const tail = isExtended ? '  MSS Window  irtt Iface' : 'Metric Ref    Use Iface';
  proc.write(`Kernel IP routing table\nDestination     Gateway         Genmask         Flags ${tail}\n`);
  for (const route of readProcRoutes(proc)) {
    const isReject = (route.flags & RTF_REJECT) !== 0;
    const marks = ((route.flags & RTF_GATEWAY) !== 0 ? 'G' : '') + ((route.flags & RTF_HOST) !== 0 ? 'H' : '');
    const flags = `${isReject ? '!' : 'U'}${marks}`.padEnd(6);
    const to = !isNumeric && route.destination === '0.0.0.0' ? 'default' : route.destination;
    const gateway = !isNumeric && route.gateway === '0.0.0.0' ? '*' : route.gateway;
    const head = `${to.padEnd(15)} ${gateway.padEnd(15)} ${route.mask.padEnd(15)} ${flags}`;
    const counts = isExtended
      ? `${route.mss.padStart(5)} ${route.window.padEnd(5)} ${route.irtt.padStart(6)}`
      : `${route.metric.padEnd(6)} 0  ${'0'.padStart(7)}`;
    proc.write(`${head}${counts} ${route.iface}\n`);
  }
}

export const BUSYBOX_ROUTE: ProgramEntry = {
  name: 'route',
  run: function* busyboxRoute(proc) {
    return runRoute(proc);
  },
};

function runArp(proc: Process): number {
  const { options, operands, error } = getopt(proc.argv.slice(1), ARP_LETTERS);
  if (error !== null) {
    proc.writeError(`arp: ${error.message}\n${ARP_USAGE}`);
    return 1;
  }
  if (options.some(({ letter }) => letter === 'd' || letter === 's')) {
    return reportUnsupported(proc, 'arp -s, arp -d', ['-a', '-n']);
  }
  for (const { ip, flags, mac, device } of readProcArp(proc)) {
    if (operands[0] !== undefined && operands[0].text !== ip) continue;
    const at = (flags & ATF_COM) !== 0 ? `${mac} [ether] ` : '<incomplete> ';
    proc.write(`? (${ip}) at ${at}${(flags & ATF_PERM) !== 0 ? 'PERM' : ''} on ${device}\n`);
  }
  return 0;
}

export const BUSYBOX_ARP: ProgramEntry = {
  name: 'arp',
  run: function* busyboxArp(proc) {
    return runArp(proc);
  },
  check: (args) => {
    const lack = getopt(args, ARP_LETTERS).options.find(({ letter }) => letter === 'd' || letter === 's');
    if (lack === undefined) return undefined;
    return { argIndex: lack.argIndex, message: `option -${lack.letter} is not supported by Dockwire` };
  },
  refusal: (args) => unknownOption(args, ARP_LETTERS),
};
