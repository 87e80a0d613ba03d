/** The images that a scenario defines: busybox with a server that listens as the file says. */
import { BUSYBOX_APPLETS } from '../userland/busybox/applets.ts';
import type { Image } from '../docker/images.ts';
import { DEFAULT_PATH, parseReference } from '../docker/images.ts';
import { ProgramRegistry } from '../kernel/proc/program-registry.ts';
import { listenerProgram } from '../userland/listeners.ts';
import { busyboxPrograms } from '../userland/registry.ts';
import type { PlanImage } from './plan.ts';

const SIZE_BYTES = 8_254_032;

export function ownImages(planned: readonly PlanImage[]): Image[] {
  return planned.map(({ name, listen }) => {
    const reference = parseReference(name);
    const familiar = typeof reference === 'string' ? name : reference.name;
    // What `docker ps` shows as its command: the last part of the name.
    const server = familiar.slice(familiar.lastIndexOf('/') + 1);
    const programs = new ProgramRegistry(busyboxPrograms());
    programs.add(listenerProgram(server, listen));
    const tag = typeof reference === 'string' ? 'latest' : reference.tagged.slice(familiar.length + 1);
    return {
      name: familiar,
      tag,
      command: [server],
      env: [DEFAULT_PATH],
      exposedPorts: listen.map(({ protocol, port }) => `${port}/${protocol}`),
      programs,
      realPrograms: BUSYBOX_APPLETS,
      sizeBytes: SIZE_BYTES,
    };
  });
}
