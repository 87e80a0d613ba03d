/** The bytes of a packet below its line: -x, -X and -A (tcpdump's print-ascii.c). */

const BYTES_PER_LINE = 16;
const HEX_COLUMNS = 40;

/** `\t0x0000:  0001 0800 …`, with what is printable behind it for -X. */
export function hexDump(bytes: Uint8Array, withAscii: boolean): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += BYTES_PER_LINE) {
    const line = bytes.subarray(at, at + BYTES_PER_LINE);
    let digits = '';
    for (let i = 0; i < line.length; i += 2) {
      digits += ` ${hexByte(line[i]!)}${i + 1 < line.length ? hexByte(line[i + 1]!) : ''}`;
    }
    text += `\n\t0x${at.toString(16).padStart(4, '0')}: ${digits}`;
    if (withAscii) text += `${' '.repeat(HEX_COLUMNS - digits.length)}  ${printable(line)}`;
  }
  return text;
}

/** -A: what is printable, with line ends and tabs as they are. */
export function asciiDump(bytes: Uint8Array): string {
  let text = '\n';
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    const isPlain = byte === 0x0a || byte === 0x09 || (byte >= 0x20 && byte < 0x7f);
    // A carriage return at the end of a line is left out; where it stands alone it is a dot.
    if (byte === 0x0d && (i + 1 === bytes.length || bytes[i + 1] === 0x0a)) continue;
    text += isPlain ? String.fromCharCode(byte) : '.';
  }
  return text;
}

function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

function printable(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.';
  return text;
}
