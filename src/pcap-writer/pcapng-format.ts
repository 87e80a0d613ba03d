/**
 * pcapng (draft-ietf-opsawg-pcapng): a file is a row of blocks, each a multiple of four bytes long.
 *
 *   0            4              8                          length - 4
 *   | block type | block length | fixed part | options …  | block length |      in the byte order of the section
 *
 *   0      2        4                4 + length, padded to four
 *   | code | length | value …        | next option …        a row of options may end with code 0, length 0
 *
 * A section header begins each section and says its byte order; interface descriptions are numbered from 0 within
 * their section, and packets refer to these numbers.
 */

/** Reads the same in both byte orders, so that the section's own order need not be known yet. */
export const SECTION_HEADER = 0x0a0d0d0a;
export const INTERFACE_DESCRIPTION = 1;
export const SIMPLE_PACKET = 3;
export const NAME_RESOLUTION = 4;
export const INTERFACE_STATISTICS = 5;
export const ENHANCED_PACKET = 6;

export const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
export const VERSION_MAJOR = 1;
export const VERSION_MINOR = 0;

/** Block type, block length, and block length again at the end. */
export const BLOCK_OVERHEAD_BYTES = 12;

export const OPTION_END = 0;
export const OPTION_COMMENT = 1;

export const SHB_HARDWARE = 2;
export const SHB_OS = 3;
export const SHB_USERAPPL = 4;

export const IF_NAME = 2;
export const IF_DESCRIPTION = 3;
/** Address and netmask, 4 bytes each, in network order whatever the section's. */
export const IF_IPV4ADDR = 4;
export const IF_MACADDR = 6;
export const IF_SPEED = 8;
/** One byte n: the unit of time is 10^-n s, or 2^-(n & 127) s when the top bit is set. 6 when the option is absent. */
export const IF_TSRESOL = 9;
/** One byte 0 for libpcap's filter language, then its text. */
export const IF_FILTER = 11;
export const IF_OS = 12;
/** Seconds, signed 64 bits, to be added to every time of this interface. */
export const IF_TSOFFSET = 14;
export const IF_HARDWARE = 15;

/** Bits 0 and 1: 1 inbound, 2 outbound. Bits 2 to 4: reception type, see RECEPTION_UNICAST and following. */
export const EPB_FLAGS = 2;
/** 64 bits, the same wherever the same packet is seen. */
export const EPB_PACKETID = 5;

export const ISB_IFRECV = 4;
export const ISB_IFDROP = 5;
export const ISB_OSDROP = 7;
export const ISB_USRDELIV = 8;

export const RECEPTION_UNSPECIFIED = 0;
export const RECEPTION_UNICAST = 1;
export const RECEPTION_MULTICAST = 2;
export const RECEPTION_BROADCAST = 3;

export const NRB_RECORD_END = 0;
export const NRB_RECORD_IPV4 = 1;

/** Nanoseconds: the if_tsresol of every interface that this project writes. */
export const TSRESOL_NANOSECONDS = 9;
