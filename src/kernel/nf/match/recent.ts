/** `-m recent` (Linux: xt_recent.c, libxt_recent.c): addresses that were seen before, and how often lately. */
import { formatIp4 } from '../../../base/addr.ts';
import * as ipv4 from '../../../wire/ipv4.ts';
import { HZ, jiffiesOf } from '../jiffies.ts';
import type { NfMatch } from '../extension.ts';
import { flag, matchExtension, option, saveOption } from '../extension.ts';
import type { MatchHome } from '../match-home.ts';
import type { NfPacket } from '../packet.ts';
import { parseHost, readUnsigned } from '../xt-values.ts';
import { refuse } from '../xt-error.ts';
import type { RecentEntry } from './recent-table.ts';
import { RecentTable } from './recent-table.ts';

const ACTIONS = ['set', 'rcheck', 'update', 'remove'] as const;
type Action = (typeof ACTIONS)[number];
/** How `-L` calls them. */
const SHOWN: Readonly<Record<Action, string>> = { set: 'SET', rcheck: 'CHECK', update: 'UPDATE', remove: 'REMOVE' };
const DEFAULT_NAME = 'DEFAULT';
const MAX_NAME_LENGTH = 199;
/** XT_RECENT_MAX_NSTAMPS */
const MAX_HITS = 65_535;

class RecentMatch implements NfMatch {
  readonly name = 'recent';
  private action: Action | '' = '';
  private isInverted = false;
  private tableName = DEFAULT_NAME;
  private seconds = 0;
  private hitCount = 0;
  private checksTtl = false;
  private reaps = false;
  private byDestination = false;
  private mask = -1;
  private table: RecentTable | null = null;

  option(name: string, text: string, isInverted: boolean): void {
    if (name === 'name') this.tableName = text.slice(0, MAX_NAME_LENGTH);
    else if (name === 'seconds') this.seconds = readUnsigned(this.name, name, text, undefined, 1);
    else if (name === 'hitcount') this.hitCount = readUnsigned(this.name, name, text);
    else if (name === 'mask') {
      this.mask = parseHost(text) ?? refuse('getaddrinfo: Temporary failure in name resolution\n');
    } else if (name === 'rttl') this.checksTtl = true;
    else if (name === 'reap') this.reaps = true;
    else if (name === 'rsource' || name === 'rdest') this.byDestination = name === 'rdest';
    else {
      this.action = name as Action;
      this.isInverted = isInverted;
    }
  }

  check(): void {
    if (this.action === '') {
      refuse("recent: you must specify one of `--set', `--rcheck' `--update' or `--remove'");
    }
  }

  /** Twin of recent_mt_check. */
  accepts(): boolean {
    const changes = this.action === 'set' || this.action === 'remove';
    if (changes && (this.seconds !== 0 || this.hitCount !== 0 || this.reaps)) return false;
    const { tableName } = this;
    return this.hitCount <= MAX_HITS && tableName !== '' && !/^\.\.?$|\//.test(tableName);
  }

  bind(home: MatchHome): void {
    const table = home.recent(this.tableName, () => new RecentTable(this.mask, this.hitCount));
    if (table !== this.table) table.require(this.hitCount);
    this.table = table;
  }

  copy(): NfMatch {
    return Object.assign(new RecentMatch(), this, { table: null });
  }

  /** Twin of recent_mt. */
  matches({ view, network, state }: NfPacket): boolean {
    const table = this.table!;
    const address = this.byDestination ? ipv4.dst(view, network) : ipv4.src(view, network);
    // As it was before it was counted down for forwarding.
    const wasCountedDown = state.outDev !== null && state.inDev !== null;
    const ttl = (ipv4.ttl(view, network) + (wasCountedDown ? 1 : 0)) & 0xff;
    const jiffies = jiffiesOf(state.ns.machine.sched);
    const key = address & table.mask;
    const entry = table.find(key, this.checksTtl ? ttl : 0);
    if (entry === null) {
      if (this.action !== 'set') return this.isInverted;
      table.add(key, ttl, jiffies);
      return !this.isInverted;
    }
    const isMeant = this.meets(table, entry, jiffies);
    if (this.action === 'set' || (this.action === 'update' && isMeant)) {
      table.update(entry, jiffies);
      entry.ttl = ttl;
    }
    return isMeant;
  }

  private meets(table: RecentTable, entry: RecentEntry, jiffies: number): boolean {
    if (this.action === 'set') return !this.isInverted;
    if (this.action === 'remove') {
      table.remove(entry);
      return !this.isInverted;
    }
    const since = jiffies - this.seconds * HZ;
    const isMeant = this.hasHits(entry, since) !== this.isInverted;
    if (this.reaps) table.reap(since, entry, this.action === 'update' && isMeant);
    return isMeant;
  }

  private hasHits({ stamps }: RecentEntry, since: number): boolean {
    let hits = 0;
    for (let i = 0; i < stamps.length; i++) {
      if (this.seconds !== 0 && since > stamps[i]!) continue;
      if (this.hitCount === 0 || ++hits >= this.hitCount) return true;
    }
    return false;
  }

  /** Seconds, reaping and hits by the names of either text, those that are asked for. */
  private limits(text: (name: string, value: number) => string, reap: string, hits: string): string {
    const seconds = this.seconds === 0 ? '' : text('seconds', this.seconds);
    return `${seconds}${this.reaps ? reap : ''}${this.hitCount === 0 ? '' : text(hits, this.hitCount)}`;
  }

  save(): string {
    const limits = this.limits((name, value) => saveOption(name, String(value)), ' --reap', 'hitcount');
    const side = this.byDestination ? 'rdest' : 'rsource';
    const where = ` --name ${this.tableName} --mask ${formatIp4(this.mask)} --${side}`;
    return `${saveOption(this.action, '', this.isInverted)}${limits}${this.checksTtl ? ' --rttl' : ''}${where}`;
  }

  print(): string {
    const limits = this.limits((name, value) => ` ${name}: ${value}`, ' reap', 'hit_count');
    const side = `side: ${this.byDestination ? 'dest' : 'source'} mask: ${formatIp4(this.mask)}`;
    const what = `${this.isInverted ? '! ' : ''}recent: ${SHOWN[this.action as Action]}${limits}`;
    return ` ${what}${this.checksTtl ? ' TTL-Match' : ''} name: ${this.tableName} ${side}`;
  }
}

const otherThan = (name: Action): Action[] => ACTIONS.filter((action) => action !== name);
export const RECENT = matchExtension(
  'recent',
  [
    ...ACTIONS.map((name) => flag(name, { canInvert: true, excludes: otherThan(name) })),
    option('seconds'),
    flag('reap', { requires: 'seconds' }),
    option('hitcount'),
    flag('rttl', { excludes: ['set', 'remove'] }),
    option('name'),
    flag('rsource'),
    flag('rdest'),
    option('mask'),
  ],
  () => new RecentMatch(),
);
