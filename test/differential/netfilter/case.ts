/** A case: rules, and what then happens to the machine, in words that both machines understand. */

export interface CaseChain {
  readonly name: string;
  /** `-` for a user's chain. */
  readonly policy: string;
}

export interface CaseTable {
  readonly name: string;
  readonly chains: readonly CaseChain[];
  /** `-A CHAIN …` */
  readonly rules: readonly string[];
}

/** Who answers a frame that came out, and how. */
export type AnswerKind =
  /** Whom it reached sends a datagram the other way. */
  | 'reply'
  /** Whom it reached, or somebody on the way, sends an ICMP error about it. */
  | 'error';

/** One thing that happens. */
export type CaseStep =
  /** A frame comes in on a cable. */
  | { readonly kind: 'frame'; readonly port: number; readonly bytes: Uint8Array; readonly note: string }
  /** The machine sends a datagram by a raw socket with a header of its own. */
  | { readonly kind: 'own'; readonly bytes: Uint8Array; readonly note: string }
  /** What came out at the step with this number is answered; nothing happens when nothing came. */
  | { readonly kind: 'answer'; readonly to: number; readonly how: AnswerKind; readonly variant: number }
  /** Somebody types a command; `input` is what it reads. */
  | { readonly kind: 'command'; readonly words: readonly string[]; readonly input: string };

/** With the number by which answers call it. */
export type NumberedStep = CaseStep & { readonly number: number };

export interface NetfilterCase {
  readonly seed: number;
  readonly settings: Readonly<Record<string, number>>;
  readonly tables: readonly CaseTable[];
  readonly steps: readonly NumberedStep[];
}

/** What a step made a machine do. */
export interface StepOutcome {
  /** '' or what the sender or the shell heard. */
  readonly answer: string;
  readonly frames: readonly SeenFrame[];
}

export interface SeenFrame {
  readonly port: number;
  readonly bytes: Uint8Array;
}

/** A machine that a case is played to. */
export interface Machine {
  /** Frames that come in on the cable. */
  give(port: number, bytes: Uint8Array): Promise<StepOutcome>;
  own(bytes: Uint8Array): Promise<StepOutcome>;
  /** Standard output and error as the answer, with a non-zero exit code in front. */
  command(words: readonly string[], input: string): Promise<string>;
}

/** The rules as iptables-restore reads them. */
export function dumpOf(tables: readonly CaseTable[]): string {
  const lines = tables.flatMap(({ name, chains, rules }) => [
    `*${name}`,
    ...chains.map((chain) => `:${chain.name} ${chain.policy} [0:0]`),
    ...rules,
    'COMMIT',
  ]);
  return lines.map((line) => `${line}\n`).join('');
}
