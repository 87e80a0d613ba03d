/** Names of protocols and services as Debian's /etc/protocols and /etc/services have them, for rules. */

const PROTOCOLS: readonly (readonly [name: string, number: number])[] = [
  ['icmp', 1],
  ['igmp', 2],
  ['ggp', 3],
  ['ipencap', 4],
  ['st', 5],
  ['tcp', 6],
  ['egp', 8],
  ['igp', 9],
  ['pup', 12],
  ['udp', 17],
  ['hmp', 20],
  ['xns-idp', 22],
  ['rdp', 27],
  ['iso-tp4', 29],
  ['dccp', 33],
  ['xtp', 36],
  ['ddp', 37],
  ['idpr-cmtp', 38],
  ['ipv6', 41],
  ['ipv6-route', 43],
  ['ipv6-frag', 44],
  ['idrp', 45],
  ['rsvp', 46],
  ['gre', 47],
  ['esp', 50],
  ['ah', 51],
  ['skip', 57],
  ['ipv6-icmp', 58],
  ['ipv6-nonxt', 59],
  ['ipv6-opts', 60],
  ['rspf', 73],
  ['vmtp', 81],
  ['eigrp', 88],
  ['ospf', 89],
  ['ax.25', 93],
  ['ipip', 94],
  ['etherip', 97],
  ['encap', 98],
  ['pim', 103],
  ['ipcomp', 108],
  ['vrrp', 112],
  ['l2tp', 115],
  ['isis', 124],
  ['sctp', 132],
  ['fc', 133],
  ['mobility-header', 135],
  ['udplite', 136],
  ['mpls-in-ip', 137],
  ['manet', 138],
  ['hip', 139],
  ['shim6', 140],
  ['wesp', 141],
  ['rohc', 142],
  ['ethernet', 143],
];
/** Names that only reading knows. */
const PROTOCOL_ALIASES: Readonly<Record<string, number>> = { all: 0, ip: 0, hopopt: 0, icmpv6: 58, mh: 135 };

/** The number of a protocol's name. */
export function protocolNumber(name: string): number | undefined {
  return PROTOCOLS.find(([known]) => known === name)?.[1] ?? PROTOCOL_ALIASES[name];
}

/** The name of a protocol's number. */
export function protocolName(number: number): string | undefined {
  return PROTOCOLS.find(([, known]) => known === number)?.[0];
}

/** Services with the protocols that have them under this name: t for TCP, u for UDP. */
const SERVICES: readonly (readonly [name: string, port: number, protocols: string])[] = [
  ['tcpmux', 1, 't'],
  ['echo', 7, 'tu'],
  ['discard', 9, 'tu'],
  ['systat', 11, 't'],
  ['daytime', 13, 'tu'],
  ['netstat', 15, 't'],
  ['qotd', 17, 't'],
  ['chargen', 19, 'tu'],
  ['ftp-data', 20, 't'],
  ['ftp', 21, 't'],
  ['ssh', 22, 't'],
  ['telnet', 23, 't'],
  ['smtp', 25, 't'],
  ['time', 37, 'tu'],
  ['whois', 43, 't'],
  ['tacacs', 49, 'tu'],
  ['domain', 53, 'tu'],
  ['bootps', 67, 'u'],
  ['bootpc', 68, 'u'],
  ['tftp', 69, 'u'],
  ['gopher', 70, 't'],
  ['finger', 79, 't'],
  ['http', 80, 't'],
  ['kerberos', 88, 'tu'],
  ['iso-tsap', 102, 't'],
  ['acr-nema', 104, 't'],
  ['pop3', 110, 't'],
  ['sunrpc', 111, 'tu'],
  ['auth', 113, 't'],
  ['nntp', 119, 't'],
  ['ntp', 123, 'u'],
  ['epmap', 135, 't'],
  ['netbios-ns', 137, 'u'],
  ['netbios-dgm', 138, 'u'],
  ['netbios-ssn', 139, 't'],
  ['imap2', 143, 't'],
  ['snmp', 161, 'tu'],
  ['snmp-trap', 162, 'tu'],
  ['cmip-man', 163, 'tu'],
  ['cmip-agent', 164, 'tu'],
  ['mailq', 174, 't'],
  ['xdmcp', 177, 'u'],
  ['bgp', 179, 't'],
  ['smux', 199, 't'],
  ['qmtp', 209, 't'],
  ['z3950', 210, 't'],
  ['ipx', 213, 'u'],
  ['ptp-event', 319, 'u'],
  ['ptp-general', 320, 'u'],
  ['pawserv', 345, 't'],
  ['zserv', 346, 't'],
  ['rpc2portmap', 369, 'tu'],
  ['codaauth2', 370, 'tu'],
  ['clearcase', 371, 'u'],
  ['ldap', 389, 'tu'],
  ['svrloc', 427, 'tu'],
  ['https', 443, 'tu'],
  ['snpp', 444, 't'],
  ['microsoft-ds', 445, 'tu'],
  ['kpasswd', 464, 'tu'],
  ['submissions', 465, 't'],
  ['saft', 487, 't'],
  ['isakmp', 500, 'u'],
  ['rtsp', 554, 'tu'],
  ['nqs', 607, 't'],
  ['asf-rmcp', 623, 'u'],
  ['qmqp', 628, 't'],
  ['ipp', 631, 't'],
  ['ldaps', 636, 'tu'],
  ['openvpn', 1194, 'tu'],
  ['ms-sql-s', 1433, 't'],
  ['nfs', 2049, 'tu'],
  ['mysql', 3306, 't'],
  ['ms-wbt-server', 3389, 't'],
  ['postgresql', 5432, 't'],
  ['sip', 5060, 'tu'],
  ['http-alt', 8080, 'tu'],
];
const SERVICE_ALIASES: Readonly<Record<string, string>> = {
  mail: 'smtp',
  www: 'http',
  'pop-3': 'pop3',
  portmapper: 'sunrpc',
  imap: 'imap2',
  bootp: 'bootps',
};

function protocolLetter(protocol: string): string {
  return protocol === '' ? '' : protocol.charAt(0);
}

/** The port of a service's name; '' for any protocol. */
export function servicePort(name: string, protocol: 'tcp' | 'udp' | ''): number | undefined {
  const known = SERVICE_ALIASES[name] ?? name;
  return SERVICES.find(
    ([service, , protocols]) => service === known && protocols.includes(protocolLetter(protocol)),
  )?.[1];
}

/** The service at a port. */
export function serviceName(port: number, protocol: 'tcp' | 'udp' | ''): string | undefined {
  return SERVICES.find(([, known, protocols]) => known === port && protocols.includes(protocolLetter(protocol)))?.[0];
}
