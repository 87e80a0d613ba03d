/** How a retrieval ends, by wget's exit codes (exits.c); the lowest of those of all URLs is the program's. */

export const EXIT = {
  ok: 0,
  generic: 1,
  file: 3,
  network: 4,
  auth: 6,
  server: 8,
  /** Of no kind: weaker than all others, and at the end generic. */
  unknown: 9,
} as const;

/** The end of a try that has been told of: `isFinal` when another one would not help. */
export class WgetError extends Error {
  readonly exit: number;
  readonly isFinal: boolean;

  constructor(exit: number, isFinal: boolean) {
    super(`exit ${exit}`);
    this.name = 'WgetError';
    this.exit = exit;
    this.isFinal = isFinal;
  }
}
