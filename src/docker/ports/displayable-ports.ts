/** The PORTS column of `docker ps`: twin of docker/cli's formatter.DisplayablePorts. */
import { bracketed } from './ip-text.ts';
import type { MappedPort } from './mapped-port.ts';

/** What stands under one heading: the ports of a protocol that are not published, or published alike on one address. */
interface Group {
  first: number;
  last: number;
}

/**
 * Ports in one line. Those whose number is the same outside and inside are put together with their neighbours, also
 * over the ports of other groups in between; all others stand one by one behind them. Newer clients put addresses of
 * IPv6 in brackets.
 */
export function displayablePorts(ports: readonly MappedPort[], hasBrackets = false): string {
  const groups = new Map<string, Group>();
  const closed: string[] = [];
  const single: string[] = [];
  const shown = hasBrackets ? ports.map((port) => ({ ...port, ip: bracketed(port.ip) })) : ports;
  for (const port of [...shown].sort(comparePorts)) {
    if (port.ip !== '' && port.publicPort !== port.privatePort) {
      single.push(`${port.ip}:${port.publicPort}->${port.privatePort}/${port.protocol}`);
      continue;
    }
    const key = port.ip === '' ? port.protocol : `${port.ip}/${port.protocol}`;
    const group = groups.get(key);
    if (group?.last === port.privatePort - 1) {
      group.last = port.privatePort;
      continue;
    }
    if (group !== undefined) closed.push(groupText(key, group));
    groups.set(key, { first: port.privatePort, last: port.privatePort });
  }
  const open = [...groups].map(([key, group]) => groupText(key, group));
  return [...closed, ...open, ...single].join(', ');
}

function groupText(key: string, group: Group): string {
  const numbers = group.first === group.last ? String(group.first) : `${group.first}-${group.last}`;
  const slash = key.indexOf('/');
  if (slash < 0) return `${numbers}/${key}`;
  return `${key.slice(0, slash)}:${numbers}->${numbers}/${key.slice(slash + 1)}`;
}

/** By the port inside, then by address, the port outside and the protocol. */
function comparePorts(left: MappedPort, right: MappedPort): number {
  return (
    left.privatePort - right.privatePort ||
    compareText(left.ip, right.ip) ||
    left.publicPort - right.publicPort ||
    compareText(left.protocol, right.protocol)
  );
}

function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
