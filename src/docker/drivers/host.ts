/** The host driver: containers share the host's own namespace, so there is nothing to make. */
import { DaemonError } from '../errors.ts';
import type { Driver } from './driver.ts';

export class HostDriver implements Driver {
  readonly name = 'host';
  readonly hasAddresses = false;
  private hasNetwork = false;

  /** The engine's own is the only one. */
  createNetwork(): void {
    if (this.hasNetwork) throw new DaemonError('only one instance of "host" network is allowed');
    this.hasNetwork = true;
  }

  deleteNetwork(): void {
    throw new DaemonError('network of type "host" cannot be deleted');
  }

  createEndpoint(): void {
    // No link: the endpoint only notes that the container is there.
  }

  deleteEndpoint(): void {
    // Nothing was made.
  }

  join(): void {
    // The host's routes hold; no gateway of the container's own.
  }

  leave(): void {
    // Nothing was joined.
  }
}
