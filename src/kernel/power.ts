/** The power of a machine goes: nobody says goodbye, and whatever it held is lost. */
import { Drop } from '../link/drop.ts';
import { devDelete } from './dev/dev-ops.ts';
import type { Host } from './host.ts';
import { nfConntrackCleanupNet } from './nf/conntrack/hooks.ts';

/** Ends all that runs and waits on a machine, which is of no use any more. Its cables are unplugged by then. */
export function powerOff(host: Host): void {
  for (const proc of host.processes.all) proc.kill('SIGKILL');
  host.backlog.dropAll(Drop.X_POWER_OFF);
  for (const ns of [...host.namespaces.values(), host.rootNs]) {
    for (const dev of ns.listDevices()) {
      // with a veth its other end has gone, too
      if (ns.deviceByName(dev.name) === dev) devDelete(dev);
    }
    ns.frags.dispose(ns);
    nfConntrackCleanupNet(ns);
  }
  host.namespaces.clear();
}
