import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { hex } from '../../../../src/base/bytes.ts';
import { clientHello, readHello, serverHello } from '../../../../src/docker/swarm/control/tls-hello.ts';
import { readCapture } from '../../../../src/pcap-writer/index.ts';
import { need, SHARED } from '../../../machine.ts';

const SECRETS = {
  random: new Uint8Array(32).fill(1),
  sessionId: new Uint8Array(32).fill(2),
  keyShare: new Uint8Array(32).fill(3),
};
const RECORDING = `${SHARED}/truth/docker/swarm/join.h1-eth0.pcap`;

/** Ethernet, IPv4 and TCP with time stamps, then the header of the record. */
const HELLO_AT = 14 + 20 + 32 + 5;

describe('the hellos of TLS', () => {
  it('are those of the recorded nodes, but for what is drawn', function () {
    need(this, 'shared');
    const frames = readCapture(readFileSync(RECORDING)).packets.map((packet) => packet.data);
    const names = ['', 'swarm-ca', 'swarm-manager'];
    let found = 0;
    for (const frame of frames) {
      const message = frame.subarray(HELLO_AT);
      if (frame[HELLO_AT - 5] !== 22 || message[4] !== 3) continue;
      const length = (frame[HELLO_AT - 2]! << 8) | frame[HELLO_AT - 1]!;
      const hello = message.subarray(0, length);
      const isFromClient = hello[0] === 1;
      const secrets = readHello(hello, isFromClient);
      assert.ok(secrets !== null);
      const made = isFromClient ? clientHello(secrets, names[(found >> 1) % 3]!) : serverHello(secrets);
      assert.equal(hex(made), hex(hello));
      found++;
    }
    assert.equal(found, 12);
  });

  it('are read by the other side, and refused where they are cut off or none', () => {
    for (const [hello, isFromClient] of [
      [clientHello(SECRETS, 'swarm-ca'), true],
      [serverHello(SECRETS), false],
    ] as const) {
      assert.deepEqual(readHello(hello, isFromClient), SECRETS);
      assert.equal(readHello(hello, !isFromClient), null);
      for (let length = 0; length < hello.length; length++) {
        assert.equal(readHello(hello.subarray(0, length), isFromClient), null);
      }
    }
  });
});
