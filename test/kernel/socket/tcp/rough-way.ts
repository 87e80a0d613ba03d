/** Two machines with somebody in the middle who loses, copies, damages and holds up frames as the test says. */
import assert from 'node:assert/strict';
import type { CableReceiver } from '../../../../src/link/cable.ts';
import { Drop } from '../../../../src/link/drop.ts';
import type { Frame, FrameDevice } from '../../../../src/link/frame.ts';
import { FrameStats } from '../../../../src/link/frame-stats.ts';
import type { Host } from '../../../../src/kernel/host.ts';
import type { EventTarget } from '../../../../src/sim/scheduler.ts';
import { EventSource } from '../../../../src/sim/scheduler.ts';
import * as ipv4 from '../../../../src/wire/ipv4.ts';
import { Cable } from '../../../../src/link/cable.ts';
import { Nic } from '../../../../src/kernel/dev/nic.ts';
import { devOf, PLAIN_CABLE, World } from '../../kit.ts';

/** What becomes of a frame on its way. */
export interface Fate {
  /** How many of it arrive; 0 for none. */
  readonly copies: number;
  /** How long it is held up. */
  readonly lateNs: number;
  /** Which byte of it is damaged, if any, counted from the IP header. */
  readonly damagedByte: number;
}

export const PASSES: Fate = { copies: 1, lateNs: 0, damagedByte: -1 };

/** Asked about each TCP frame; `fromFirst` when the machine `a` sent it. */
export type FateOf = (frame: Frame, fromFirst: boolean) => Fate;

const SOURCE = 30_000;

class HeldFrame implements EventTarget {
  private readonly way: RoughWay;
  private readonly frame: Frame;
  private readonly to: Cable;
  readonly id: number;

  constructor(way: RoughWay, frame: Frame, to: Cable) {
    this.way = way;
    this.frame = frame;
    this.to = to;
    this.id = way.world.sched.register(this);
  }

  fire(): void {
    this.way.world.sched.unregister(this.id);
    this.way.world.heldOutside--;
    this.to.send(this.frame);
  }
}

export class RoughWay implements FrameDevice {
  readonly fullName = 'middle';
  readonly world: World;
  readonly a: Host;
  readonly b: Host;
  readonly stats: FrameStats;
  fateOf: FateOf = () => PASSES;
  private readonly source = new EventSource(SOURCE);

  constructor(seed: number, delayNs = 50_000, rateBitsPerSecond = 1e9) {
    this.world = new World({ seed });
    this.a = this.world.host('a', { eth0: '10.0.0.1/24' });
    this.b = this.world.host('b', { eth0: '10.0.0.2/24' });
    this.stats = new FrameStats(this.world.slab, SOURCE);
    this.world.stats.push(this.stats);
    const [nicA, nicB] = [cardOf(this.a), cardOf(this.b)];
    nicA.tap = null;
    nicB.tap = null;
    const settings = { ...PLAIN_CABLE, delayNs: 1000, rateBitsPerSecond };
    const far = { ...PLAIN_CABLE, delayNs };
    const toB = this.oneWay(nicB, far, 2);
    const toA = this.oneWay(nicA, far, 3);
    nicA.cable = this.oneWay(this.end(true, toB), settings, 0);
    nicB.cable = this.oneWay(this.end(false, toA), settings, 1);
  }

  private oneWay(receiver: CableReceiver, settings: typeof PLAIN_CABLE, index: number): Cable {
    const { sched } = this.world;
    const cable = new Cable(sched, sched, new EventSource(index), receiver, settings);
    this.world.cables.push(cable);
    return cable;
  }

  private end(fromFirst: boolean, to: Cable): CableReceiver {
    return {
      receive: (frame) => {
        this.judge(frame, fromFirst, to);
      },
    };
  }

  private judge(frame: Frame, fromFirst: boolean, to: Cable): void {
    const v = frame.slab.view;
    const isTcp = v.getUint16(frame.head + 12) === 0x0800 && v.getUint8(frame.head + 23) === ipv4.PROTO_TCP;
    const fate = isTcp ? this.fateOf(frame, fromFirst) : PASSES;
    if (fate.copies === 0) {
      this.stats.drop(frame, Drop.X_CABLE_LOSS, this);
      return;
    }
    for (let i = 1; i < fate.copies; i++) to.send(this.stats.clone(frame));
    if (fate.damagedByte >= 0) this.damage(frame, fate.damagedByte);
    if (fate.lateNs === 0) {
      to.send(frame);
      return;
    }
    const { sched } = this.world;
    this.world.heldOutside++;
    const held = new HeldFrame(this, frame, to);
    sched.at(sched.now + fate.lateNs, this.source.nextKey(), held.id);
  }

  private damage(frame: Frame, byte: number): void {
    const at = frame.head + 14 + (byte % (frame.tail - frame.head - 14));
    frame.slab.bytes[at] = frame.slab.bytes[at]! ^ (1 + (byte % 255));
    frame.hasGoodSum = false;
  }
}

function cardOf(host: Host): Nic {
  const nic = devOf(host, 'eth0');
  assert.ok(nic instanceof Nic, 'eth0 is a network card');
  return nic;
}
