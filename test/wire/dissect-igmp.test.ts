import { strict as assert } from 'node:assert';
import { dissect, dissectVerbose } from '../../src/wire/dissect.ts';
import { ethernetBytes, exactView, ipv4Bytes } from './frames.ts';
import { needTcpdump, tcpdumpLines } from './machine.ts';

function igmp(hex: string): Uint8Array {
  return ethernetBytes(0x0800, ipv4Bytes([...Buffer.from(hex, 'hex')], { protocol: 2 }));
}

/** A report of joining and one of leaving as a real kernel sent them, then other kinds, and cut ones. */
const FRAMES = [
  '2200f9930000000104000000e000006a',
  '2200fa930000000103000000e000006a',
  '2200f9940000000104000000e000006a',
  '22000000000000010600000 2ef0102030a0000010a000002'.replace(' ', ''),
  '1164ee9b00000000',
  '1100eeff00000000',
  '1132000ef0102030',
  '1164ec1e0000000002 7d0000'.replace(' ', ''),
  '1200edfcef010203',
  '1600fa01ef010203',
  '1700f901ef010203',
  '22000000000000010400',
  '220000000000000104000000e00000',
  '4000000000000000',
].map(igmp);

describe('wire/dissect: IGMP', () => {
  it('says how many records a report has, and which when verbose', () => {
    const frame = FRAMES[0]!;
    assert.match(dissect(exactView(frame), 0, frame.length), /: igmp v3 report, 1 group record\(s\)$/);
    assert.match(
      dissectVerbose(exactView(frame), 0, frame.length),
      /: igmp v3 report, 1 group record\(s\) \[gaddr 224\.0\.0\.106 to_ex \{ \}\]$/,
    );
  });

  it('reads as tcpdump does', function () {
    needTcpdump(this);
    for (const [how, options] of [
      [dissect, []],
      [dissectVerbose, ['-e', '-vv']],
    ] as const) {
      const expected = tcpdumpLines(FRAMES, options);
      FRAMES.forEach((frame, i) => {
        assert.equal(how(exactView(frame), 0, frame.length), expected[i], `frame ${i} ${options.join(' ')}`);
      });
    }
  });
});
