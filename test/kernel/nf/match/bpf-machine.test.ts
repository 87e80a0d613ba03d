import assert from 'node:assert/strict';
import { bpfCheckClassic, BpfProgram } from '../../../../src/kernel/nf/match/bpf-machine.ts';
import type { NfPacket } from '../../../../src/kernel/nf/packet.ts';
import { Rng } from '../../../../src/sim/rng.ts';

function read(text: string): number[][] {
  return text.split(',').map((instruction) => instruction.trim().split(' ').map(Number));
}

const view = new DataView(Uint8Array.from({ length: 64 }, (_, i) => (i === 0 ? 0x45 : i)).buffer);
const packet = {
  view,
  network: 0,
  transport: 20,
  end: 60,
  protocol: 17,
  fragmentOffset: 0,
  mark: -2,
  frame: { head: 0, packetType: 2 },
  state: { hook: 3, inDev: null, outDev: null },
} as unknown as NfPacket;

/** What a program returns. */
function run(text: string): number {
  const program = read(text);
  assert.equal(bpfCheckClassic(program), true, text);
  return new BpfProgram(program).run(packet, Rng.fromSeed(1));
}

/** The accumulator after these instructions. */
const value = (text: string): number => run(`${text},22 0 0 0`);

describe('kernel/nf/match/bpf-machine', () => {
  it('loads from the packet', () => {
    assert.equal(value('32 0 0 4'), 0x04050607);
    assert.equal(value('40 0 0 9'), 0x090a);
    assert.equal(value('48 0 0 59'), 59);
    assert.equal(value('1 0 0 10,64 0 0 2'), 0x0c0d0e0f);
    assert.equal(value('1 0 0 4294967295,80 0 0 6'), 5);
    assert.equal(value('128 0 0 0'), 60);
    assert.equal(value('177 0 0 0,135 0 0 0'), 20);
    assert.equal(value('129 0 0 0,135 0 0 0'), 60);
  });

  it('returns 0 when it reads beyond the packet', () => {
    assert.equal(run('48 0 0 60,6 0 0 1'), 0);
    assert.equal(run('32 0 0 57,6 0 0 1'), 0);
    assert.equal(run('1 0 0 2147483647,80 0 0 2147483647,6 0 0 1'), 0);
    // There is no Ethernet header before the packet is sent.
    assert.equal(run('48 0 0 4292870144,6 0 0 1'), 0);
  });

  it('computes in 32 bits without a sign', () => {
    assert.equal(value('0 0 0 4294967295,4 0 0 2'), 1);
    assert.equal(value('0 0 0 1,20 0 0 2'), 4294967295);
    assert.equal(value('0 0 0 65537,36 0 0 65537'), 131073);
    assert.equal(value('0 0 0 4294967295,52 0 0 16'), 268435455);
    assert.equal(value('0 0 0 4294967295,148 0 0 10'), 5);
    assert.equal(value('0 0 0 2147483649,100 0 0 1'), 2);
    assert.equal(value('0 0 0 2147483649,116 0 0 1'), 1073741824);
    assert.equal(value('0 0 0 5,132 0 0 0'), 4294967291);
    assert.equal(value('0 0 0 12,68 0 0 3'), 15);
    assert.equal(value('0 0 0 12,84 0 0 10'), 8);
    assert.equal(value('0 0 0 12,164 0 0 10'), 6);
    assert.equal(value('0 0 0 7,7 0 0 0,0 0 0 50,28 0 0 0'), 43);
    assert.equal(run('1 0 0 0,0 0 0 5,60 0 0 0,6 0 0 1'), 0);
    assert.equal(run('1 0 0 0,0 0 0 5,156 0 0 0,6 0 0 1'), 0);
  });

  it('jumps and remembers', () => {
    const choose = (jump: string): number => run(`0 0 0 5,1 0 0 6,${jump},6 0 0 1,6 0 0 2`);
    assert.deepEqual(['21 0 1 5', '21 0 1 6', '37 0 1 4', '37 0 1 5'].map(choose), [1, 2, 1, 2]);
    assert.deepEqual(['53 0 1 5', '53 0 1 6', '69 0 1 4', '69 0 1 2'].map(choose), [1, 2, 1, 2]);
    assert.deepEqual(['29 0 1 0', '45 0 1 0', '77 0 1 0', '5 0 0 1'].map(choose), [2, 2, 1, 2]);
    assert.equal(value('0 0 0 9,2 0 0 15,0 0 0 1,96 0 0 15'), 9);
    assert.equal(value('1 0 0 8,3 0 0 0,1 0 0 1,97 0 0 0,135 0 0 0'), 8);
  });

  it('knows what stands beside the bytes', () => {
    const beside = (number: number): string => `32 0 0 ${4294963200 + number}`;
    assert.equal(value(beside(0)), 0x0800);
    assert.equal(value(beside(4)), 2);
    assert.equal(value(beside(20)), 4294967294);
    assert.equal(value(beside(36)), 0);
    assert.equal(value(`0 0 0 6,1 0 0 3,${beside(40)}`), 5);
    assert.equal(value(beside(52)), 28);
    assert.equal(value(beside(56)), Rng.fromSeed(1).u32());
    // No interface at OUTPUT.
    assert.equal(run(`${beside(8)},6 0 0 1`), 0);
    assert.equal(value('48 0 0 4293918729'), 9);
  });

  it('refuses what the kernel refuses', () => {
    for (const text of [
      '0 0 0 1',
      '255 0 0 0,6 0 0 0',
      '300 0 0 0,6 0 0 0',
      '52 0 0 0,6 0 0 0',
      '148 0 0 0,6 0 0 0',
      '100 0 0 32,6 0 0 0',
      '96 0 0 3,6 0 0 0',
      '2 0 0 16,6 0 0 0',
      '5 0 0 1,6 0 0 0',
      '21 0 1 0,6 0 0 0',
      '21 1 0 0,6 0 0 0',
      '32 0 0 4294963201,6 0 0 0',
      '32 0 0 4294963264,6 0 0 0',
      '0 0 0 1,21 0 1 1,2 0 0 3,96 0 0 3,6 0 0 0',
      '14 0 0 0,6 0 0 0',
      '160 0 0 0,6 0 0 0',
    ]) {
      assert.equal(bpfCheckClassic(read(text)), false, text);
    }
  });
});
