/** CRC-32 of IEEE 802.3 (polynomial 0xedb88320, reflected), as Go's hash/crc32 has it. */

const TABLE = makeTable();

function makeTable(): Uint32Array {
  const table = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) !== 0 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    table[byte] = crc;
  }
  return table;
}

/** The checksum of the bytes from `start` on, 0 to 2^32-1. */
export function crc32(bytes: Uint8Array, start = 0): number {
  let crc = -1;
  for (let i = start; i < bytes.length; i++) crc = TABLE[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}
