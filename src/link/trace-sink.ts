/**
 * The trace sink: told of every decision about a frame by null-checked calls. `--explain`, tests and reports listen;
 * without a listener a decision costs one comparison.
 */
import type { DropReason } from './drop.ts';
import type { Frame, FrameDevice } from './frame.ts';

export const RX = 1;
export const TX = 2;
/** Seen from the device: received or sent. The values are those of pcapng's epb_flags. */
export type Direction = typeof RX | typeof TX;

export interface TraceSink {
  /** The frame passes a device. */
  onDevice(frame: Frame, dev: FrameDevice, direction: Direction): void;
  /** A bridge or switch has chosen: one port by its table, or all of them. `words` is fixed text. */
  onBridge(frame: Frame, dev: FrameDevice, words: string, port: FrameDevice | null): void;
  /** A bridge or switch has learned or moved a MAC address. */
  onLearn(frame: Frame, dev: FrameDevice, port: FrameDevice, isMove: boolean): void;
  /** A routing decision. `gateway` is 0 for a neighbour on the link. */
  onRoute(frame: Frame, words: string, dev: FrameDevice | null, gateway: number): void;
  /** The neighbour table's answer for `ip`: resolved, parked, probing … */
  onNeighbour(frame: Frame, dev: FrameDevice, ip: number, words: string): void;
  /** The kernel's own handler or a socket has consumed the frame. */
  onDeliver(frame: Frame): void;
  onDrop(frame: Frame, reason: DropReason, where: FrameDevice | null): void;
}
