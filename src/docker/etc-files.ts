/**
 * The texts of the three files that the engine writes into a container: `/etc/hosts`, `/etc/hostname`,
 * `/etc/resolv.conf`. Twin of libnetwork's etchosts and resolvconf.
 */
const STANDARD_HOSTS = `127.0.0.1	localhost
::1	localhost ip6-localhost ip6-loopback
fe00::0	ip6-localnet
ff00::0	ip6-mcastprefix
ff02::1	ip6-allnodes
ff02::2	ip6-allrouters
`;

/** What a container asks when its host has no name server that it could reach. */
const DEFAULT_IP4_SERVERS = ['nameserver 8.8.8.8', 'nameserver 8.8.4.4'];
const DEFAULT_IP6_SERVERS = ['nameserver 2001:4860:4860::8888', 'nameserver 2001:4860:4860::8844'];

const LOCALHOST_SERVER = /^nameserver\s+(?:127\.(?:\d{1,3}\.){2}\d{1,3}|::1$)\s*/gm;
const IP6_SERVER = /^nameserver\s+(?:[\dA-Fa-f]{0,4}:){2,7}[\dA-Fa-f]{0,4}(?:%\w+)?\s*/gm;
const ANY_SERVER = /^\s*nameserver\s*([\d.]+|[\dA-Fa-f]*:[\dA-Fa-f:]*(?:%\w+)?)\s*$/;

/** `/etc/hosts` before a network is joined, with the lines of `--add-host` and links: address, then names. */
export function hostsText(extraHosts: readonly (readonly [address: string, names: string])[]): string {
  return STANDARD_HOSTS + extraHosts.map(([address, names]) => hostsLine(address, names)).join('');
}

export function hostsLine(address: string, names: string): string {
  return `${address}\t${names}\n`;
}

/** The names of a container's own lines: the whole name, and its first part if it has several. */
export function ownHostNames(hostname: string, domainname: string): string {
  const whole = domainname === '' ? hostname : `${hostname}.${domainname}`;
  const dot = whole.indexOf('.');
  return dot < 0 ? whole : `${whole} ${whole.slice(0, dot)}`;
}

/** The text without the lines of these names, and without empty lines; comments stay. Twin of etchosts.Delete. */
export function withoutNames(hosts: string, names: readonly string[]): string {
  if (names.length === 0) return hosts;
  const isKept = (line: string): boolean =>
    line !== '' && (line.startsWith('#') || !names.some((name) => line.endsWith(`\t${name}`)));
  return hosts
    .split('\n')
    .filter(isKept)
    .map((line) => `${line}\n`)
    .join('');
}

export function hostnameText(hostname: string): string {
  return `${hostname}\n`;
}

/** What is said in a resolv.conf. */
export interface ResolvConf {
  readonly servers: readonly string[];
  readonly search: readonly string[];
  readonly options: readonly string[];
}

/** Without comments; of several `search` or `options` lines the last one counts. */
export function parseResolvConf(text: string): ResolvConf {
  return { servers: nameservers(text), search: lastLine(text, 'search'), options: lastLine(text, 'options') };
}

/** Twin of resolvconf.Build. */
export function formatResolvConf({ servers, search, options }: ResolvConf): string {
  const searchText = search.join(' ').trim();
  const optionsText = options.join(' ').trim();
  const lines = servers.map((server) => `nameserver ${server}`);
  if (search.length > 0 && searchText !== '.') lines.unshift(`search ${search.join(' ')}`);
  if (optionsText !== '') lines.push(`options ${options.join(' ')}`);
  return lines.map((line) => `${line}\n`).join('');
}

/** The servers named in a resolv.conf, as written. */
export function nameservers(resolvConf: string): string[] {
  const servers: string[] = [];
  for (const line of linesWithoutComments(resolvConf)) {
    const match = ANY_SERVER.exec(line);
    if (match !== null) servers.push(match[1]!);
  }
  return servers;
}

function lastLine(text: string, keyword: string): string[] {
  const pattern = new RegExp(`^\\s*${keyword}\\s*(.*)$`);
  const matches = linesWithoutComments(text).map((line) => pattern.exec(line));
  const last = matches.findLast((match) => match !== null);
  return (last?.[1] ?? '').split(/\s+/).filter((word) => word !== '');
}

function linesWithoutComments(text: string): string[] {
  return text.split('\n').map((line) => line.split('#', 1)[0]!);
}

/** Twin of FilterResolvDNS: takes out loopback servers, and IPv6 ones unless wanted; adds the defaults to none. */
export function filterResolvConf(text: string, isIp6Wanted: boolean): string {
  let filtered = text.replaceAll(LOCALHOST_SERVER, '');
  if (!isIp6Wanted) filtered = filtered.replaceAll(IP6_SERVER, '');
  if (nameservers(filtered).length > 0) return filtered;
  const defaults = isIp6Wanted ? [...DEFAULT_IP4_SERVERS, ...DEFAULT_IP6_SERVERS] : DEFAULT_IP4_SERVERS;
  return `${filtered}\n${defaults.join('\n')}`;
}
