/**
 * `/etc/hosts` and `/etc/resolv.conf` of one sandbox: written when it is made, changed as endpoints join and leave.
 * Twin of libnetwork's sandbox_dns_unix.go.
 */
import type { Ip4 } from '../base/addr.ts';
import { formatIp4 } from '../base/addr.ts';
import type { Files } from '../kernel/proc/files.ts';
import {
  filterResolvConf,
  formatResolvConf,
  hostsLine,
  hostsText,
  nameservers,
  ownHostNames,
  parseResolvConf,
  withoutNames,
} from './etc-files.ts';

const HOSTS = '/etc/hosts';
const RESOLV_CONF = '/etc/resolv.conf';
/** Where systemd-resolved names the servers behind its own one (resolvconf: alternatePath). */
const RESOLVED_RESOLV_CONF = '/run/systemd/resolve/resolv.conf';
const RESOLVED_SERVER = '127.0.0.53';
/** Where the embedded DNS server answers, and what it wants asked without a search list first (resolver.go). */
const EMBEDDED_SERVER = '127.0.0.11';
const EMBEDDED_OPTION = 'ndots:0';
const VALID_NDOTS = /^[^:]*:\+?\d+$/;

/** What the container's configuration says of its files. */
export interface FileWishes {
  readonly hostname: string;
  readonly domainname: string;
  /** Addresses and names: `--add-host`, and links. */
  readonly extraHosts: readonly (readonly [address: string, names: string])[];
  readonly dns: readonly string[];
  readonly dnsSearch: readonly string[];
  readonly dnsOptions: readonly string[];
  /** `--network host`: the host's own files. */
  readonly isHostNetwork: boolean;
  /** Its own network's names are resolved by the engine, which can reach what only the host reaches. */
  readonly hasEmbeddedDns: boolean;
}

/** What the embedded DNS server of a sandbox has to know of its configuration. */
export interface ResolverSettings {
  readonly servers: readonly string[];
  /** What the container would ask without it. */
  readonly defaultServers: readonly string[];
  /** They are the host's, not chosen for the container. */
  readonly areHosts: boolean;
  /** `--dns`, `--dns-search` or `--dns-opt`. */
  readonly hasWishes: boolean;
  /** Somebody has said something about ndots. */
  readonly hasNdots: boolean;
}

export class SandboxFiles {
  private readonly files: Files;
  private readonly host: Files;
  private readonly wishes: FileWishes;
  /** The resolv.conf as the engine wrote it last: one that somebody else has changed is left alone. */
  private ownResolvConf: string | null = null;
  private hasResolver = false;
  /** Where the embedded server asks, from before what the container cannot reach was taken out. */
  private externalServers: readonly string[] = [];

  /** `files` are the container's, `host` the host's. */
  constructor(files: Files, host: Files, wishes: FileWishes) {
    this.files = files;
    this.host = host;
    this.wishes = wishes;
    this.setUpHosts();
    this.setUpResolvConf();
  }

  /** Adds a line for the container itself. */
  addAddress(address: Ip4): void {
    if (this.wishes.isHostNetwork) return;
    const names = ownHostNames(this.wishes.hostname, this.wishes.domainname);
    this.files.append(HOSTS, hostsLine(formatIp4(address), names));
  }

  /** Adds a line for another container. */
  addLine(address: string, names: string): void {
    this.files.append(HOSTS, hostsLine(address, names));
  }

  /** Takes the lines for the container itself with this address out again. */
  deleteAddress(address: Ip4): void {
    const own = hostsLine(formatIp4(address), ownHostNames(this.wishes.hostname, this.wishes.domainname));
    const text = this.files.read(HOSTS);
    if (text !== undefined) this.files.write(HOSTS, text.replaceAll(own, ''));
  }

  deleteNames(names: readonly string[]): void {
    const text = this.files.read(HOSTS);
    if (text !== undefined && names.length > 0) this.files.write(HOSTS, withoutNames(text, names));
  }

  /** Gives the linked container of that alias another address. Twin of etchosts.Update. */
  updateAlias(address: string, alias: string): void {
    const quoted = alias.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
    const text = this.files.read(HOSTS) ?? '';
    this.files.write(HOSTS, text.replaceAll(new RegExp(`(\\S*)(\\t${quoted})(\\s|\\.)`, 'g'), `${address}$2$3`));
  }

  /** An endpoint without IPv6 joins. */
  updateResolvConf(): void {
    if (this.wishes.isHostNetwork || this.hasDnsWishes()) return;
    const text = this.files.read(RESOLV_CONF) ?? '';
    if (text === this.ownResolvConf) this.writeResolvConf(filterResolvConf(text, false));
  }

  /**
   * The first endpoint with names has its interface: from now on the container asks the embedded server. Answers what
   * that one has to know; undefined if it is there already, or cannot be.
   */
  startResolver(): ResolverSettings | undefined {
    if (this.hasResolver) return undefined;
    this.hasResolver = true;
    const current = parseResolvConf(this.files.read(RESOLV_CONF) ?? '');
    const servers = [EMBEDDED_SERVER, ...current.servers.filter((server) => server.includes(':'))];
    const ndots = current.options.find((option) => option.includes('ndots'));
    // A number that is none leaves the file as it is; the daemon only logs it.
    if (ndots !== undefined && !VALID_NDOTS.test(ndots)) return undefined;
    const options = ndots === undefined ? [...current.options, EMBEDDED_OPTION] : current.options;
    // Written past `ownResolvConf`, as libnetwork does past its hash: what joins later does not change it any more.
    this.files.write(RESOLV_CONF, formatResolvConf({ servers, search: current.search, options }));
    return {
      servers: this.externalServers,
      defaultServers: current.servers,
      areHosts: this.wishes.dns.length === 0,
      hasWishes: this.hasDnsWishes(),
      hasNdots: ndots !== undefined,
    };
  }

  private setUpHosts(): void {
    const { isHostNetwork, extraHosts } = this.wishes;
    const hostText = this.host.read(HOSTS) ?? '';
    this.files.write(HOSTS, isHostNetwork && extraHosts.length === 0 ? hostText : hostsText(extraHosts));
  }

  private setUpResolvConf(): void {
    const { dns, dnsSearch, dnsOptions, isHostNetwork } = this.wishes;
    const origin = this.originalResolvConf();
    if (this.hasDnsWishes()) {
      const current = parseResolvConf(origin);
      const servers = dns.length > 0 ? dns : current.servers;
      const search = dnsSearch.length > 0 ? dnsSearch : current.search;
      const options = dnsOptions.length > 0 ? dnsOptions : current.options;
      this.externalServers = servers;
      this.writeResolvConf(formatResolvConf({ servers, search, options }));
    } else {
      this.externalServers = nameservers(origin);
      this.writeResolvConf(isHostNetwork ? origin : filterResolvConf(origin, true));
    }
  }

  /** The host's, unless its only server is systemd-resolved's, which only the host and the embedded server reach. */
  private originalResolvConf(): string {
    const text = this.host.read(RESOLV_CONF) ?? '';
    const { isHostNetwork, hasEmbeddedDns } = this.wishes;
    if (isHostNetwork || hasEmbeddedDns) return text;
    const servers = nameservers(text);
    const isResolved = servers.length === 1 && servers[0] === RESOLVED_SERVER;
    return isResolved ? (this.host.read(RESOLVED_RESOLV_CONF) ?? '') : text;
  }

  private hasDnsWishes(): boolean {
    const { dns, dnsSearch, dnsOptions } = this.wishes;
    return dns.length > 0 || dnsSearch.length > 0 || dnsOptions.length > 0;
  }

  private writeResolvConf(text: string): void {
    this.files.write(RESOLV_CONF, text);
    this.ownResolvConf = text;
  }
}
