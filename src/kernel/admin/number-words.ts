/** Numbers as iproute2 reads them (lib/utils.c: get_u8, get_u16, get_u32 with base 0). */

const NUMBER = /^(?:0[xX][\da-fA-F]+|0[0-7]*|[1-9]\d*)$/;

/** A decimal, 0x hexadecimal or 0 octal number up to `max`, or undefined. */
export function parseUnsigned(text: string, max: number): number | undefined {
  if (!NUMBER.test(text)) return undefined;
  const isOctal = /^0[0-7]+$/.test(text);
  const value = isOctal ? parseInt(text, 8) : Number(text);
  return value <= max ? value : undefined;
}

export const U8_MAX = 0xff;
export const U16_MAX = 0xffff;
export const U32_MAX = 0xffff_ffff;
export const U64_MAX = 2 ** 64 - 1;
