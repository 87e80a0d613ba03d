/** `ip netns list` (iproute2: ipnetns.c). */
import type { Netns } from '../netns.ts';
import { listedNamespaces, NSID_NOT_ASSIGNED, peernetToId } from '../netns-id.ts';
import type { ShowOptions } from './options.ts';
import { PLAIN } from './options.ts';
import { Printer } from './printer.ts';

/** The named namespaces, the newest first, with the numbers that `ns` has for them; null for the bare names. */
export function showNetns(ns: Netns, options: ShowOptions | null): string {
  const printer = new Printer(options ?? PLAIN);
  for (const other of listedNamespaces(ns)) {
    printer.openObject();
    printer.field('name', other.name, other.name);
    const id = peernetToId(ns, other);
    if (options !== null && id !== NSID_NOT_ASSIGNED) printer.field('id', id, ` (id: ${id})`);
    printer.text('\n');
    printer.close();
  }
  return printer.toString();
}
