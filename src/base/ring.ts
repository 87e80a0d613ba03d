/**
 * First in, first out queues in a power-of-two array that grows by doubling and never shrinks. Once grown they
 * allocate nothing, which a JavaScript array used with push and shift does.
 *
 *   head                      (head + length) & mask
 *    | first | second | …last |        free            |
 */
import { assert } from './assert.ts';

const FIRST_CAPACITY = 16;

function capacityFor(wanted: number): number {
  let capacity = FIRST_CAPACITY;
  while (capacity < wanted) capacity *= 2;
  return capacity;
}

/** A ring of objects. `T` must not include null or undefined, which mark the free places. */
export class Ring<T> {
  length: number;
  private head: number;
  private mask: number;
  private items: (T | null)[];

  constructor(capacity = FIRST_CAPACITY) {
    this.length = 0;
    this.head = 0;
    this.items = new Array<T | null>(capacityFor(capacity)).fill(null);
    this.mask = this.items.length - 1;
  }

  /** Appends at the tail. */
  push(item: T): void {
    if (this.length > this.mask) this.grow();
    this.items[(this.head + this.length) & this.mask] = item;
    this.length++;
  }

  /** Takes the item at the head; asserts that there is one. */
  shift(): T {
    assert(this.length > 0, 'Ring.shift: the ring is not empty');
    const item = this.items[this.head] as T;
    this.items[this.head] = null;
    this.head = (this.head + 1) & this.mask;
    this.length--;
    return item;
  }

  /** The item at the head, which stays; asserts that there is one. */
  peek(): T {
    assert(this.length > 0, 'Ring.peek: the ring is not empty');
    return this.items[this.head] as T;
  }

  /** The item `i` places behind the head. */
  at(i: number): T {
    assert(i >= 0 && i < this.length, 'Ring.at: the index is inside the ring');
    return this.items[(this.head + i) & this.mask] as T;
  }

  /** Forgets all items, and lets go of them. */
  clear(): void {
    this.items.fill(null);
    this.length = 0;
    this.head = 0;
  }

  /** Slow path. */
  private grow(): void {
    const grown = new Array<T | null>(this.items.length * 2).fill(null);
    for (let i = 0; i < this.length; i++) grown[i] = this.items[(this.head + i) & this.mask]!;
    this.items = grown;
    this.mask = grown.length - 1;
    this.head = 0;
  }
}

/** A ring of numbers on a Float64Array: no number in it is boxed. */
export class NumberRing {
  length: number;
  private head: number;
  private mask: number;
  private items: Float64Array;

  constructor(capacity = FIRST_CAPACITY) {
    this.length = 0;
    this.head = 0;
    this.items = new Float64Array(capacityFor(capacity));
    this.mask = this.items.length - 1;
  }

  /** Appends at the tail. */
  push(item: number): void {
    if (this.length > this.mask) this.grow();
    this.items[(this.head + this.length) & this.mask] = item;
    this.length++;
  }

  /** Takes the number at the head; asserts that there is one. */
  shift(): number {
    assert(this.length > 0, 'NumberRing.shift: the ring is not empty');
    const item = this.items[this.head]!;
    this.head = (this.head + 1) & this.mask;
    this.length--;
    return item;
  }

  /** The number at the head, which stays; asserts that there is one. */
  peek(): number {
    assert(this.length > 0, 'NumberRing.peek: the ring is not empty');
    return this.items[this.head]!;
  }

  /** The number `i` places behind the head. */
  at(i: number): number {
    assert(i >= 0 && i < this.length, 'NumberRing.at: the index is inside the ring');
    return this.items[(this.head + i) & this.mask]!;
  }

  clear(): void {
    this.length = 0;
    this.head = 0;
  }

  /** Slow path. */
  private grow(): void {
    const grown = new Float64Array(this.items.length * 2);
    for (let i = 0; i < this.length; i++) grown[i] = this.items[(this.head + i) & this.mask]!;
    this.items = grown;
    this.mask = grown.length - 1;
    this.head = 0;
  }
}
