import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { SynOptions, TcpOptionFields } from '../../src/wire/tcp-options.ts';
import {
  synOptionsLength,
  tcpFastParseOptions,
  tcpParseAlignedTimestamp,
  tcpParseOptions,
  writeSynOptions,
  writeTimestamps,
} from '../../src/wire/tcp-options.ts';
import { FLAG_ACK, FLAG_SYN } from '../../src/wire/tcp.ts';

const ALL_ON = { windowScaling: 1, timestamps: 1, sack: 1 };

function nothing(marks: Partial<TcpOptionFields> = {}): TcpOptionFields {
  return {
    rcvTsval: 0,
    rcvTsecr: 0,
    sawTstamp: false,
    tstampOk: false,
    wscaleOk: false,
    sackOk: false,
    sndWscale: 0,
    sackOffset: 0,
    numSacks: 0,
    mssClamp: 536,
    userMss: 0,
    ...marks,
  };
}

/** A header at 8 with these options, which need not fill words. */
function header(flags: number, options: readonly number[]): { view: DataView; bytes: number } {
  const view = new DataView(new ArrayBuffer(8 + 60));
  view.setUint8(8 + 13, flags);
  for (const [i, byte] of options.entries()) view.setUint8(8 + 20 + i, byte);
  return { view, bytes: 20 + options.length };
}

function parsed(flags: number, options: readonly number[], marks: Partial<TcpOptionFields> = {}): TcpOptionFields {
  const into = nothing(marks);
  const { view, bytes } = header(flags, options);
  tcpParseOptions(view, 8, bytes, into, (flags & FLAG_SYN) === 0, ALL_ON);
  return into;
}

const LINUX_SYN = [2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 1, 2, 0, 0, 0, 0, 1, 3, 3, 7];

describe('options of a SYN', () => {
  it('are read as Linux sends them', () => {
    const into = parsed(FLAG_SYN, LINUX_SYN);
    assert.deepEqual(
      into,
      nothing({ mssClamp: 1460, sackOk: true, sawTstamp: true, rcvTsval: 258, wscaleOk: true, sndWscale: 7 }),
    );
  });

  it('count only as far as the settings let them', () => {
    const into = nothing();
    const { view, bytes } = header(FLAG_SYN, LINUX_SYN);
    tcpParseOptions(view, 8, bytes, into, false, { windowScaling: 0, timestamps: 0, sack: 0 });
    assert.deepEqual(into, nothing({ mssClamp: 1460 }));
  });

  it('do not count without the flag, nor when the connection stands', () => {
    assert.deepEqual(parsed(FLAG_ACK, LINUX_SYN), nothing());
    const into = nothing();
    const { view, bytes } = header(FLAG_SYN, LINUX_SYN);
    tcpParseOptions(view, 8, bytes, into, true, ALL_ON);
    assert.deepEqual(into, nothing());
  });

  it('keep to the limits of the program and of the protocol', () => {
    assert.equal(parsed(FLAG_SYN, LINUX_SYN, { userMss: 1000 }).mssClamp, 1000);
    assert.equal(parsed(FLAG_SYN, LINUX_SYN, { userMss: 2000 }).mssClamp, 1460);
    assert.equal(parsed(FLAG_SYN, [2, 4, 0, 0]).mssClamp, 536);
    assert.equal(parsed(FLAG_SYN, [3, 3, 200]).sndWscale, 14);
  });

  it('are ignored with any length but their own', () => {
    const lengths: readonly (readonly [number, number])[] = [
      [2, 4],
      [3, 3],
      [4, 2],
      [8, 10],
    ];
    for (const [kind, right] of lengths) {
      for (let size = 2; size <= 40; size++) {
        const options = [kind, size, ...new Array<number>(38).fill(9)].slice(0, size);
        const changed = JSON.stringify(parsed(FLAG_SYN, options)) !== JSON.stringify(nothing());
        assert.equal(changed, size === right, `kind ${kind} of ${size} bytes`);
      }
    }
  });

  it('end at a length that cannot be and at the end of the list', () => {
    for (const stop of [[0], [99, 0], [99, 1], [99, 200]]) {
      assert.deepEqual(parsed(FLAG_SYN, [...stop, ...LINUX_SYN].slice(0, 40)), nothing(), stop.join());
    }
    assert.equal(parsed(FLAG_SYN, [99, 4, 1, 1, ...LINUX_SYN]).mssClamp, 1460);
  });

  it('may be cut off anywhere: what is whole counts', () => {
    for (let bytes = 0; bytes <= LINUX_SYN.length; bytes++) {
      const into = parsed(FLAG_SYN, LINUX_SYN.slice(0, bytes));
      assert.equal(into.mssClamp, bytes >= 4 ? 1460 : 536);
      assert.equal(into.sackOk, bytes >= 6);
      assert.equal(into.sawTstamp, bytes >= 16);
      assert.equal(into.wscaleOk, bytes >= 20);
    }
  });

  it('read whatever comes without going beyond the header', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 0, max: 255 }), (options, flags) => {
        const view = new DataView(new ArrayBuffer(20 + options.length));
        view.setUint8(13, flags);
        for (const [i, byte] of options.entries()) view.setUint8(20 + i, byte);
        const into = nothing({ sackOk: true, tstampOk: true });
        tcpParseOptions(view, 0, view.byteLength, into, false, ALL_ON);
        tcpFastParseOptions(view, 0, view.byteLength, into, ALL_ON);
        assert.ok(into.numSacks === 0 || into.sackOffset + 8 * into.numSacks <= view.byteLength);
        assert.ok(into.sndWscale <= 14 && into.numSacks <= 4);
      }),
    );
  });

  it('are written in the order of Linux and read back', () => {
    const full: SynOptions = { mss: 1460, hasTimestamps: true, tsval: 258, tsecr: 0, hasSack: true, wscale: 7 };
    const view = new DataView(new ArrayBuffer(40));
    assert.equal(writeSynOptions(view, 0, full), 20);
    assert.deepEqual([...new Uint8Array(view.buffer, 0, 20)], LINUX_SYN);
    fc.assert(
      fc.property(
        fc.record({
          mss: fc.integer({ min: 1, max: 65_535 }),
          hasTimestamps: fc.boolean(),
          tsval: fc.integer(),
          tsecr: fc.integer(),
          hasSack: fc.boolean(),
          wscale: fc.integer({ min: -1, max: 14 }),
        }),
        (options) => {
          const target = new DataView(new ArrayBuffer(60));
          const bytes = writeSynOptions(target, 20, options);
          assert.equal(bytes, synOptionsLength(options));
          target.setUint8(13, FLAG_SYN);
          const into = nothing();
          tcpParseOptions(target, 0, 20 + bytes, into, false, ALL_ON);
          assert.equal(into.mssClamp, options.mss);
          assert.equal(into.sawTstamp, options.hasTimestamps);
          assert.equal(into.sackOk, options.hasSack);
          assert.equal(into.wscaleOk, options.wscale >= 0);
          if (options.hasTimestamps) assert.deepEqual([into.rcvTsval, into.rcvTsecr], [options.tsval, options.tsecr]);
        },
      ),
    );
  });
});

describe('options of an established connection', () => {
  it('are time stamps at their usual place, or anywhere', () => {
    const usual = new DataView(new ArrayBuffer(60));
    assert.equal(writeTimestamps(usual, 20, -5, 7), 12);
    const into = nothing({ tstampOk: true });
    assert.equal(tcpFastParseOptions(usual, 0, 32, into, ALL_ON), true);
    assert.deepEqual([into.sawTstamp, into.rcvTsval, into.rcvTsecr], [true, -5, 7]);
    const turned = header(FLAG_ACK, [8, 10, 0, 0, 0, 3, 0, 0, 0, 4, 1, 1]);
    assert.equal(tcpParseAlignedTimestamp(turned.view, 8, into), false);
    assert.equal(tcpFastParseOptions(turned.view, 8, turned.bytes, into, ALL_ON), true);
    assert.deepEqual([into.sawTstamp, into.rcvTsval, into.rcvTsecr], [true, 3, 4]);
    assert.equal(tcpFastParseOptions(turned.view, 8, 20, into, ALL_ON), false);
    assert.equal(into.sawTstamp, false);
  });

  it('are no time stamps when none were agreed on', () => {
    const into = parsed(FLAG_ACK, [1, 1, 8, 10, 0, 0, 0, 3, 0, 0, 0, 4]);
    assert.equal(into.sawTstamp, false);
  });

  it('are SACK blocks where SACK was agreed on and the length is theirs', () => {
    for (let size = 2; size <= 40; size++) {
      const options = [5, size, ...new Array<number>(38).fill(1)].slice(0, size);
      const into = parsed(FLAG_ACK, options, { sackOk: true });
      const blocks = (size - 2) % 8 === 0 ? (size - 2) / 8 : 0;
      assert.equal(into.numSacks, blocks);
      if (blocks > 0) assert.equal(into.sackOffset, 8 + 20 + 2);
      assert.equal(parsed(FLAG_ACK, options).numSacks, 0);
    }
  });
});
