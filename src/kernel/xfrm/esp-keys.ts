/** The keys of a run in the form in which Wireshark reads them: a line of its table `esp_sa` for each association. */
import { formatIp4 } from '../../base/addr.ts';
import type { Aead, XfrmId } from './state.ts';

/** An association that a machine has, or has had. */
export interface EspKey {
  readonly id: XfrmId;
  readonly aead: Aead;
}

/** The line without its end: addresses, SPI, cipher with the length of its value, key and salt; nothing else. */
export function espSaLine({ id, aead }: EspKey): string {
  const cipher = `AES-GCM with ${aead.icvBits / 8} octet ICV [RFC4106]`;
  const key = Array.from(aead.key, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const spi = id.spi.toString(16).padStart(8, '0');
  const fields = ['IPv4', formatIp4(id.src), formatIp4(id.dst), `0x${spi}`, cipher, `0x${key}`, 'NULL', ''];
  return fields.map((field) => `"${field}"`).join(',');
}

/** All that the machines have ever had, each line once: both ends of an association know it. */
export function espSaLines(machines: Iterable<{ readonly espKeys: readonly EspKey[] }>): string[] {
  const lines = new Set<string>();
  for (const { espKeys } of machines) for (const key of espKeys) lines.add(espSaLine(key));
  return [...lines];
}
