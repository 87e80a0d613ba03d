/**
 * Link-layer addresses that an interface listens to beside its own: unicast and multicast, in the order in which they
 * came (Linux: struct netdev_hw_addr_list; dev_uc_add, dev_mc_add). `bridge fdb` shows them as `self permanent`.
 */
import type { Mac } from '../../base/addr.ts';

export interface ListedAddress {
  readonly mac: Mac;
  /** How many have asked for it. */
  users: number;
  /** An administrator is one of them (global_use). */
  isStatic: boolean;
}

export class AddressList {
  private listed: ListedAddress[] = [];

  get entries(): readonly ListedAddress[] {
    return this.listed;
  }

  has(mac: Mac): boolean {
    return this.listed.some((entry) => entry.mac === mac);
  }

  /** One more asks for it. */
  add(mac: Mac): void {
    const found = this.listed.find((entry) => entry.mac === mac);
    if (found === undefined) this.listed.push({ mac, users: 1, isStatic: false });
    else found.users++;
  }

  /** An administrator asks for it: once (dev_mc_add_global); false when he has already. */
  addStatic(mac: Mac): boolean {
    const found = this.listed.find((entry) => entry.mac === mac);
    if (found?.isStatic === true) return false;
    if (found === undefined) this.listed.push({ mac, users: 1, isStatic: true });
    else {
      found.isStatic = true;
      found.users++;
    }
    return true;
  }

  /** One less asks for it; false when nobody had. */
  remove(mac: Mac, isStatic = false): boolean {
    const found = this.listed.find((entry) => entry.mac === mac);
    if (found === undefined || (isStatic && !found.isStatic)) return false;
    if (isStatic) found.isStatic = false;
    if (--found.users === 0) this.listed = this.listed.filter((entry) => entry !== found);
    return true;
  }

  clear(): void {
    this.listed = [];
  }
}
