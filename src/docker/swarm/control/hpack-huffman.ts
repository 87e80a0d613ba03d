/**
 * Huffman's code of header fields (RFC 7541 appendix B) for what they are made of: printable characters. The code is
 * canonical, so that the lengths say it all: codes of one length count up with the characters, and go on, one bit
 * longer, where those of the length before have ended.
 */

/** The characters of each length of code, in their order. */
const CHARACTERS_OF_LENGTH: readonly (readonly [bits: number, characters: string])[] = [
  [5, '012aceiost'],
  [6, ' %-./3456789=A_bdfghlmnpru'],
  [7, ':BCDEFGHIJKLMNOPQRSTUVWYjkqvwxyz'],
  [8, '&*,;XZ'],
  [10, '!"()?'],
  [11, "'+|"],
  [12, '#>'],
  [13, '\0$@[]~'],
  [14, '^}'],
  [15, '<`{'],
];
const BITS_MAX = 15;

interface Code {
  readonly bits: number;
  readonly code: number;
}

const CODES = new Map<number, Code>();
/** By `bits << 16 | code`. */
const CHARACTERS = new Map<number, number>();

function fillTables(): void {
  let code = 0;
  let bits = 0;
  for (const [length, characters] of CHARACTERS_OF_LENGTH) {
    code <<= length - bits;
    bits = length;
    for (const character of characters) {
      const byte = character.charCodeAt(0);
      CODES.set(byte, { bits, code });
      CHARACTERS.set((bits << 16) | code, byte);
      code++;
    }
  }
}

fillTables();

/** Null where a character has no short code. The last byte is filled up with ones. */
export function huffmanEncode(text: Uint8Array): Uint8Array | null {
  const out: number[] = [];
  let held = 0;
  let heldBits = 0;
  for (const byte of text) {
    const found = CODES.get(byte);
    if (found === undefined) return null;
    held = (held << found.bits) | found.code;
    heldBits += found.bits;
    for (; heldBits >= 8; heldBits -= 8) out.push((held >>> (heldBits - 8)) & 0xff);
    held &= (1 << heldBits) - 1;
  }
  if (heldBits > 0) out.push(((held << (8 - heldBits)) | (0xff >>> heldBits)) & 0xff);
  return Uint8Array.from(out);
}

/** Null for what is no code of a printable character, or does not end as it has to. */
export function huffmanDecode(bytes: Uint8Array): Uint8Array | null {
  const out: number[] = [];
  let code = 0;
  let bits = 0;
  for (const byte of bytes) {
    for (let at = 7; at >= 0; at--) {
      code = (code << 1) | ((byte >>> at) & 1);
      bits++;
      const character = CHARACTERS.get((bits << 16) | code);
      if (character !== undefined) {
        out.push(character);
        code = 0;
        bits = 0;
      } else if (bits > BITS_MAX) return null;
    }
  }
  const isFilledUp = bits < 8 && code === (1 << bits) - 1;
  return isFilledUp ? Uint8Array.from(out) : null;
}
