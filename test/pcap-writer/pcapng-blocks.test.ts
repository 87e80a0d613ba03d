import assert from 'node:assert/strict';
import { readCapture } from '../../src/pcap-writer/read-capture.ts';
import { bytesOf, countingBytes } from './bytes.ts';
import { ForeignCapture, text } from './foreign-capture.ts';

/** The time that one packet stamped `ticks` gets when its interface has these options. */
function timeOf(ticks: bigint, options: (body: ForeignCapture) => void): bigint {
  const file = new ForeignCapture(false).section().interface(options).enhancedPacket(0, ticks, countingBytes(1));
  return readCapture(file.bytes()).packets[0]!.timeNs;
}

describe('the reader of pcapng blocks', () => {
  it('counts time in microseconds unless told otherwise', () => {
    assert.equal(
      timeOf(7n, () => undefined),
      7000n,
    );
  });

  it('knows units of powers of ten and of two', () => {
    const unit = (code: number) => (body: ForeignCapture) => body.option(9, [code]);
    assert.equal(timeOf(7n, unit(9)), 7n);
    assert.equal(timeOf(7n, unit(0)), 7_000_000_000n);
    assert.equal(timeOf(7999n, unit(12)), 7n, 'picoseconds, rounded down');
    assert.equal(timeOf(3n, unit(0x81)), 1_500_000_000n, 'halves of a second');
    assert.equal(timeOf(1n << 30n, unit(0x80 | 30)), 1_000_000_000n);
    assert.equal(timeOf(0xffffffffffffffffn, unit(0x80)), 0xffffffffffffffffn * 1_000_000_000n);
    assert.equal(timeOf(0xffffffffffffffffn, unit(0x7f)), 0n);
    assert.equal(timeOf(0xffffffffffffffffn, unit(0xff)), 0n);
  });

  it('adds the offset of the interface, which may be negative', () => {
    const offset = (seconds: bigint) => (body: ForeignCapture) =>
      body.option(9, [9]).option(14, new ForeignCapture(false).u64(seconds).bytes());
    assert.equal(timeOf(5n, offset(1n)), 1_000_000_005n);
    assert.equal(timeOf(5n, offset(-2n)), -1_999_999_995n);
  });

  it('reads all that an interface says of itself', () => {
    const file = new ForeignCapture(false).section().interface((body) => {
      body.option(2, text('eth0')).option(3, text('uplink')).option(6, bytesOf('525400500b0c'));
      body.option(4, bytesOf('c0a8320b ffffff00')).option(4, bytesOf('0a000001 ffffffff'));
      body.option(8, bytesOf('8000000000000000')).option(11, bytesOf('00 617270')).option(12, text('Linux'));
      body.option(15, text('virtual')).option(1, text('remark'));
    }, 96);
    assert.deepEqual(readCapture(file.bytes()).interfaces, [
      {
        name: 'eth0',
        linkType: 1,
        snaplen: 96,
        section: 0,
        ip4: [
          { address: 0xc0a8320b | 0, prefixLen: 24 },
          { address: 0x0a000001, prefixLen: 32 },
        ],
        description: 'uplink',
        mac: 0x525400500b0c,
        speedBitsPerSecond: 1n << 63n,
        os: 'Linux',
        hardware: 'virtual',
        filter: 'arp',
        comment: 'remark',
      },
    ]);
  });

  it('takes no filter for text that is not in the language of libpcap', () => {
    const file = new ForeignCapture(true).section().interface((body) => body.option(11, [1, 0x28, 0, 0]));
    assert.deepEqual(readCapture(file.bytes()).interfaces, [
      { name: '', linkType: 1, snaplen: 0, section: 0, ip4: [] },
    ]);
  });

  it('reads the section header', () => {
    const file = new ForeignCapture(true).block(0x0a0d0d0a, (body) => {
      body.u32(0x1a2b3c4d).u16(1).u16(2).u64(100n);
      body.option(1, text('x')).option(2, text('hw')).option(3, text('os')).option(4, text('app'));
    });
    const section = { littleEndian: true, hardware: 'hw', os: 'os', application: 'app', comment: 'x' };
    assert.deepEqual(readCapture(file.bytes()).sections, [section]);
    const newer = new ForeignCapture(true).block(0x0a0d0d0a, (body) => body.u32(0x1a2b3c4d).u32(2).u64(0n));
    assert.throws(() => readCapture(newer.bytes()), { offset: 12, message: 'pcapng version 2 is unknown at byte 12' });
  });

  it('reads statistics, each counter only if it is there', () => {
    const file = new ForeignCapture(false).section().interface();
    file.block(5, (body) => body.u32(0).u64(3n).option(5, bytesOf('00000000000000ff')).option(0, []));
    file.block(5, (body) => body.u32(0).u64(4n));
    assert.deepEqual(readCapture(file.bytes()).statistics, [
      { interfaceId: 0, timeNs: 3000n, dropped: 255n },
      { interfaceId: 0, timeNs: 4000n },
    ]);
  });

  it('reads the names of IPv4 addresses among those of others', () => {
    const names = (fill: (body: ForeignCapture) => void): Uint8Array =>
      new ForeignCapture(false).section().block(4, fill).bytes();
    const sound = names((body) => {
      body.option(1, [172, 17, 0, 2, ...text('c1\0web\0')]).option(2, countingBytes(18));
      body.option(1, [1, 2, 3, 4]).option(0, []).option(1, [9, 9, 9, 9, 65, 0]);
    });
    assert.deepEqual(readCapture(sound).names, [
      { ip4: 0xac110002 | 0, names: ['c1', 'web'] },
      { ip4: 0x01020304, names: [] },
    ]);
    const short = names((body) => body.option(1, [1, 2, 3]));
    assert.throws(() => readCapture(short), { offset: 36, message: /^name record is too short/ });
    const long = names((body) => body.u16(1).u16(9).u32(0));
    assert.throws(() => readCapture(long), { offset: 36, message: /^name record runs past its block/ });
  });
});
