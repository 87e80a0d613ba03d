import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { createRootCa, CERT_ISSUER_SUBJECT } from '../../../src/docker/swarm/root-ca.ts';
import { Rng } from '../../../src/sim/rng.ts';

describe('docker/swarm/root-ca', () => {
  it('is a certificate that others can read, with the names and times of a real one', () => {
    for (let seed = 0; seed < 20; seed++) {
      const ca = createRootCa(Rng.fromSeed(seed), 1_795_901_900);
      const der = Buffer.from(ca.certificate.replaceAll(/-----[A-Z ]+-----|\n/g, ''), 'base64');
      const read = parseDer(der);
      assert.equal(read, der.length);
      assert.match(ca.certificate, /^-----BEGIN CERTIFICATE-----\n(?:[A-Za-z0-9+/]{64}\n)+/);
      assert.ok(der.includes(Buffer.from(ca.publicKey, 'base64')));
      assert.ok(der.includes(Buffer.from(CERT_ISSUER_SUBJECT, 'base64')));
      const text = certificateOf(ca.certificate);
      assert.equal(text.subject, 'CN=swarm-ca');
      assert.equal(text.validFrom, 'Nov 28 21:33:00 2026 GMT');
    }
  });

  it('has the name that a real swarm shows', () => {
    assert.equal(CERT_ISSUER_SUBJECT, 'MBMxETAPBgNVBAMTCHN3YXJtLWNh');
  });
});

function certificateOf(pem: string): X509Certificate {
  return new X509Certificate(pem);
}

/** Walks through tags and lengths; how many bytes the first value takes. */
function parseDer(der: Buffer): number {
  let length = der[1]!;
  let header = 2;
  if (length >= 0x80) {
    header += length & 0x7f;
    length = der.readUIntBE(2, length & 0x7f);
  }
  if ((der[0]! & 0x20) !== 0) {
    let at = header;
    while (at < header + length) at += parseDer(der.subarray(at));
    assert.equal(at, header + length);
  }
  return header + length;
}
