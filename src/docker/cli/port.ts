/** `docker port`: where the ports of a container are published. Twin of docker/cli's container/port.go. */
import { publishedPorts } from '../daemon/connectivity.ts';
import { DaemonError } from '../errors.ts';
import { addressText, portLines } from '../ports/mapped-port.ts';
import { PortSyntaxError, parsePortRange } from '../ports/port-range.ts';
import type { PortMap } from '../ports/port-spec.ts';
import type { Client, Command } from './command.ts';
import { daemonTextFor, orRefusal } from './command.ts';
import type { Flags } from './flags.ts';
import { PORT_FORM } from './options/container.ts';

export const PORT: Command = { ...PORT_FORM, run };

function run(client: Client, flags: Flags): number {
  const [term, wanted = ''] = flags.operands;
  const container = orRefusal(() => client.engine.getContainer(term!));
  if (container instanceof DaemonError) return fail(client, daemonTextFor(client, container, 'container', term!));
  const ports = publishedPorts(container);
  const isNewer = client.engine.version.hasDocuments29;
  const lines = wanted === '' ? portLines(ports, isNewer) : addressesOf(ports, wanted, term!, isNewer);
  if (typeof lines === 'string') return fail(client, lines);
  client.proc.write(lines.map((line) => `${line}\n`).join(''));
  return 0;
}

/** The addresses that lead to one port, or what is wrong with it. */
function addressesOf(ports: PortMap, wanted: string, term: string, isNewer: boolean): string[] | string {
  const slash = wanted.indexOf('/');
  const hasProtocol = slash >= 0 && slash < wanted.length - 1;
  const port = hasProtocol ? wanted.slice(0, slash) : wanted;
  const protocol = hasProtocol ? wanted.slice(slash + 1) : 'tcp';
  try {
    const { first, last } = port === '' ? { first: 0, last: 0 } : parsePortRange(port);
    const bindings = ports.get(first === last ? `${first}/${protocol}` : `${first}-${last}/${protocol}`) ?? [];
    if (bindings.length > 0) return bindings.map((binding) => addressText(binding, isNewer));
  } catch (error) {
    if (error instanceof PortSyntaxError) return error.message;
    throw error;
  }
  const shown = isNewer ? wanted : `${port}/${protocol}`;
  return `Error: No public port '${shown}' published for ${term}`;
}

function fail(client: Client, text: string): number {
  client.proc.writeError(`${text}\n`);
  return 1;
}
