/**
 * The parts of the hot path one by one, and the cold ones that a user waits for. Each bench is a function that does its
 * work once and returns a number that depends on it, so that nothing can be left out.
 */
import { ip4, mac } from '../src/base/addr.ts';
import { utf8Encode } from '../src/base/bytes.ts';
import { DST_UNICAST, DstEntry, RouteCache } from '../src/kernel/ip/route.ts';
import { Fdb } from '../src/link/fdb.ts';
import type { Frame } from '../src/link/frame.ts';
import { Slab } from '../src/link/frame.ts';
import { PcapngWriter, PcapWriter } from '../src/pcap-writer/index.ts';
import { Lab } from '../src/scenario/lab.ts';
import { loadPlan } from '../src/scenario/resolve.ts';
import { HeapQueue } from '../src/sim/heap-queue.ts';
import { Scheduler } from '../src/sim/scheduler.ts';
import { parse } from '../src/userland/sh/parser.ts';
import { sumBytes } from '../src/wire/checksum.ts';
import { dissect } from '../src/wire/dissect.ts';
import * as ethernet from '../src/wire/ethernet.ts';
import { compileFilter } from '../src/wire/filter.ts';
import * as ipv4 from '../src/wire/ipv4.ts';
import * as udp from '../src/wire/udp.ts';
import type { MicroGroup } from './sizes.ts';
import { planW1 } from './workload-plans.ts';

export interface MicroBench {
  readonly name: string;
  readonly run: () => number;
}

/** Entries in each table that is looked into. */
const TABLE_ENTRIES = 1024;
const FIRST_IP = ip4('10.0.0.1');
const MAC_HI = 0x5254;

/** A frame of UDP over IPv4 with so many bytes of payload, all checksums right. */
function udpFrame(slab: Slab, payloadBytes: number): Frame {
  const frame = slab.take(ipv4.HEADER_LEN + udp.HEADER_LEN + payloadBytes);
  const { view } = slab;
  frame.l4 = frame.l3 + ipv4.HEADER_LEN;
  frame.tail = frame.l4 + udp.HEADER_LEN + payloadBytes;
  frame.head = frame.l3 - ethernet.HEADER_LEN;
  const src = FIRST_IP;
  const dst = FIRST_IP + 1;
  const udpBytes = udp.HEADER_LEN + payloadBytes;
  for (let o = frame.l4 + udp.HEADER_LEN; o < frame.tail; o++) slab.bytes[o] = o & 255;
  ethernet.writeHeader(view, frame.head, MAC_HI, 2, MAC_HI, 1, ethernet.ETHERTYPE_IPV4);
  ipv4.writeHeader(view, frame.l3, 0, ipv4.HEADER_LEN + udpBytes, 1, ipv4.DF, 64, ipv4.PROTO_UDP, src, dst);
  udp.writeHeader(view, frame.l4, 9, 9, udpBytes, 0);
  udp.setChecksum(view, frame.l4, udp.computeChecksum(slab, frame.l4, udpBytes, src, dst));
  return frame;
}

function wireBenches(): MicroBench[] {
  const slab = new Slab();
  const { l3, l4, head } = udpFrame(slab, 1480);
  const v = slab.view;
  return [
    { name: 'checksum 64', run: () => sumBytes(slab, l4, 64, 0) },
    { name: 'checksum 1480', run: () => sumBytes(slab, l4, 1480, 0) },
    {
      name: 'read Ethernet and IPv4 header',
      run: () =>
        ethernet.dstHi(v, head) +
        ethernet.dstLo(v, head) +
        ethernet.etherType(v, head) +
        ipv4.totalLen(v, l3) +
        ipv4.ttl(v, l3) +
        ipv4.protocol(v, l3) +
        ipv4.src(v, l3) +
        ipv4.dst(v, l3),
    },
    {
      name: 'write Ethernet, IPv4, UDP header',
      run: () => {
        ethernet.writeHeader(v, head, MAC_HI, 2, MAC_HI, 1, ethernet.ETHERTYPE_IPV4);
        ipv4.writeHeader(v, l3, 0, 120, 1, ipv4.DF, 64, ipv4.PROTO_UDP, FIRST_IP, FIRST_IP + 1);
        udp.writeHeader(v, l4, 9, 9, 100, 0);
        return v.getUint16(l3 + 10);
      },
    },
    { name: 'check IPv4 header', run: () => ipv4.check(v, l3, l3 + 1508) + (ipv4.checksumOk(slab, l3) ? 1 : 0) },
  ];
}

function linkBenches(): MicroBench[] {
  const fdb = new Fdb(new Scheduler(new HeapQueue()));
  for (let i = 0; i < TABLE_ENTRIES; i++) fdb.fdbUpdate(MAC_HI, i, i & 31);
  const slab = new Slab();
  const short = udpFrame(slab, 64);
  const long = udpFrame(slab, 1472);
  const clone = (frame: Frame): number => {
    const copy = slab.take(frame.tail - frame.l3);
    slab.copyInto(frame, copy);
    slab.release(copy);
    return copy.tail;
  };
  let next = 0;
  const advance = (): number => (next = (next + 7) & (TABLE_ENTRIES - 1));
  return [
    { name: 'fdb find', run: () => fdb.find(MAC_HI, advance()) },
    { name: 'fdb learn, known', run: () => fdb.fdbUpdate(MAC_HI, advance(), next & 31) },
    {
      name: 'slab take and release',
      run: () => {
        const frame = slab.take(92);
        slab.release(frame);
        return frame.index;
      },
    },
    { name: 'slab clone 64', run: () => clone(short) },
    { name: 'slab clone 1500', run: () => clone(long) },
  ];
}

function kernelBenches(): MicroBench[] {
  const lab = new Lab(planW1(1), { queue: 'heap', observer: null });
  const { rootNs } = lab.host('h0');
  const eth0 = rootNs.deviceByName('eth0')!;
  const routes = new RouteCache();
  for (let i = 0; i < TABLE_ENTRIES; i++) {
    const address = FIRST_IP + 256 + i;
    rootNs.neighbours.create(eth0, address);
    routes.keepOutput(new DstEntry(DST_UNICAST, address, eth0, 0, FIRST_IP, routes.generation));
  }
  let next = 0;
  const advance = (): number => FIRST_IP + 256 + (next = (next + 7) & (TABLE_ENTRIES - 1));
  return [
    { name: 'neighbour find', run: () => rootNs.neighbours.find(eth0, advance())!.state },
    { name: 'route cache find', run: () => routes.findOutput(advance())!.type },
    { name: 'route look-up, tables', run: () => rootNs.fib.addressType(advance()).length },
  ];
}

function captureBenches(): MicroBench[] {
  let written = 0;
  const sink = {
    write: (chunk: Uint8Array): void => {
      written += chunk.length;
    },
  };
  const pcap = new PcapWriter(sink);
  const pcapng = new PcapngWriter(sink);
  const id = pcapng.addInterface({ name: 'h0/eth0', mac: mac('52:54:00:00:00:01'), ip4: [] });
  const source = new Uint8Array(4096);
  const pcapRecord = (bytes: number) => (): number => {
    pcap.writeRecord(1_735_689_600, 1, source, 64, 64 + bytes);
    return written;
  };
  const pcapngPacket = (bytes: number) => (): number => {
    pcapng.writePacket(id, 1_735_689_600, 1, source, 64, 64 + bytes, 1, 0, 1);
    return written;
  };
  return [
    { name: 'pcap record 100', run: pcapRecord(100) },
    { name: 'pcap record 1514', run: pcapRecord(1514) },
    { name: 'pcapng packet 100', run: pcapngPacket(100) },
    { name: 'pcapng packet 1514', run: pcapngPacket(1514) },
  ];
}

/** It has a bit of everything. */
const SCENARIO = utf8Encode(`
name: sample
hosts:
  node1: { address: 192.168.50.11/24 }
  node2: { address: 192.168.50.12/24 }
  client: { address: 192.168.50.50/24, docker: false }
lans:
  lan: { hosts: [node1, node2, client], rate: 1Gbit, delay: 50us, queue: 1000, mtu: 1500 }
steps:
  - on: node1
    run: docker run -itd --name c1 busybox
  - on: node1
    run: docker exec c1 ping -c 4 192.168.50.12
    expect: { exit: 0, stdout: ", 0% packet loss" }
  - wait: 5s
  - expect: { capture: node1/eth0, filter: "icmp", count: ">= 8" }
flows:
  - { from: client, to: node2, udp: 9, size: 64, count: 1000, interval: 10us, start: 1s }
`);
const COMMAND = `docker exec c1 ping -c 4 -i 0.5 'c2' && echo "sent by $USER" ; sleep 5 & docker network ls`;

function textBenches(): MicroBench[] {
  const slab = new Slab();
  const { head, tail } = udpFrame(slab, 64);
  const v = slab.view;
  const filter = compileFilter('udp port 9 and (src host 10.0.0.1 or src net 192.168.0.0/16)');
  return [
    { name: 'filter match', run: () => (filter.matches(v, head, tail) ? 1 : 0) },
    { name: 'filter compile', run: () => compileFilter('udp port 9 and host 10.0.0.1').text.length },
    { name: 'dissect', run: () => dissect(v, head, tail).length },
    { name: 'shell parse', run: () => parse(COMMAND).commands.length },
    { name: 'load a plan', run: () => loadPlan('bench.yaml', SCENARIO).hosts.length },
  ];
}

/** The benches of a group; what they need is made when this is called. */
export function microBenches(group: MicroGroup): MicroBench[] {
  switch (group) {
    case 'wire':
      return wireBenches();
    case 'link':
      return linkBenches();
    case 'kernel':
      return kernelBenches();
    case 'capture':
      return captureBenches();
    case 'text':
      return textBenches();
  }
}
