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

/** The network is one for the managers of the host's swarm to make (ManagerRedirectError). */
export class ManagerRedirectError extends DaemonError {}

/** Several networks have ids that begin so. */
export class AmbiguousNetworkError extends DaemonError {
  /** How `docker network inspect` words it. */
  readonly inspectMessage: string;

  constructor(term: string, count: number) {
    const matches = `${count} matches found based on ID prefix`;
    super(`network ${term} is ambiguous (${matches})`);
    this.name = 'AmbiguousNetworkError';
    this.inspectMessage = `${matches}: network ${term} is ambiguous`;
  }
}
