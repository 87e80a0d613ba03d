/** The manager that a node is to join: where it is, and from where this machine would talk to it. */
import type { Ip4 } from '../../base/addr.ts';
import { formatIp4, parseIp4 } from '../../base/addr.ts';
import { getRoute } from '../../kernel/show/ip-route-get.ts';
import { PLAIN } from '../../kernel/show/options.ts';
import type { Engine } from '../engine.ts';
import { DaemonError } from '../errors.ts';
import type { HostPort } from './listen-addr.ts';
import { DEFAULT_SWARM_PORT, formatHostPort, splitHostPort } from './listen-addr.ts';

/** Reads `HOST[:PORT]`; a name is looked for in the machine's own file. Throws a DaemonError. */
export function remoteAddress(engine: Engine, text: string): HostPort {
  const { host, port } = splitHostPort(text) ?? { host: text, port: String(DEFAULT_SWARM_PORT) };
  const address = parseIp4(host) ?? addressOfName(engine, host);
  if (address === undefined) throw unreachable(`dial udp: lookup ${host}: no such host`);
  return { host: address, port: Number(port) };
}

/** The source of the way there, as a datagram socket would get it. Throws a DaemonError where there is no way. */
export function localAddress(engine: Engine, remote: HostPort): Ip4 {
  const { stdout } = getRoute(engine.host.rootNs, [formatIp4(remote.host)], { ...PLAIN, json: true });
  const [route] = stdout === '' ? [] : (JSON.parse(stdout) as { readonly prefsrc?: string }[]);
  const address = route?.prefsrc === undefined ? undefined : parseIp4(route.prefsrc);
  if (address !== undefined) return address;
  throw unreachable(`dial udp ${formatHostPort(remote)}: connect: network is unreachable`);
}

function unreachable(reason: string): DaemonError {
  return new DaemonError(`could not find local IP address: ${reason}`);
}

function addressOfName(engine: Engine, name: string): Ip4 | undefined {
  const lines = (engine.host.files.read('/etc/hosts') ?? '').split('\n');
  const line = lines.find((each) => !each.startsWith('#') && each.trim().split(/\s+/).slice(1).includes(name));
  return line === undefined ? undefined : parseIp4(line.trim().split(/\s+/)[0]!);
}
