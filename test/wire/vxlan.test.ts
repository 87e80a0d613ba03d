import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import * as vxlan from '../../src/wire/vxlan.ts';
import { RUNS, assertAccessorsAgree, assertNeeds, assertWritesSame } from './codec.ts';
import { exactView, sample } from './frames.ts';

describe('wire/vxlan', () => {
  it('reads the header as Linux writes it', () => {
    const header = sample('vxlan').subarray(42);
    assert.deepEqual(vxlan.parse(exactView(header), 0, header.length), { flags: 8, vni: 4097 });
    assert.equal(vxlan.layout.span, vxlan.HEADER_LEN);
  });

  it('reads with hot accessors what the layout decodes', () => {
    assertAccessorsAgree(vxlan.layout, {
      flags: { hot: vxlan.flags, cold: (header) => header.flags },
      vni: { hot: vxlan.vni, cold: (header) => header.vni },
    });
  });

  it('writes the same header hot and cold', () => {
    fc.assert(
      fc.property(fc.nat(0xff_ffff), (vni) => {
        assertWritesSame(
          8,
          (v, o) => {
            vxlan.writeHeader(v, o, vni);
          },
          (v, o) => vxlan.emit(v, o, { flags: vxlan.FLAG_VNI, vni }),
        );
      }),
      RUNS,
    );
  });

  it('tells a plain header from one with any other bit', () => {
    const bytes = Uint8Array.from(sample('vxlan').subarray(42, 50));
    const isPlain = (v: DataView): boolean => vxlan.isPlain(vxlan.flagsWord(v, 0), vxlan.vniWord(v, 0));
    assert.equal(isPlain(exactView(bytes)), true);
    for (let bit = 0; bit < 64; bit++) {
      const changed = Uint8Array.from(bytes);
      changed[bit >> 3]! ^= 0x80 >> (bit & 7);
      const isIdentifier = bit >= 32 && bit < 56;
      assert.equal(isPlain(exactView(changed)), isIdentifier, `bit ${bit}`);
      assert.equal(vxlan.hasVni(vxlan.flagsWord(exactView(changed), 0)), bit !== 4, `bit ${bit}`);
    }
  });

  it('refuses every header that is cut', () => {
    assertNeeds(sample('vxlan').subarray(42), 8, vxlan.parse);
  });

  it('speaks in the words of tcpdump', () => {
    assert.equal(vxlan.format({ flags: 8, vni: 4097 }), 'VXLAN, flags [I] (0x08), vni 4097');
    assert.equal(vxlan.format({ flags: 0, vni: 1 }), 'VXLAN, flags [invalid] (0x00), vni 1');
  });
});
