/**
 * The classic capture file (draft-ietf-opsawg-pcap): a header of 24 bytes, then records.
 *
 *   0        4       6       8        12       16       20
 *   | magic  | major | minor | zone 0 | sigfigs 0 | snaplen | link type |        all in the writer's byte order
 *
 *   0         4             8                12                16
 *   | seconds | ns or µs    | captured bytes | original bytes  | captured bytes of the frame …
 */
export const MAGIC_MICROSECONDS = 0xa1b2c3d4;
export const MAGIC_NANOSECONDS = 0xa1b23c4d;
export const VERSION_MAJOR = 2;
export const VERSION_MINOR = 4;
export const FILE_HEADER_BYTES = 24;
export const RECORD_HEADER_BYTES = 16;
/** LINKTYPE_ETHERNET: frames from the destination MAC on, without FCS. */
export const LINKTYPE_ETHERNET = 1;
/** tcpdump's default and libpcap's MAXIMUM_SNAPLEN for Ethernet. */
export const DEFAULT_SNAPLEN = 262_144;
