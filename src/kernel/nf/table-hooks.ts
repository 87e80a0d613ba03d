/**
 * The tables at the hooks: while a table exists, each of its chains at a hook is asked there (Linux: iptable_filter.c
 * and its like, as base chains of nf_tables). The table nat is asked by NAT, for first packets only.
 */
import type { Frame } from '../../link/frame.ts';
import type { Netns } from '../netns.ts';
import type { NfHook, NfHookPoint, NfHookState, NfReroute, NfVerdict } from './hooks.ts';
import { NF_IP_PRI_FILTER, NF_IP_PRI_MANGLE, NF_IP_PRI_RAW } from './hooks.ts';
import { nfRegisterNetHook, nfUnregisterNetHook } from './hooks.ts';
import { nfCtNetnsGet, nfCtNetnsPut } from './conntrack/hooks.ts';
import { NatHooks } from './nat/hooks.ts';
import { tracksConnections } from './needs.ts';
import { MatchHome } from './match-home.ts';
import type { Chain } from './table.ts';
import { NfTables } from './table.ts';
import { iptDoTable } from './traverse.ts';

/** The chains at hooks by the hooks' numbers. */
const POINTS = ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'];

/** Where iptables-nft has the table security: behind the source's NAT, other than the kernel's NF_IP_PRI_SECURITY. */
const NFT_PRI_SECURITY = 150;

const TABLES: readonly (readonly [name: string, priority: number, reroute: NfReroute])[] = [
  ['raw', NF_IP_PRI_RAW, 'never'],
  ['mangle', NF_IP_PRI_MANGLE, 'any'],
  ['filter', NF_IP_PRI_FILTER, 'never'],
  ['security', NFT_PRI_SECURITY, 'never'],
];

/** One chain of a table at its hook. */
class ChainHook implements NfHook {
  readonly priority: number;
  readonly reroute: NfReroute;
  readonly point: NfHookPoint;
  /** Another one when the table is replaced. */
  chain: Chain;

  constructor(chain: Chain, priority: number, reroute: NfReroute) {
    this.chain = chain;
    this.priority = priority;
    this.reroute = reroute;
    this.point = POINTS.indexOf(chain.name) as NfHookPoint;
  }

  run(frame: Frame, state: NfHookState): NfVerdict {
    return iptDoTable(this.chain, state, frame);
  }
}

/** The hooks of one namespace's tables. */
export class TableHooks {
  private readonly ns: Netns;
  private readonly hooks = new Map<string, readonly ChainHook[]>();
  private readonly nat: NatHooks;
  private isTracking = false;

  constructor(ns: Netns) {
    this.ns = ns;
    this.nat = new NatHooks(ns);
  }

  /** Registers what is missing and takes away what is too much. */
  sync(tables: NfTables): void {
    for (const [name, priority, reroute] of TABLES) {
      const chains =
        tables
          .find(name)
          ?.chains()
          .filter((chain) => chain.isBuiltin) ?? [];
      const known = this.hooks.get(name) ?? [];
      if (known.length > 0 && chains.length > 0) replaceChains(known, chains);
      else if (known.length > 0) this.unregister(name, known);
      else if (chains.length > 0) this.register(name, priority, reroute, chains);
    }
    this.syncConntrack(tracksConnections(tables));
    this.nat.sync(tables.find('nat'));
  }

  private syncConntrack(isNeeded: boolean): void {
    if (isNeeded === this.isTracking) return;
    this.isTracking = isNeeded;
    if (isNeeded) nfCtNetnsGet(this.ns);
    else nfCtNetnsPut(this.ns);
  }

  private register(name: string, priority: number, reroute: NfReroute, chains: readonly Chain[]): void {
    const hooks = chains.map((chain) => new ChainHook(chain, priority, reroute));
    for (const hook of hooks) nfRegisterNetHook(this.ns, hook.point, hook);
    this.hooks.set(name, hooks);
  }

  private unregister(name: string, hooks: readonly ChainHook[]): void {
    for (const hook of hooks) nfUnregisterNetHook(this.ns, hook.point, hook);
    this.hooks.delete(name);
  }
}

function replaceChains(hooks: readonly ChainHook[], chains: readonly Chain[]): void {
  hooks.forEach((hook, i) => {
    hook.chain = chains[i]!;
  });
}

/** The namespace's tables, made when there are none yet. */
export function tablesOf(ns: Netns): NfTables {
  if (ns.rules === null) {
    const hooks = new TableHooks(ns);
    const tables = new NfTables();
    const home = new MatchHome(ns);
    tables.home = home;
    tables.listener = () => {
      // Before a packet can come.
      home.sync(tables);
      hooks.sync(tables);
      // Linux: nf_ct_set_acct() in connbytes_mt_check().
      if (home.countsConnections && ns.conntrack !== null) ns.conntrack.settings.acct = true;
    };
    ns.rules = tables;
  }
  return ns.rules;
}
