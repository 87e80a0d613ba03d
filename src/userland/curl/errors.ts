/** How a transfer fails: one of curl's exit codes, and what is said about it. */

export const EXIT = {
  unsupportedProtocol: 1,
  resolve: 6,
  connect: 7,
  weirdReply: 8,
  partial: 18,
  http: 22,
  write: 23,
  read: 26,
  timeout: 28,
  interfaceFailed: 45,
  tooManyRedirects: 47,
  resolveList: 49,
  empty: 52,
  send: 55,
  receive: 56,
} as const;

export class CurlError extends Error {
  readonly exit: number;

  constructor(exit: number, message: string) {
    super(message);
    this.name = 'CurlError';
    this.exit = exit;
  }
}
