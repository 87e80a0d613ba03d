/** Names of ports and of vendors, as tcpdump shows them without -n: a few lines of a Debian host's /etc/services. */

const SERVICES = `ftp 21 tcp, ssh 22 tcp, telnet 23 tcp, smtp 25 tcp, domain 53 tcp, domain 53 udp, bootps 67 udp,
  bootpc 68 udp, tftp 69 udp, http 80 tcp, kerberos 88 tcp, kerberos 88 udp, pop3 110 tcp, sunrpc 111 tcp,
  sunrpc 111 udp, ntp 123 udp, netbios-ns 137 udp, imap2 143 tcp, snmp 161 tcp, snmp 161 udp, snmp-trap 162 udp,
  bgp 179 tcp, ldap 389 tcp, https 443 tcp, https 443 udp, microsoft-ds 445 tcp, isakmp 500 udp, syslog 514 udp,
  submission 587 tcp, ldaps 636 tcp, domain-s 853 tcp, imaps 993 tcp, pop3s 995 tcp, openvpn 1194 tcp,
  openvpn 1194 udp, radius 1812 udp, nfs 2049 tcp, nfs 2049 udp, mysql 3306 tcp, ipsec-nat-t 4500 udp,
  postgresql 5432 tcp, mdns 5353 udp, x11 6000 tcp, http-alt 8080 tcp, amqp 5672 tcp`;

const BY_PORT: ReadonlyMap<string, string> = new Map(
  SERVICES.split(/,\s*/).map((entry): [string, string] => {
    const [name, port, protocol] = entry.split(' ');
    return [`${port!}/${protocol!}`, name!];
  }),
);

/** The name of a port, or its number. */
export function serviceName(port: number, protocol: 'udp' | 'tcp'): string {
  return BY_PORT.get(`${port}/${protocol}`) ?? String(port);
}

/** Vendors by the upper three bytes of a MAC, of the few that tcpdump knows; no emulated interface has another. */
export function vendorName(mac: number): string {
  return Math.floor(mac / 0x100_0000) === 0 ? 'Ethernet' : 'Unknown';
}
