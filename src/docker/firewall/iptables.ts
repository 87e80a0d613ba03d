/**
 * How the engine programs iptables: rules are looked for before they are made or removed, and every line waits for the
 * tool's lock. Twin of libnetwork's package iptables; what goes wrong is said in its words.
 */
import { DaemonError } from '../errors.ts';
import type { KernelDoor } from '../kernel-door.ts';

export type IptablesTable = 'filter' | 'nat' | 'mangle' | 'raw';

/** What is done with a rule: appended, inserted at the top, deleted. */
export type RuleAction = '-A' | '-I' | '-D';

/** A rule as it is typed behind the name of its chain. */
export interface IptablesRule {
  readonly table: IptablesTable;
  readonly chain: string;
  readonly words: string;
}

export class Iptables {
  private readonly door: KernelDoor;

  constructor(door: KernelDoor) {
    this.door = door;
  }

  /** Types `iptables --wait WORDS` of which nobody minds the failure. False if it failed. */
  try(words: string): boolean {
    return this.door.type(`iptables --wait ${words}`).exit === 0;
  }

  /** Types `iptables --wait WORDS`. Throws a DaemonError as RawCombinedOutput words it. */
  run(words: string): void {
    const { exit, stderr } = this.door.type(`iptables --wait ${words}`);
    if (exit === 0) return;
    throw new DaemonError(` (iptables failed: iptables --wait ${words}: ${stderr} (exit status ${exit}))`);
  }

  exists({ table, chain, words }: IptablesRule): boolean {
    return this.try(`-t ${table} -C ${chain} ${words}`);
  }

  /** Adds the rule unless it is there, removes it if it is there (ProgramRule). Throws a DaemonError. */
  program(action: RuleAction, rule: IptablesRule): void {
    if (this.exists(rule) !== (action === '-D')) return;
    this.run(`-t ${rule.table} ${action} ${rule.chain} ${rule.words}`);
  }

  /** Makes the chain unless it is there. Throws a DaemonError. */
  newChain(table: IptablesTable, name: string): void {
    if (!this.try(`-t ${table} -n -L ${name}`)) this.run(`-t ${table} -N ${name}`);
  }

  /** Removes the chain with its rules, if it is there and nothing leads to it any more. */
  removeChain(table: IptablesTable, name: string): void {
    this.try(`-t ${table} -F ${name}`);
    this.try(`-t ${table} -X ${name}`);
  }

  /** The chain's last rule (AddReturnRule). Throws a DaemonError. */
  addReturnRule(chain: string): void {
    if (!this.exists({ table: 'filter', chain, words: '-j RETURN' })) this.run(`-A ${chain} -j RETURN`);
  }

  /** The first rule of a chain leads to another one (EnsureJumpRule). Throws a DaemonError. */
  ensureJumpRule(chain: string, target: string): void {
    const words = `-j ${target}`;
    prefixed(`unable to remove jump to ${target} rule in ${chain} chain: `, () => {
      if (this.exists({ table: 'filter', chain, words })) this.run(`-D ${chain} ${words}`);
    });
    prefixed(`unable to insert jump to ${target} rule in ${chain} chain: `, () => {
      this.run(`-I ${chain} ${words}`);
    });
  }

  /** Throws a DaemonError. */
  setPolicy(table: IptablesTable, chain: string, policy: 'ACCEPT' | 'DROP'): void {
    prefixed(`setting default policy to ${policy} in ${chain} chain failed: `, () => {
      this.run(`-t ${table} -P ${chain} ${policy}`);
    });
  }
}

/** Does something and puts `prefix` in front of the DaemonError that it throws. */
export function prefixed(prefix: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof DaemonError)) throw error;
    throw new DaemonError(prefix + error.message);
  }
}

/** Does something of which a failure is written to the daemon's log only. */
export function warned(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof DaemonError)) throw error;
  }
}
