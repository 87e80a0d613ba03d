/** VXLAN identifiers, one for each subnet. Twin of libnetwork's idm with overlay/ovmanager's range. */
import { DaemonError } from '../../errors.ts';
import { AddressBitmap } from '../../ipam/address-bitmap.ts';

/** Those below are for who chooses one by hand. */
const VXLAN_ID_START = 4096;
const VXLAN_ID_END = 0xff_ffff;

export class VxlanIds {
  /** Counted from 0, so that those below the range can be had, too. */
  private readonly taken = new AddressBitmap(VXLAN_ID_END + 1);
  private cursor = VXLAN_ID_START;

  /** The next one behind that which was given out last: none is reused before all the others were used. */
  next(): number {
    const { taken } = this;
    const found =
      (this.cursor <= VXLAN_ID_END ? taken.lowestClear(this.cursor, VXLAN_ID_END) : undefined) ??
      taken.lowestClear(VXLAN_ID_START, VXLAN_ID_END);
    if (found === undefined) throw new DaemonError('no available bit');
    taken.set(found);
    this.cursor = found + 1;
    return found;
  }

  /** One that somebody asked for. Throws a DaemonError if it is in use. */
  take(vni: number): number {
    if (vni < 0 || vni > VXLAN_ID_END) throw new DaemonError('requested bit is out of range');
    if (!this.taken.set(vni)) throw new DaemonError('requested bit is already allocated');
    return vni;
  }

  release(vni: number): void {
    this.taken.clear(vni);
  }
}
