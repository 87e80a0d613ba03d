/** `dockwire/pcap-writer`: pcap and pcapng as byte chunks, and a reader. The one index file of the project. */
export type { ByteSink } from './byte-sink.ts';
export { PcapWriter } from './pcap-writer.ts';
export type { PcapWriterOptions } from './pcap-writer.ts';
export { PcapngWriter } from './pcapng-writer.ts';
export type { InterfaceDescription, InterfaceStatistics, PcapngWriterOptions } from './pcapng-writer.ts';
export { readCapture } from './read-capture.ts';
export type { ReadOptions } from './read-capture.ts';
export { CaptureError } from './capture.ts';
export type { Capture, CapturedInterface, CapturedPacket, CapturedSection, CapturedStatistics } from './capture.ts';
