/**
 * What the daemon refuses, in Docker's own words. Nothing is half done when it is thrown: whoever throws has rolled
 * back what it had begun.
 */

/** An answer of the daemon that is no success; the client puts `Error response from daemon: ` before it. */
export class DaemonError extends Error {
  /** HTTP status 404, which several commands word themselves: `Error: No such container: c9`. */
  readonly isNotFound: boolean;

  constructor(message: string, isNotFound = false) {
    super(message);
    this.name = 'DaemonError';
    this.isNotFound = isNotFound;
  }
}
