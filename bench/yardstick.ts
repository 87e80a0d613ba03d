/**
 * A fixed piece of work of the kind an emulator does, which uses nothing of the emulator: an event out of a heap and
 * one in, a look-up, a copy, a sum. It says how fast this machine is at this moment; times are compared as multiples
 * of its turn. Any change here makes the baseline worthless.
 */

const PENDING = 256;
const SLOT_BYTES = 2048;
const SLOTS = 512;
const COPY_BYTES = 256;
const TABLE_SLOTS = 1024;

export class Yardstick {
  private readonly times = new Float64Array(PENDING);
  private readonly bytes = new Uint8Array(SLOT_BYTES * SLOTS);
  private readonly lanes = new Uint32Array(this.bytes.buffer);
  private readonly table = new Int32Array(TABLE_SLOTS);
  private state = 12_345;
  private sum = 0;

  constructor() {
    for (let i = 0; i < PENDING; i++) this.times[i] = i * 1000;
    for (let i = 0; i < TABLE_SLOTS; i++) this.table[i] = (i * 7919) % SLOTS;
    for (let i = 0; i < this.bytes.length; i++) this.bytes[i] = i & 255;
  }

  /** One turn; the number depends on all turns so far, so none of them can be left out. */
  turn(): number {
    this.state = (Math.imul(this.state, 1_664_525) + 1_013_904_223) | 0;
    this.replaceFirst(this.state >>> 16);
    const from = this.table[this.state & (TABLE_SLOTS - 1)]! * SLOT_BYTES;
    const to = this.table[(this.state >>> 10) & (TABLE_SLOTS - 1)]! * SLOT_BYTES;
    this.bytes.copyWithin(to, from, from + COPY_BYTES);
    let total = 0;
    for (let i = to >> 2, end = (to + COPY_BYTES) >> 2; i < end; i++) total = (total + this.lanes[i]!) | 0;
    this.sum = (this.sum + total) | 0;
    return this.sum;
  }

  /** Takes the earliest time and puts it back `delay` later. */
  private replaceFirst(delay: number): void {
    const times = this.times;
    const time = times[0]! + delay;
    let at = 0;
    for (let child = 1; child < PENDING; child = 2 * at + 1) {
      if (child + 1 < PENDING && times[child + 1]! < times[child]!) child++;
      if (times[child]! >= time) break;
      times[at] = times[child]!;
      at = child;
    }
    times[at] = time;
  }
}
