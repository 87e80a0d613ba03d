/** Bytes of a stream as text, whatever the pieces they come in: a character that is cut waits for its rest. */
import { utf8Decode } from '../base/bytes.ts';

const NOTHING = new Uint8Array(0);

export class TextStream {
  private rest: Uint8Array = NOTHING;

  /** The text of the next bytes, as far as its characters are whole. */
  push(bytes: Uint8Array): string {
    const all = this.rest.length === 0 ? bytes : joined(this.rest, bytes);
    const whole = all.length - openBytes(all);
    this.rest = all.slice(whole);
    return utf8Decode(all.subarray(0, whole));
  }

  /** What is left at the end. */
  end(): string {
    const text = utf8Decode(this.rest);
    this.rest = NOTHING;
    return text;
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}

/** How many bytes at the end are the beginning of a character of UTF-8. */
function openBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return 0;
    if (byte < 0xc0) continue;
    const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return size > back ? back : 0;
  }
  return 0;
}
