/**
 * `--explain`: the story of each frame that a filter matches, told from the trace sink: which device, which table
 * entry, which route, why it died. A frame is known by its packet id, so the lines of one frame stand under one number
 * wherever it is seen. What is decided before the frame has its Ethernet header is told once it has.
 */
import { formatIp4 } from '../base/addr.ts';
import { dropReasonName } from '../link/drop.ts';
import type { DropReason } from '../link/drop.ts';
import type { Frame, FrameDevice } from '../link/frame.ts';
import { RX } from '../link/trace-sink.ts';
import type { Direction, TraceSink } from '../link/trace-sink.ts';
import type { Scheduler } from '../sim/scheduler.ts';
import { dissect } from '../wire/dissect.ts';
import type { Filter } from '../wire/filter.ts';

const SECOND_NS = 1_000_000_000;

interface Told {
  /** 0 until the frame has matched. */
  number: number;
  pending: string[];
}

export class Explainer implements TraceSink {
  private readonly filter: Filter;
  private readonly sched: Scheduler;
  private readonly print: (line: string) => void;
  private readonly told = new Map<string, Told>();
  private count = 0;

  constructor(filter: Filter, sched: Scheduler, print: (line: string) => void) {
    this.filter = filter;
    this.sched = sched;
    this.print = print;
  }

  onDevice(frame: Frame, dev: FrameDevice, direction: Direction): void {
    const told = this.toldOf(frame);
    const { view } = frame.slab;
    if (told.number === 0 && this.filter.matches(view, frame.head, frame.tail)) {
      told.number = ++this.count;
      this.print(`frame ${told.number}: ${dissect(view, frame.head, frame.tail)}`);
      for (const line of told.pending) this.print(line);
    }
    told.pending.length = 0;
    if (told.number > 0) this.tell(told, `${direction === RX ? 'received by' : 'sent by'} ${dev.fullName}`);
  }

  onBridge(frame: Frame, dev: FrameDevice, words: string, port: FrameDevice | null): void {
    const where = port === null ? 'to all other ports' : `the table says ${port.fullName}`;
    this.note(frame, `bridge ${dev.fullName}: ${words === 'flood' ? 'flooded ' : ''}${where}`);
  }

  onLearn(frame: Frame, dev: FrameDevice, port: FrameDevice, isMove: boolean): void {
    this.note(
      frame,
      `bridge ${dev.fullName}: ${isMove ? 'sender has moved to' : 'learned the sender on'} ${port.fullName}`,
    );
  }

  onRoute(frame: Frame, words: string, dev: FrameDevice | null, gateway: number): void {
    const via = gateway === 0 ? '' : ` via ${formatIp4(gateway)}`;
    this.note(frame, `ip route: ${words}${via}${dev === null ? '' : ` dev ${dev.fullName}`}`);
  }

  onNeighbour(frame: Frame, dev: FrameDevice, ip: number, words: string): void {
    this.note(frame, `neighbour ${formatIp4(ip)} on ${dev.fullName}: ${words}`);
  }

  onDeliver(frame: Frame): void {
    this.note(frame, `delivered${frame.dev === null ? '' : ` at ${frame.dev.fullName}`}`);
  }

  onDrop(frame: Frame, reason: DropReason, where: FrameDevice | null): void {
    this.note(frame, `dropped${where === null ? '' : ` at ${where.fullName}`}: ${dropReasonName(reason)}`);
  }

  private note(frame: Frame, text: string): void {
    this.tell(this.toldOf(frame), text);
  }

  private tell(told: Told, text: string): void {
    const line = `  ${(this.sched.now / SECOND_NS).toFixed(9)}  ${text}`;
    if (told.number > 0) this.print(line);
    else told.pending.push(line);
  }

  private toldOf(frame: Frame): Told {
    const key = `${frame.packetIdHi}/${frame.packetIdLo}`;
    let told = this.told.get(key);
    if (told === undefined) this.told.set(key, (told = { number: 0, pending: [] }));
    return told;
  }
}
