import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PcapWriter } from '../../src/pcap-writer/pcap-writer.ts';
import { PcapngWriter } from '../../src/pcap-writer/pcapng-writer.ts';
import { readCapture } from '../../src/pcap-writer/read-capture.ts';
import { ByteCollector, bytesOf, hexOf } from './bytes.ts';
import { CaptureFolder, hasWireshark, output, tsharkFields } from './wireshark-tools.ts';

const EPOCH_SECONDS = 1735689600;
const C1 = 0xac110002 | 0;
const C2 = 0xac110003 | 0;

const ARP_REQUEST = bytesOf(`
  ffffffffffff 0242ac110002 0806
  0001 0800 06 04 0001 0242ac110002 ac110002 000000000000 ac110003`);
const ECHO_REQUEST = bytesOf(`
  0242ac110003 0242ac110002 0800
  45 00 001f 1c46 4000 40 01 c670 ac110002 ac110003  # TTL 64, DF
  08 00 16cb 0001 0001 e1 32 00 # 3 bytes of data`);
const MULTICAST = bytesOf('01005e000001 0242ac110002 88b5 00');

/** Three frames on each of two interfaces: what node1's container sends and docker0 receives. */
function writeBoth(pcapng: PcapngWriter, pcap: PcapWriter): void {
  pcapng.addInterface({
    name: 'node1/c1/eth0',
    description: 'container c1',
    ip4: [{ address: C1, prefixLen: 16 }],
    mac: 0x0242ac110002,
    speedBitsPerSecond: 10e9,
    os: 'Dockwire',
    hardware: 'veth',
    filter: 'arp or icmp',
  });
  pcapng.addInterface({ name: 'node1/docker0' });
  pcapng.addNames([
    { ip4: C1, names: ['c1.example'] },
    { ip4: C2, names: ['c2.example'] },
  ]);
  [ARP_REQUEST, ECHO_REQUEST, MULTICAST].forEach((frame, index) => {
    const nanoseconds = 123_456_789 + index;
    pcapng.writePacket(0, EPOCH_SECONDS, nanoseconds, frame, 0, frame.length, 2, 0xabcd, index);
    pcapng.writePacket(1, EPOCH_SECONDS, nanoseconds + 500, frame, 0, frame.length, 1, 0xabcd, index);
    pcap.writeRecord(EPOCH_SECONDS, nanoseconds, frame, 0, frame.length);
  });
  pcapng.addStatistics(0, EPOCH_SECONDS, 999_999_999, { received: 3, dropped: 1, delivered: 2 });
  pcapng.addStatistics(1, EPOCH_SECONDS, 999_999_999, { received: 3, comment: 'all of them' });
  pcapng.flush();
  pcap.flush();
}

describe('captures in the eyes of Wireshark', function () {
  this.timeout(60_000);
  let folder: CaptureFolder | undefined;
  let pcapngFile = '';
  let pcapFile = '';

  before(function () {
    if (!hasWireshark()) this.skip();
    const [pcapng, pcap] = [new ByteCollector(), new ByteCollector()];
    const options = { hardware: 'any', os: 'Dockwire', application: 'dockwire 0.1.0' };
    writeBoth(new PcapngWriter(pcapng, options), new PcapWriter(pcap));
    folder = new CaptureFolder();
    pcapngFile = folder.write('capture.pcapng', pcapng.bytes());
    pcapFile = folder.write('node1.c1.eth0.pcap', pcap.bytes());
  });

  after(() => folder?.remove());

  it('a pcap is a nanosecond pcap of Ethernet, each frame clean', () => {
    const info = output('capinfos', ['-M', pcapFile]);
    assert.match(info, /File type: +nsecpcap/);
    assert.match(info, /File encapsulation: +ether/);
    assert.match(info, /File timestamp precision: +nanoseconds \(9\)/);
    assert.match(info, /Packet size limit: +file hdr: 262144 bytes/);
    assert.match(info, /Number of packets: +3/);
    assert.match(info, /First packet time: +2025-01-01 00:00:00\.123456789/);
    const strict = ['-o', 'ip.check_checksum:TRUE'];
    const fields = ['frame.time_epoch', 'frame.len', '_ws.malformed', '_ws.expert', 'icmp.checksum.status'];
    assert.deepEqual(tsharkFields(pcapFile, fields, strict), [
      ['1735689600.123456789', '42', '', '', ''],
      ['1735689600.123456790', '45', '', '', '1'],
      ['1735689600.123456791', '15', '', '', ''],
    ]);
  });

  it('a pcapng shows interfaces, nanoseconds, direction, reception type and packet ids', () => {
    const fields = ['frame.interface_name', 'frame.time_epoch', 'frame.packet_id', 'frame.packet_flags_direction'];
    fields.push('frame.packet_flags_reception_type');
    const [out, into, c1, docker0] = ['0x00000002', '0x00000001', 'node1/c1/eth0', 'node1/docker0'];
    const rows = tsharkFields(pcapngFile, fields);
    assert.deepEqual(rows, [
      [c1, '1735689600.123456789', packetId(0), out, '3'],
      [docker0, '1735689600.123457289', packetId(0), into, '3'],
      [c1, '1735689600.123456790', packetId(1), out, '1'],
      [docker0, '1735689600.123457290', packetId(1), into, '1'],
      [c1, '1735689600.123456791', packetId(2), out, '2'],
      [docker0, '1735689600.123457291', packetId(2), into, '2'],
    ]);
  });

  it('a pcapng tells of its interfaces and their counters', () => {
    const info = output('capinfos', ['-M', pcapngFile]);
    assert.match(info, /File type: +pcapng/);
    assert.match(info, /Capture hardware: +any\nCapture oper-sys: +Dockwire\nCapture application: +dockwire 0\.1\.0/);
    assert.match(info, /Number of interfaces in file: 2/);
    const [first, second] = info.split('Interface #1 info:');
    for (const line of [
      'Name = node1/c1/eth0',
      'Description = container c1',
      'Encapsulation = Ethernet (1 - ether)',
      'Hardware = veth',
      'Speed = 10000000000',
      'Capture length = 262144',
      'Time precision = nanoseconds (9)',
      'Time ticks per second = 1000000000',
      'Time resolution = 0x09',
      'Filter string = arp or icmp',
      'Operating system = Dockwire',
      'Number of stat entries = 1',
      'Number of packets = 3',
    ]) {
      assert.ok(first!.includes(line), `${line}\n${info}`);
    }
    assert.match(second!, /Name = node1\/docker0/);
  });

  it('names of addresses reach the packet list', () => {
    const rows = tsharkFields(pcapngFile, ['ip.src_host', 'ip.dst_host'], ['-N', 'dn', '-Y', 'icmp']);
    assert.deepEqual(rows[0], ['c1.example', 'c2.example']);
  });

  it('mergecap and the reader agree on what both files hold', () => {
    const merged = join(folder!.path, 'merged.pcapng');
    output('mergecap', ['-w', merged, pcapngFile, pcapFile]);
    const capture = readCapture(readFileSync(merged));
    assert.equal(capture.packets.length, 9);
    assert.equal(capture.interfaces.length, 3);
    assert.equal(capture.interfaces[0]!.name, 'node1/c1/eth0');
    const arpRequests = capture.packets.filter(({ data }) => hexOf(data) === hexOf(ARP_REQUEST));
    assert.deepEqual(
      arpRequests.map(({ timeNs }) => timeNs - BigInt(EPOCH_SECONDS) * 1_000_000_000n),
      [123_456_789n, 123_456_789n, 123_457_289n],
    );
  });
});

/** tshark prints packet ids in decimal. */
function packetId(index: number): string {
  return String((0xabcdn << 32n) | BigInt(index));
}
