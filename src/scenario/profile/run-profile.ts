/** What a run knows that its captures do not tell: names, keys, ports. */
import type { Ip4 } from '../../base/addr.ts';
import { espSaLines } from '../../kernel/xfrm/esp-keys.ts';
import type { HostSetup } from '../host-setup.ts';
import type { Lab } from '../lab.ts';
import type { Plan } from '../plan.ts';
import { profileFiles } from './profile.ts';

/** Collects in the course of a run, since containers and machines go before its end. */
export class RunProfile {
  private readonly names: { readonly address: Ip4; readonly name: string }[];
  private readonly known = new Set<string>();
  private readonly setups: readonly HostSetup[];

  /** `setups` grows with every machine that is set up anew. */
  constructor(plan: Plan, setups: readonly HostSetup[]) {
    this.names = plan.hosts.flatMap(({ name, interfaces }) => {
      return interfaces.flatMap(({ addresses }) => addresses.map(({ address }) => ({ address, name })));
    });
    this.setups = setups;
  }

  /** Looks which containers there are now. */
  look(): void {
    for (const { engine } of this.setups) {
      for (const { name, sandbox } of engine?.containers.values() ?? []) {
        for (const { address } of sandbox?.endpoints ?? []) if (address !== null) this.note(address, name);
      }
    }
  }

  /** The files by their names; none where captures hold nothing that needs them. */
  files(lab: Lab): ReadonlyMap<string, string> {
    const engines = this.setups.flatMap(({ engine }) => (engine === null ? [] : [engine]));
    const gossipKeys = engines.flatMap((engine) => engine.gossipKeys.keys());
    const espSas = espSaLines([...lab.retired, ...lab.hosts]);
    if (gossipKeys.length === 0 && espSas.length === 0) return new Map();
    const vxlanPorts = engines.flatMap(({ cluster }) => (cluster === null ? [] : [cluster.dataPathPort]));
    return profileFiles({ names: this.names, gossipKeys, espSas, vxlanPorts });
  }

  private note(address: Ip4, name: string): void {
    const both = `${address} ${name}`;
    if (this.known.has(both)) return;
    this.known.add(both);
    this.names.push({ address, name });
  }
}
