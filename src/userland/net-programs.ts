/** The programs that talk over the network, but for ping: on a Debian host and in images made of busybox. */
import type { ProgramEntry } from '../kernel/proc/program-registry.ts';
import { DIG } from './bind/dig.ts';
import { HOST } from './bind/host.ts';
import { NSLOOKUP } from './bind/nslookup.ts';
import { BUSYBOX_NSLOOKUP } from './dns/busybox-nslookup.ts';
import { DNS_SERVER } from './dns/dns-server.ts';
import { GETENT } from './dns/getent.ts';
import { SS } from './ss/ss.ts';
import { OPENBSD_NC } from './nc/nc.ts';
import { HABETS_ARPING } from './arping/arping.ts';
import { BUSYBOX_HTTPD } from './busybox/httpd.ts';
import { busyboxNc } from './busybox/nc.ts';
import { busyboxWget } from './busybox/wget.ts';
import { BUSYBOX_ARPING } from './arping/busybox.ts';
import { IPERF3 } from './iperf3/iperf3.ts';
import { REDIS_PROGRAMS } from './redis/redis.ts';
import { POSTGRES_PROGRAMS } from './postgres/postgres.ts';
import { IPSET } from './ipset.ts';
import { KMOD_PROGRAMS } from './kmod.ts';
import { IPTABLES_PROGRAMS } from './iptables.ts';
import { CONNTRACK } from './conntrack.ts';
import { curl } from './curl/curl.ts';
import { ECHO_SERVER } from './echo-server.ts';
import { ETHTOOL } from './ethtool.ts';
import { PYTHON3 } from './python3.ts';
import { resolveHost, resolveIp4Host } from './resolve.ts';
import { BUSYBOX_TELNET } from './telnet/busybox.ts';
import { INETUTILS_TELNET } from './telnet/inetutils.ts';
import { TCPUDP } from './tcpudp/tcpudp.ts';
import { TCPDUMP } from './tcpdump/tcpdump.ts';
import { BUSYBOX_TRACEROUTE } from './traceroute/busybox.ts';
import { TRACEROUTE } from './traceroute/traceroute.ts';
import { gnuWget } from './wget/wget.ts';

/** It asks for addresses of both families. */
export const CURL = curl(resolveHost);

/** It does, too, unless it is told otherwise. */
export const WGET = gnuWget({ any: resolveHost, ip4: resolveIp4Host });

/** So does that of busybox. */
export const BUSYBOX_WGET = busyboxWget(resolveHost);

export const HOST_NET_PROGRAMS: readonly ProgramEntry[] = [
  TCPDUMP,
  ETHTOOL,
  TCPUDP,
  INETUTILS_TELNET,
  PYTHON3,
  TRACEROUTE,
  ...IPTABLES_PROGRAMS,
  ...KMOD_PROGRAMS,
  IPSET,
  CONNTRACK,
  CURL,
  WGET,
  HABETS_ARPING,
  OPENBSD_NC,
  IPERF3,
  ...REDIS_PROGRAMS,
  ...POSTGRES_PROGRAMS,
  SS,
  DNS_SERVER,
  ECHO_SERVER,
  GETENT,
  DIG,
  HOST,
  NSLOOKUP,
];

export const BUSYBOX_NET_PROGRAMS: readonly ProgramEntry[] = [
  BUSYBOX_NSLOOKUP,
  BUSYBOX_ARPING,
  BUSYBOX_HTTPD,
  busyboxNc(resolveHost),
  BUSYBOX_WGET,
  BUSYBOX_TRACEROUTE,
  BUSYBOX_TELNET,
];
