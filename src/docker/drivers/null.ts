/** The null driver, of the network called `none`: a namespace of its own with nothing but lo. */
import { DaemonError } from '../errors.ts';
import type { Driver } from './driver.ts';

export class NullDriver implements Driver {
  readonly name = 'null';
  readonly hasAddresses = false;
  private hasNetwork = false;

  /** The engine's own is the only one. */
  createNetwork(): void {
    if (this.hasNetwork) throw new DaemonError('only one instance of "null" network is allowed');
    this.hasNetwork = true;
  }

  deleteNetwork(): void {
    throw new DaemonError('network of type "null" cannot be deleted');
  }

  createEndpoint(): void {
    // No link.
  }

  deleteEndpoint(): void {
    // Nothing was made.
  }

  join(): void {
    // The sandbox has lo, and keeps it.
  }

  leave(): void {
    // Nothing was joined.
  }
}
