/** Which programs there are: on a Debian host, and in images made of busybox. */
import { ProgramRegistry } from '../kernel/proc/program-registry.ts';
import { PingSocket } from '../kernel/socket/ping-socket.ts';
import { UdpSocket } from '../kernel/socket/udp-socket.ts';
import { BUSYBOX_IFCONFIG, BUSYBOX_IP } from './busybox/ip.ts';
import { busyboxMultiCall } from './busybox/multi-call.ts';
import { DMESG } from './dmesg/dmesg.ts';
import { ECHO } from './echo.ts';
import { ENV, PRINTENV } from './env.ts';
import { FILE_TOOLS } from './file-tools.ts';
import { HOSTNAME } from './hostname.ts';
import { BRIDGE } from './iproute2/bridge.ts';
import { IPTABLES_PROGRAMS } from './iptables.ts';
import { IP } from './iproute2/ip.ts';
import { IFCONFIG } from './net-tools/ifconfig.ts';
import { NSENTER } from './nsenter.ts';
import { TC } from './iproute2/tc.ts';
import { BUSYBOX_NET_PROGRAMS, HOST_NET_PROGRAMS } from './net-programs.ts';
import { NOHUP } from './nohup.ts';
import { busyboxPing } from './ping/busybox.ts';
import { checkBusyboxPing, refuseBusyboxPing } from './ping/busybox-options.ts';
import type { PingSockets } from './ping/echo-socket.ts';
import { iputilsPing } from './ping/iputils.ts';
import { checkPing, refusePing } from './ping/options.ts';
import { JQ } from './jq/jq.ts';
import { resolveHost } from './resolve.ts';
import { KILLALL, PGREP, PKILL } from './pkill.ts';
import { BUILTIN_PROGRAMS } from './sh/builtin-programs.ts';
import { shProgram } from './sh/sh-program.ts';
import { BUSYBOX_SLEEP, GNU_SLEEP } from './sleep.ts';
import { BUSYBOX_ARP, BUSYBOX_ROUTE } from './busybox/route.ts';
import { NET_TOOLS_ARP } from './net-tools/arp.ts';
import { NETSTAT } from './net-tools/netstat.ts';
import { NET_TOOLS_ROUTE } from './net-tools/route.ts';
import { BUSYBOX_SYSCTL, PROCPS_SYSCTL } from './sysctl.ts';
import { BUSYBOX_TEXT_TOOLS, GNU_TEXT_TOOLS } from './text/text-tools.ts';
import { TIMEOUT } from './timeout.ts';
import { FALSE, TRUE } from './true-false.ts';

const KERNEL_SOCKETS: PingSockets = {
  echo: (ns) => new PingSocket(ns),
  probe: (ns) => new UdpSocket(ns),
};

/** What a Debian host has: iputils, the GNU core utilities, dash. */
export function hostPrograms(): ProgramRegistry {
  const ping = iputilsPing(KERNEL_SOCKETS, resolveHost);
  return registryOf([
    { name: 'ping', run: ping, check: checkPing, refusal: refusePing },
    GNU_SLEEP,
    JQ,
    ...GNU_TEXT_TOOLS,
    ...HOST_NET_PROGRAMS,
    busyboxMultiCall(busyboxPrograms),
    PROCPS_SYSCTL,
    NET_TOOLS_ROUTE,
    NET_TOOLS_ARP,
    NETSTAT,
    IP,
    BRIDGE,
    IFCONFIG,
    NSENTER,
    TC,
    ...PROCESS_TOOLS.map((tool) => tool.gnu),
    shProgram('dash'),
    shProgram('dash', 'dash'),
    ...COMMON,
  ]);
}

/** What images made of Debian have, before their own programs: no network tools at all. */
export function debianPrograms(): ProgramRegistry {
  return registryOf(
    [
      GNU_SLEEP,
      ...GNU_TEXT_TOOLS,
      ...PROCESS_TOOLS.map((tool) => tool.gnu).filter(({ name }) => !PROCPS.has(name)),
      ...['sh', 'dash', 'bash'].map((name) => shProgram('dash', name)),
      ...COMMON,
    ],
    FOREIGN_TO_DEBIAN,
  );
}

/** What busybox and alpine have. */
export function busyboxPrograms(): ProgramRegistry {
  const ping = busyboxPing(KERNEL_SOCKETS, resolveHost);
  return registryOf(
    [
      { name: 'ping', run: ping, check: checkBusyboxPing, refusal: refuseBusyboxPing },
      BUSYBOX_SLEEP,
      ...BUSYBOX_TEXT_TOOLS,
      ...BUSYBOX_NET_PROGRAMS,
      busyboxMultiCall(busyboxPrograms),
      BUSYBOX_SYSCTL,
      BUSYBOX_ROUTE,
      BUSYBOX_ARP,
      BUSYBOX_IP,
      BUSYBOX_IFCONFIG,
      ...PROCESS_TOOLS.map((tool) => tool.busybox),
      shProgram('busybox'),
      shProgram('busybox', 'ash'),
      ...COMMON,
    ],
    FOREIGN_TO_BUSYBOX,
  );
}

const PROCESS_TOOLS = [...FILE_TOOLS, DMESG, ENV, KILLALL, NOHUP, PGREP, PKILL, PRINTENV, TIMEOUT];
/** What comes with packages of a Debian host. */
const FOREIGN_TO_BUSYBOX = new Set(['conntrack', 'ipset', ...IPTABLES_PROGRAMS.map(({ name }) => name)]);
/** What comes with packages that slim images do not have. */
const FOREIGN_TO_DEBIAN = new Set([
  ...FOREIGN_TO_BUSYBOX,
  ...['ping', 'ip', 'ss', 'ifconfig', 'route', 'arp', 'netstat', 'nc', 'ncat', 'netcat', 'telnet', 'dig', 'nslookup'],
  ...['host', 'traceroute', 'tracepath', 'tcpdump', 'wget', 'curl', 'ps', 'top', 'pgrep', 'pkill', 'killall', 'sysctl'],
  ...[
    'vi',
    'vim',
    'nano',
    'less',
    'jq',
    'brctl',
    'bridge',
    'tc',
    'ethtool',
    'arping',
    'busybox',
    'lsof',
    'nmap',
    'watch',
  ],
]);
const PROCPS = new Set(['pgrep', 'pkill', 'killall', 'dmesg']);
const COMMON = [ECHO, TRUE, FALSE, HOSTNAME, ...BUILTIN_PROGRAMS];

function registryOf(
  entries: readonly Parameters<ProgramRegistry['add']>[0][],
  foreign: ReadonlySet<string> = new Set(),
): ProgramRegistry {
  const registry = new ProgramRegistry(null, foreign);
  for (const entry of entries) registry.add(entry);
  return registry;
}
