/** Addresses and names of hosts as docker/cli's opts package reads them (hosts.go, opts.go). */
import { canonicalIp } from '../../ports/ip-text.ts';
import { goQuote } from './go-quote.ts';
import type { Value } from './value.ts';
import { fault, good, isFault } from './value.ts';

/** Stands in `--add-host` for the address of the host itself. */
export const HOST_GATEWAY = 'host-gateway';

const LABEL = String.raw`(:?[a-zA-Z0-9]|(:?[a-zA-Z0-9][a-zA-Z0-9\-]*[a-zA-Z0-9]))`;
/** The colons are the original's: they are meant as `?:`. */
const DOMAIN = new RegExp(String.raw`^(:?${LABEL}(:?\.${LABEL})*)\.?[\t\n\f\r ]*$`);
const DOMAIN_LENGTH_MAX = 254;

const OCTETS = [6, 8, 20];

/** Gives the address in its usual spelling. */
export function parseIpAddress(text: string): Value<string> {
  const address = canonicalIp(text.trim());
  return address === undefined ? fault(`${text} is not an ip address`) : good(address);
}

/** `name:address`; an IPv6 address has colons of its own. */
export function parseExtraHost(text: string): Value<{ readonly name: string; readonly address: string }> {
  const colon = text.indexOf(':');
  if (colon <= 0) return fault(`bad format for add-host: ${goQuote(text)}`);
  const [name, address] = [text.slice(0, colon), text.slice(colon + 1)];
  if (address !== HOST_GATEWAY && isFault(parseIpAddress(address))) {
    return fault(`invalid IP address in add-host: ${goQuote(address)}`);
  }
  return good({ name, address });
}

/** A domain for resolv.conf, without the dot at its end; `.` alone stands for none. */
export function parseDnsSearch(text: string): Value<string> {
  const domain = text.replace(/^ +| +$/g, '');
  if (domain === '.') return good(domain);
  const match = /[a-zA-Z]/.test(domain) ? DOMAIN.exec(domain) : null;
  if (match === null || match[1]!.length > DOMAIN_LENGTH_MAX) return fault(`${domain} is not a valid domain`);
  return good(match[1]!);
}

/** What net.ParseMAC takes, as typed: 6, 8 or 20 octets with colons or dashes, or in groups of four with dots. */
export function parseMacAddress(text: string): Value<string> {
  const trimmed = text.trim();
  const groups = trimmed.split(/[:-]/);
  const isUniform = !(trimmed.includes(':') && trimmed.includes('-'));
  const isPairs = isUniform && OCTETS.includes(groups.length) && groups.every((group) => /^[\da-f]{2}$/i.test(group));
  const quads = trimmed.split('.');
  const isQuads = OCTETS.includes(quads.length * 2) && quads.every((quad) => /^[\da-f]{4}$/i.test(quad));
  return isPairs || isQuads ? good(text) : fault(`${text} is not a valid mac address`);
}
