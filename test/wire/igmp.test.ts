import assert from 'node:assert/strict';
import { ip4 } from '../../src/base/addr.ts';
import { makeByteViews } from '../../src/base/bytes.ts';
import * as igmp from '../../src/wire/igmp.ts';

/** As a real kernel's bridge sent them. */
const TO_EXCLUDE = '2200f9930000000104000000e000006a';
const TO_INCLUDE = '2200fa930000000103000000e000006a';

describe('wire: IGMPv3 reports', () => {
  it('are byte for byte those of a real kernel', () => {
    const views = makeByteViews(16);
    for (const [kind, expected] of [
      [igmp.CHANGE_TO_EXCLUDE, TO_EXCLUDE],
      [igmp.CHANGE_TO_INCLUDE, TO_INCLUDE],
    ] as const) {
      assert.equal(igmp.writeReport(views, 0, [{ kind, group: ip4('224.0.0.106') }]), 16);
      assert.equal(Buffer.from(views.bytes).toString('hex'), expected);
    }
  });

  it('hold several records', () => {
    const views = makeByteViews(24);
    const groups = ['239.1.2.3', '224.0.0.106'].map((text) => ({ kind: igmp.CHANGE_TO_INCLUDE, group: ip4(text) }));
    assert.equal(igmp.writeReport(views, 0, groups), igmp.REPORT_LEN + 2 * igmp.RECORD_LEN);
    assert.equal(views.view.getUint16(6), 2);
    assert.equal(views.view.getInt32(20), ip4('224.0.0.106'));
  });
});
