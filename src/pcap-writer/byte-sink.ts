/**
 * Where the writers hand their chunks: a file, a socket, a list in memory. The writers know nothing of it, so this
 * folder runs wherever there are typed arrays.
 */
export interface ByteSink {
  /** Takes `chunk`, whose bytes are reused afterwards: it must have consumed or copied them when it returns. */
  write(chunk: Uint8Array): void;
}
