import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { macHi, macLo } from '../../src/base/addr.ts';
import * as arp from '../../src/wire/arp.ts';
import { PLAIN, RUNS, assertAccessorsAgree, assertNeeds, assertWritesSame } from './codec.ts';
import { IP_A, IP_B, MAC_A, MAC_B, exactView, sample } from './frames.ts';

const request = sample('arp request').subarray(14);

describe('wire/arp', () => {
  it('reads a request as Linux sends it', () => {
    assert.deepEqual(arp.parse(exactView(request), 0, 28), {
      op: arp.OP_REQUEST,
      senderMac: MAC_A,
      senderIp: IP_A,
      targetMac: 0,
      targetIp: IP_B,
    });
    assert.equal(arp.layout.span, arp.PACKET_LEN);
  });

  it('reads with hot accessors what the layout decodes', () => {
    assertAccessorsAgree(arp.layout, {
      op: { hot: arp.op, cold: (packet) => packet.op },
      senderMacHi: { hot: arp.senderMacHi, cold: (packet) => macHi(packet.senderMac) },
      senderMacLo: { hot: arp.senderMacLo, cold: (packet) => macLo(packet.senderMac) },
      senderIp: { hot: arp.senderIp, cold: (packet) => packet.senderIp },
      targetMacHi: { hot: arp.targetMacHi, cold: (packet) => macHi(packet.targetMac) },
      targetMacLo: { hot: arp.targetMacLo, cold: (packet) => macLo(packet.targetMac) },
      targetIp: { hot: arp.targetIp, cold: (packet) => packet.targetIp },
    });
  });

  it('writes the same packet hot and cold, and reads it back', () => {
    const anyMac = fc.nat(0xffff_ffff_ffff);
    const anyPacket = fc.record(
      {
        op: fc.nat(0xffff),
        senderMac: anyMac,
        senderIp: fc.integer(),
        targetMac: anyMac,
        targetIp: fc.integer(),
      },
      PLAIN,
    );
    fc.assert(
      fc.property(anyPacket, (packet) => {
        const { op, senderMac: sha, senderIp: spa, targetMac: tha, targetIp: tpa } = packet;
        assertWritesSame(
          28,
          (v, o) => {
            arp.write(v, o, op, macHi(sha), macLo(sha), spa, macHi(tha), macLo(tha), tpa);
          },
          (v, o) => arp.emit(v, o, packet),
        );
        const v = new DataView(new ArrayBuffer(28));
        arp.emit(v, 0, packet);
        assert.deepEqual(arp.parse(v, 0, 28), packet);
      }),
      RUNS,
    );
  });

  it('refuses every packet that is cut, and padding does no harm', () => {
    assertNeeds(sample('padded arp').subarray(14), 28, arp.parse);
  });

  it('refuses other hardware, other protocols and other address lengths', () => {
    for (let at = 0; at < 6; at++) {
      const other = request.slice();
      other[at]! ^= 1;
      assert.equal(arp.check(exactView(other), 0, 28), false, `byte ${at}`);
    }
    assert.equal(arp.check(exactView(request), 0, 28), true);
  });

  it('speaks in the words of tcpdump', () => {
    const packet = { op: 1, senderMac: MAC_A, senderIp: IP_A, targetMac: MAC_B, targetIp: IP_B };
    assert.equal(arp.format(packet), 'Request who-has 172.17.0.3 tell 172.17.0.2');
    assert.equal(arp.format({ ...packet, op: 2 }), 'Reply 172.17.0.2 is-at 02:42:ac:11:00:02');
    assert.equal(arp.format({ ...packet, op: 9 }), 'op 9 who-has 172.17.0.3 tell 172.17.0.2');
  });
});
