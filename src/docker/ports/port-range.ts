/** Port numbers and ranges as the client reads them: nat.ParsePortRange over Go's strconv.ParseUint, with its words. */

export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** What is wrong with a port text, in Go's words. It stays inside this folder, whose readers turn it into an answer. */
export class PortSyntaxError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PortSyntaxError';
  }
}

const PORT_MAX = 65_535;

/** Reads `80` or `80-82`; what stands behind a second hyphen is ignored, as nat does. Throws a PortSyntaxError. */
export function parsePortRange(text: string): PortRange {
  if (text === '') throw new PortSyntaxError('Empty string specified for ports.');
  const parts = text.split('-');
  const first = parsePort(parts[0]!);
  if (parts.length === 1) return { first, last: first };
  const last = parsePort(parts[1]!);
  if (last < first) throw new PortSyntaxError(`Invalid range specified for the Port: ${text}`);
  return { first, last };
}

/** strconv.ParseUint(text, 10, 16): the first fault from the left counts. Throws a PortSyntaxError. */
export function parsePort(text: string): number {
  const failed = (cause: string): PortSyntaxError =>
    new PortSyntaxError(`strconv.ParseUint: parsing ${JSON.stringify(text)}: ${cause}`);
  if (text === '') throw failed('invalid syntax');
  let port = 0;
  for (const digit of text) {
    if (!/^[0-9]$/.test(digit)) throw failed('invalid syntax');
    port = port * 10 + Number(digit);
    if (port > PORT_MAX) throw failed('value out of range');
  }
  return port;
}
