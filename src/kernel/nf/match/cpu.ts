/** `-m cpu` (Linux: xt_cpu.c, libxt_cpu.c). A machine has one processor here, number 0. */
import type { NfMatch } from '../extension.ts';
import { matchExtension, option, saveOption } from '../extension.ts';
import { readUnsigned } from '../xt-values.ts';

class CpuMatch implements NfMatch {
  readonly name = 'cpu';
  private cpu = 0;
  private isInverted = false;

  option(name: string, text: string, isInverted: boolean): void {
    this.cpu = readUnsigned(this.name, name, text);
    this.isInverted = isInverted;
  }

  check(): void {
    // `--cpu` is mandatory; there is nothing else.
  }

  matches(): boolean {
    return (this.cpu === 0) !== this.isInverted;
  }

  save(): string {
    return saveOption('cpu', String(this.cpu), this.isInverted);
  }

  print(): string {
    return ` cpu ${this.isInverted ? '! ' : ''}${this.cpu}`;
  }
}

export const CPU = matchExtension('cpu', [option('cpu', { canInvert: true, isMandatory: true })], () => new CpuMatch());
