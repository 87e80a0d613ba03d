import { deepEqual, equal } from 'node:assert/strict';
import { ip4 } from '../../../src/base/addr.ts';
import { NO_LIMITS } from '../../../src/kernel/xfrm/lifetime.ts';
import { ANY_SELECTOR, makeFlow, NO_MARK } from '../../../src/kernel/xfrm/selector.ts';
import type { XfrmStateSettings } from '../../../src/kernel/xfrm/state.ts';
import { aeadFlaw, RFC4106_GCM_AES, XfrmState, XfrmStates } from '../../../src/kernel/xfrm/state.ts';

const A = ip4('10.0.0.1');
const B = ip4('10.0.0.2');

function make(spi: number, addedSeconds: number, more: Partial<XfrmStateSettings> = {}): XfrmState {
  const settings = {
    src: A,
    dst: B,
    proto: 50,
    spi,
    reqid: 7,
    mark: NO_MARK,
    outputMark: NO_MARK,
    flags: 0,
    extraFlags: 0,
    sequence: 0,
    replayWindow: 0,
    replayIncoming: 0,
    replayOutgoing: 0,
    aead: { name: RFC4106_GCM_AES, key: new Uint8Array(20), icvBits: 64 },
    selector: ANY_SELECTOR,
    limits: NO_LIMITS,
    ...more,
  };
  return new XfrmState(settings, addedSeconds, 0x01020304, 0x05060719);
}

const FLOW = { ...makeFlow(), src: A, dst: B };
const WANTED = { proto: 50, spi: 0, reqid: 7, mark: 0 };

describe('kernel/xfrm/state', () => {
  it('is found by destination, SPI and mark', () => {
    const states = new XfrmStates();
    equal(states.add(make(5, 100, { mark: { value: 1, mask: 1 } })), '');
    equal(states.add(make(5, 100, { mark: { value: 1, mask: 1 } })), 'EEXIST');
    equal(states.lookup(B, 5, 50, 3)?.id.spi, 5);
    equal(states.lookup(B, 5, 50, 2), null);
    equal(states.lookup(A, 5, 50, 1), null);
    equal(states.lookup(B, 6, 50, 1), null);
    states.remove(states.list(100)[0]!);
    deepEqual([states.count, states.lookup(B, 5, 50, 1)], [0, null]);
  });

  it('goes out by the newest that fits, and of one second by the first', () => {
    const states = new XfrmStates();
    for (const [spi, added] of [
      [1, 100],
      [2, 101],
      [3, 101],
    ] as const) {
      states.add(make(spi, added));
    }
    equal(states.find(WANTED, FLOW, 200)?.id.spi, 2);
    equal(states.find({ ...WANTED, spi: 3 }, FLOW, 200)?.id.spi, 3);
    equal(states.find({ ...WANTED, reqid: 8 }, FLOW, 200), null);
    equal(states.find(WANTED, { ...FLOW, dst: A }, 200), null);
    deepEqual(
      states.list(200).map((state) => state.id.spi),
      [3, 2, 1],
    );
  });

  it('makes each initialisation vector of one number and the sequence number', () => {
    const view = new DataView(new ArrayBuffer(8));
    make(5, 100).writeIv(view, 0, 3);
    deepEqual([view.getUint32(0), view.getUint32(4)], [0x01020304, 0x0506071a]);
  });

  it('takes keys of AES behind a salt, and values of 8, 12 and 16 bytes', () => {
    const flaw = (keyBytes: number, icvBits: number, name = RFC4106_GCM_AES): string =>
      aeadFlaw({ name, key: new Uint8Array(keyBytes), icvBits });
    for (const keyBytes of [20, 28, 36]) for (const icvBits of [64, 96, 128]) equal(flaw(keyBytes, icvBits), '');
    equal(flaw(16, 64), 'Kernel was unable to initialize cryptographic operations');
    equal(flaw(20, 72), 'Requested AEAD algorithm not found');
    equal(flaw(20, 64, 'ccm(aes)'), 'Requested AEAD algorithm not found');
  });
});
