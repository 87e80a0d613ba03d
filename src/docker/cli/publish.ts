/** `-p`, `-P` and `--expose` of `docker run` and `docker create`. */
import type { Firewall } from '../firewall/firewall.ts';
import type { ContainerPorts } from '../ports/port-spec.ts';
import { readPorts } from '../ports/port-spec.ts';
import type { Lack } from './command.ts';
import type { Flags } from './flags.ts';

/** The ports that the options name. A string is what the client finds wrong with them. */
export function portsOf(flags: Flags): ContainerPorts | string {
  return readPorts(flags.texts('publish'), flags.texts('expose'));
}

/**
 * What an engine lacks whose firewall brings nothing in: publishing where something would really be published. On the
 * host's own network it is of no use in Docker, either, and on `none` of no effect.
 */
export function publishLack(flags: Flags, firewall: Pick<Firewall, 'canPublish'>, typed: string): Lack | undefined {
  if (firewall.canPublish || /^(?:host|none|container:.*)$/.test(flags.texts('network')[0] ?? '')) return undefined;
  const ports = portsOf(flags);
  if (typeof ports === 'string') return undefined;
  const supported = '--expose, and the ports of containers on --network host';
  if (ports.bindings.size > 0) {
    const option = flags.texts('publish').at(-1)!;
    return { name: `${typed} --publish ${option}`, supported, argIndex: flags.indexOf('publish') ?? 0 };
  }
  if (!flags.isSet('publish-all') || ports.exposed.size === 0) return undefined;
  const name = `${typed} --publish-all with exposed ports`;
  return { name, supported, argIndex: flags.indexOf('publish-all') ?? 0 };
}
