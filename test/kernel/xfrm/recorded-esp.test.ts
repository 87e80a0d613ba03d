/** What the real kernel encrypted, decrypted with its keys; and what it would have encrypted, to its own bytes. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseIp4 } from '../../../src/base/addr.ts';
import { NO_LIMITS } from '../../../src/kernel/xfrm/lifetime.ts';
import { espInput, espMtu, espOutput } from '../../../src/kernel/xfrm/esp4.ts';
import { ANY_SELECTOR, NO_MARK } from '../../../src/kernel/xfrm/selector.ts';
import { RFC4106_GCM_AES, XfrmState } from '../../../src/kernel/xfrm/state.ts';
import type { Frame } from '../../../src/link/frame.ts';
import { Slab } from '../../../src/link/frame.ts';
import { FrameStats } from '../../../src/link/frame-stats.ts';
import { readCapture } from '../../../src/pcap-writer/index.ts';
import { foldSum, sumBytes } from '../../../src/wire/checksum.ts';
import * as esp from '../../../src/wire/esp.ts';
import * as ipv4 from '../../../src/wire/ipv4.ts';
import type { Skippable } from '../../machine.ts';
import { need, SHARED } from '../../machine.ts';

const FOLDER = join(SHARED, 'truth', 'stock-kernel', '3-encrypted');

function packetsOf(file: string): Uint8Array[] {
  return readCapture(readFileSync(join(FOLDER, file))).packets.map(({ data }) => data);
}

function bytesOf(digits: string): Uint8Array {
  return Uint8Array.from(digits.match(/[\da-f]{2}/g)!, (byte) => parseInt(byte, 16));
}

function makeState(src: string, dst: string, spi: number, key: string, iv: readonly [number, number]): XfrmState {
  const settings = {
    src: parseIp4(src)!,
    dst: parseIp4(dst)!,
    proto: ipv4.PROTO_ESP,
    spi,
    reqid: 0,
    mark: NO_MARK,
    outputMark: NO_MARK,
    flags: 0,
    extraFlags: 0,
    sequence: 0,
    replayWindow: 0,
    replayIncoming: 0,
    replayOutgoing: 0,
    aead: { name: RFC4106_GCM_AES, key: bytesOf(key), icvBits: 64 },
    selector: ANY_SELECTOR,
    limits: NO_LIMITS,
  };
  return new XfrmState(settings, 0, ...iv);
}

/** The recorded keys by SPI. */
function states(test: Skippable): Map<number, XfrmState> {
  need(test, 'shared');
  const found = new Map<number, XfrmState>();
  for (const line of readFileSync(join(FOLDER, 'esp_sa'), 'utf8').trim().split('\n')) {
    const [, src = '', dst = '', spi = '', , key = ''] = JSON.parse(`[${line}]`) as string[];
    found.set(Number(spi), makeState(src, dst, Number(spi), key.slice(2), [0, 0]));
  }
  return found;
}

/** A frame with these bytes, as a card has taken it. */
function frameOf(stats: FrameStats, bytes: Uint8Array): Frame {
  const frame = stats.take(bytes.length);
  frame.head = frame.l3 - 14;
  frame.slab.bytes.set(bytes, frame.head);
  frame.tail = frame.l3 + ipv4.totalLen(frame.slab.view, frame.l3);
  frame.l4 = frame.l3 + ipv4.headerLen(frame.slab.view, frame.l3);
  return frame;
}

/** The encrypted datagrams of a capture that are whole. */
function espPackets(file: string): Uint8Array[] {
  return packetsOf(file).filter((bytes) => bytes[12] === 8 && bytes[13] === 0 && bytes[23] === ipv4.PROTO_ESP);
}

const CAPTURES = ['enc.h1-eth0.pcap', 'enc.h2-eth0.pcap', 'enc.h3-eth0.pcap'];

describe('kernel/xfrm: recorded ESP', () => {
  it('comes out whole, every datagram: UDP to 4789 with a good checksum around what vxlan0 saw', function () {
    const byspi = states(this);
    const stats = new FrameStats(new Slab(64), 0);
    let count = 0;
    const inner = new Map<string, string[]>(CAPTURES.map((file) => [file, []]));
    for (const file of CAPTURES) {
      for (const bytes of espPackets(file)) {
        const frame = frameOf(stats, bytes);
        const { slab } = frame;
        equal(espInput(frame, byspi.get(esp.spi(slab.view, frame.l4))!), '');
        ok(ipv4.checksumOk(slab, frame.l3));
        equal(ipv4.protocol(slab.view, frame.l3), ipv4.PROTO_UDP);
        equal(slab.view.getUint16(frame.l4 + 2), 4789);
        equal(slab.view.getUint16(frame.l4 + 4), frame.tail - frame.l4);
        const pseudo = sumBytes(slab, frame.l3 + 12, 8, ipv4.PROTO_UDP + frame.tail - frame.l4);
        equal(foldSum(sumBytes(slab, frame.l4, frame.tail - frame.l4, pseudo)), 0xffff);
        equal(slab.view.getUint32(frame.l4 + 12) >>> 8, 4098);
        inner.get(file)!.push(Buffer.from(slab.bytes.slice(frame.l4 + 16, frame.tail)).toString('hex'));
        stats.deliver(frame);
        count++;
      }
    }
    equal(count, 210);
    for (const host of ['h1', 'h2']) {
      const seen = packetsOf(`enc.${host}-vxlan0.pcap`).map((bytes) => Buffer.from(bytes).toString('hex'));
      const carried = inner.get(`enc.${host}-eth0.pcap`)!;
      // What two captures of one machine saw at one moment may stand in another order.
      deepEqual([...carried].sort(byText), seen.filter((each) => carried.includes(each)).sort(byText));
    }
  });

  it('goes in to the same bytes: header, vector, padding, ciphertext and value', function () {
    const byspi = states(this);
    const stats = new FrameStats(new Slab(64), 0);
    const salts = new Map<number, [number, number]>();
    let count = 0;
    for (const bytes of espPackets('enc.h1-eth0.pcap')) {
      const frame = frameOf(stats, bytes);
      const v = frame.slab.view;
      const spi = esp.spi(v, frame.l4);
      const sequence = esp.sequence(v, frame.l4);
      const iv: [number, number] = [v.getUint32(frame.l4 + 8), (v.getUint32(frame.l4 + 12) ^ sequence) >>> 0];
      // The vector is one number for each association, XOR the sequence number.
      deepEqual(salts.get(spi) ?? iv, iv);
      salts.set(spi, iv);
      const known = byspi.get(spi)!;
      equal(espInput(frame, known), '');
      const { src, dst } = known.id;
      const key = Buffer.from(known.aead.key).toString('hex');
      const again = makeState(text(src), text(dst), spi, key, iv);
      again.replay.outgoing = sequence;
      const out = espOutput(stats, frame, again);
      equal(Buffer.from(out.slab.bytes.slice(out.l3, out.tail)).equals(Buffer.from(bytes.subarray(14))), true);
      stats.deliver(out);
      count++;
    }
    equal(count, 105);
  });

  it('counts the bytes of what it carries as the real kernel did', function () {
    const byspi = states(this);
    const stats = new FrameStats(new Slab(64), 0);
    const carried = new Map<string, number>();
    for (const bytes of espPackets('enc.h1-eth0.pcap')) {
      const frame = frameOf(stats, bytes);
      const spi = esp.spi(frame.slab.view, frame.l4);
      espInput(frame, byspi.get(spi)!);
      const name = `0x${spi.toString(16).padStart(8, '0')}`;
      carried.set(name, (carried.get(name) ?? 0) + frame.tail - frame.l4);
      stats.deliver(frame);
    }
    const shown = readFileSync(join(FOLDER, '04-after-h1.txt'), 'utf8');
    const counted = [...shown.matchAll(/proto esp spi (0x\w+)[\s\S]*?lifetime current:\s+(\d+)\(bytes\)/g)];
    const used = counted.map(([, spi = '', count]): [string, number] => [spi, Number(count)]);
    deepEqual(carried, new Map(used.filter(([, count]) => count > 0)));
  });

  it('leaves a datagram of an encrypted network of MTU 1,424 as much room as it takes', () => {
    equal(espMtu(1500, 8), 1474);
    equal(1424 + 14 + 8 + 8 + 20, 1474);
    for (let mtu = 500; mtu < 520; mtu++) {
      const inner = espMtu(mtu, 16) - ipv4.HEADER_LEN;
      const whole = ipv4.HEADER_LEN + 16 + esp.encryptedLen(inner) + 16;
      ok(whole <= mtu && ipv4.HEADER_LEN + 16 + esp.encryptedLen(inner + 1) + 16 > mtu);
    }
  });
});

const byText = (left: string, right: string): number => (left < right ? -1 : 1);

function text(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}
