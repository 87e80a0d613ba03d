/** `-m bpf --bytecode` (Linux: xt_bpf.c, libxt_bpf.c): a classic BPF program over the packet from its IP header on. */
import type { Rng } from '../../../sim/rng.ts';
import type { MatchHome } from '../match-home.ts';
import type { NfPacket } from '../packet.ts';
import { bpfCheckClassic, BpfProgram } from './bpf-machine.ts';
import type { NfMatch } from '../extension.ts';
import { matchExtension, option } from '../extension.ts';
import { refuse } from '../xt-error.ts';

const MAX_INSTRUCTIONS = 64;
const INSTRUCTION = /^(\d+) (\d+) (\d+) (\d+)$/;

export class BpfMatch implements NfMatch {
  readonly name = 'bpf';
  /** Code, jump if true, jump if false, k: of each instruction. */
  program: readonly (readonly number[])[] = [];
  private machine: BpfProgram | null = null;
  private rng: Rng | null = null;

  option(_name: string, text: string): void {
    const [count = '', ...instructions] = text.split(',').map((part) => part.trim());
    const length = Number(count);
    if (!/^\d+$/.test(count) || instructions.length === 0) refuse('bpf: error parsing program length');
    if (length > MAX_INSTRUCTIONS || length === 0) refuse('bpf: number of instructions exceeds maximum');
    this.program = instructions.map((instruction, i) => {
      const parts = INSTRUCTION.exec(instruction);
      return parts === null ? refuse(`bpf: error at instr ${i}`) : parts.slice(1).map(Number);
    });
    if (this.program.length !== length) refuse('bpf: parsed program length is less than the encoded length parameter');
  }

  check(): void {
    if (this.program.length === 0) refuse('bpf: one of --bytecode or --pinned is required');
  }

  accepts(): boolean {
    return bpfCheckClassic(this.program);
  }

  bind(home: MatchHome): void {
    this.machine ??= new BpfProgram(this.program);
    this.rng = home.rng;
  }

  /** Twin of bpf_mt. */
  matches(packet: NfPacket): boolean {
    return this.machine!.run(packet, this.rng!) !== 0;
  }

  private text(separator: string): string {
    return this.program.map((instruction) => instruction.join(' ')).join(separator);
  }

  save(): string {
    return ` --bytecode "${this.program.length},${this.text(',')}"`;
  }

  print(): string {
    // The real tool prints the end mark of its text, too.
    return `match bpf ${this.text(',')}\0`;
  }
}

export const BPF = matchExtension('bpf', [option('bytecode')], () => new BpfMatch());
