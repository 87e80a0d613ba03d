/**
 * What the client makes of the options before the command when it starts: the level of its log, and which engine it is
 * to talk to. Twin of docker/cli's cli/command/cli.go and opts/hosts.go. There is one engine here, the host's own.
 */
import type { Lack } from './command.ts';
import type { Flags } from './flags.ts';
import { goQuote } from './values/go-quote.ts';

/** logrus.ParseLevel, whatever the case. */
const LOG_LEVELS = ['panic', 'fatal', 'error', 'warn', 'warning', 'info', 'debug', 'trace'];
const PROTOCOLS = ['unix', 'tcp', 'npipe', 'fd', 'ssh'];
/** Ways to say where the engine listens anyway. */
const OWN_ENGINE = ['', 'unix://', 'unix:///var/run/docker.sock', 'unix:///run/docker.sock'];
const UNRESOLVED = 'unable to resolve docker endpoint: ';

/** What the client finds wrong. */
export function endpointFault(flags: Flags): string | undefined {
  const level = flags.text('log-level') ?? '';
  if (level !== '' && !LOG_LEVELS.includes(level.toLowerCase())) return `Unable to parse logging level: ${level}`;
  const context = flags.text('context') ?? '';
  if (context !== '' && flags.isGiven('host')) {
    return 'Conflicting options: either specify --host or --context, not both';
  }
  if (context !== '' && context !== 'default') return `${UNRESOLVED}context "${context}" does not exist`;
  const why = hostFault(flags.texts('host')) ?? certificateFault(flags);
  return why && `${UNRESOLVED}${why}`;
}

function hostFault(hosts: readonly string[]): string | undefined {
  if (hosts.length > 1) return 'Please specify only one -H';
  const host = (hosts[0] ?? '').trim();
  const [protocol, address] = host.includes('://') ? splitProtocol(host) : ['tcp', host];
  if (!PROTOCOLS.includes(protocol)) return `Invalid bind address format: ${host}`;
  const port = protocol === 'tcp' ? /:([^\]:/]*[^\]:/\d][^\]:/]*)(?:\/|$)/.exec(address) : null;
  return port && address !== ''
    ? `parse ${goQuote(`tcp://${address}`)}: invalid port ":${port[1]!}" after host`
    : undefined;
}

function splitProtocol(host: string): [protocol: string, address: string] {
  const end = host.indexOf('://');
  return [host.slice(0, end), host.slice(end + '://'.length)];
}

/** No host has certificates; asked to use them, the client looks for the authority's first. */
function certificateFault(flags: Flags): string | undefined {
  if (!flags.isSet('tls') && !flags.isGiven('tlsverify')) return undefined;
  return `open ${flags.text('tlscacert') ?? '/root/.docker/ca.pem'}: no such file or directory`;
}

/** Another engine than the host's own. */
export function endpointLack(flags: Flags): Lack | undefined {
  const other = flags.texts('host').find((host) => !OWN_ENGINE.includes(host.trim()));
  if (other === undefined) return undefined;
  const supported = 'the engine of this host, unix:///var/run/docker.sock';
  return { name: `docker --host ${other}`, supported, argIndex: flags.indexOf('host') ?? 0 };
}
