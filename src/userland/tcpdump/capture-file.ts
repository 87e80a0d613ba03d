/** Capture files of tcpdump: `-w` writes classic pcap into the machine's files, `-r` reads it from there. */
import { errorText } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/proc/process.ts';
import { CaptureError, PcapWriter, readCapture } from '../../pcap-writer/index.ts';
import { ToolError } from '../tool-error.ts';
import type { TcpdumpOptions } from './options.ts';
import type { Packet } from './printer.ts';

/** LINKTYPE_LINUX_SLL2 */
const LINKTYPE_COOKED = 276;
const LINKTYPE_ETHERNET = 1;
const NAME_LENGTH_MAX = 255;
const SECOND_NS = 1_000_000_000n;

/** Opens the file of `-w`, or throws in tcpdump's words. Names that leave the folder of a run are refused. */
export function openForWriting(proc: Process, options: TcpdumpOptions, isCooked: boolean): PcapWriter {
  const name = options.writeFile!;
  if (name === '-') throw new ToolError('tcpdump: -w -: not supported by Dockwire; supported: -w FILE', 127);
  const parts = name.split('/');
  const refuse = (why: string): never => {
    throw new ToolError(`tcpdump: ${name}: ${why}`, 1);
  };
  if (parts.includes('..')) refuse(errorText('EACCES'));
  if (parts.some((part) => part.length > NAME_LENGTH_MAX)) refuse('File name too long');
  if (name.endsWith('/') || proc.files.isDirectory(absolute(proc, name))) refuse('Is a directory');
  for (let i = 1; i < parts.length; i++) {
    const above = parts.slice(0, i).join('/');
    if (above !== '' && isFile(proc, absolute(proc, above))) refuse('Not a directory');
  }
  const sink = proc.files.openSink(absolute(proc, name));
  const writer = new PcapWriter(sink, {
    snaplen: options.snaplen,
    microseconds: !options.isNano,
    linkType: isCooked ? LINKTYPE_COOKED : LINKTYPE_ETHERNET,
  });
  writer.flush();
  return writer;
}

function absolute(proc: Process, name: string): string {
  return name.startsWith('/') ? name : `${proc.directory}/${name}`;
}

function isFile(proc: Process, path: string): boolean {
  return proc.files.read(path) !== undefined || proc.files.readBytes(path) !== undefined;
}

export function writePacket(writer: PcapWriter, packet: Packet): void {
  const { stamp, cooked, originalLength } = packet;
  const bytes = cooked === null ? packet.bytes : Uint8Array.from([...cooked.header, ...packet.bytes]);
  const whole = originalLength + (cooked?.header.length ?? 0);
  writer.writeCutRecord(stamp.seconds, stamp.nanoseconds, bytes, 0, bytes.length, whole);
}

export interface SavedCapture {
  readonly packets: readonly Packet[];
  readonly snaplen: number;
}

/** Reads the file of `-r`, or throws in tcpdump's words. */
export function readSaved(proc: Process, name: string): SavedCapture {
  const path = absolute(proc, name);
  const bytes = proc.files.readBytes(path);
  if (bytes === undefined) {
    const isText = proc.files.read(path) !== undefined;
    throw new ToolError(`tcpdump: ${isText ? 'unknown file format' : `${name}: ${errorText('ENOENT')}`}`, 1);
  }
  try {
    const capture = readCapture(bytes, { damaged: 'stop' });
    const interfaceOf = capture.interfaces[0];
    if (interfaceOf?.linkType !== LINKTYPE_ETHERNET) {
      throw new ToolError('tcpdump: -r of a capture of all interfaces: not supported by Dockwire', 127);
    }
    const packets = capture.packets.map((packet) => ({
      stamp: { seconds: Number(packet.timeNs / SECOND_NS), nanoseconds: Number(packet.timeNs % SECOND_NS) },
      bytes: packet.data,
      originalLength: packet.originalLength,
      cooked: null,
    }));
    return { packets, snaplen: interfaceOf.snaplen };
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    throw new ToolError('tcpdump: unknown file format', 1);
  }
}
