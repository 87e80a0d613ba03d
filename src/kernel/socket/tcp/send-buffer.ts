/** The bytes of the send queue: a bounded ring, addressed by sequence number. */
import { notYet } from './not-yet.ts';

export class SendBuffer {
  /** Appends up to `to - from` bytes behind `writeSeq`. */
  write(_seq: number, _bytes: Uint8Array, _from: number, _to: number): void {
    notYet('SendBuffer.write');
  }

  /** Copies the bytes of `seq` to `seq + length` to `at` of `target`. */
  read(_seq: number, _length: number, _target: Uint8Array, _at: number): void {
    notYet('SendBuffer.read');
  }
}
