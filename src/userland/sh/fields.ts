/** Field splitting (POSIX XCU 2.6.5): what one word's expansions become. */
import { quotePattern } from './pattern.ts';

export const DEFAULT_IFS = ' \t\n';

/** A field: its text, and the same as a pattern, in which what was quoted has a backslash before it. */
export interface Field {
  readonly text: string;
  readonly pattern: string;
}

/** Collects one word's fields. Only what an unquoted expansion gave is split. */
export class FieldCollector {
  private readonly fields: Field[] = [];
  private readonly ifs: string;
  private readonly isSplitting: boolean;
  private text = '';
  private pattern = '';
  /** False between two fields. */
  private isOpen = false;
  /** `"$@"` without parameters stood here: alone it is no field at all. */
  private isVoid = false;

  constructor(ifs: string, isSplitting: boolean) {
    this.ifs = ifs;
    this.isSplitting = isSplitting;
  }

  addQuoted(text: string): void {
    this.isOpen = true;
    this.text += text;
    this.pattern += quotePattern(text);
  }

  /** Unquoted text of the word itself. */
  addBare(text: string): void {
    if (text === '') return;
    this.isOpen = true;
    this.text += text;
    this.pattern += text;
  }

  /** What an unquoted expansion gave. */
  addSplit(value: string): void {
    if (!this.isSplitting) {
      this.addBare(value);
      return;
    }
    let isAfterBlank = false;
    for (const char of value) {
      if (!this.ifs.includes(char)) {
        this.addBare(char);
        isAfterBlank = false;
      } else if (DEFAULT_IFS.includes(char)) {
        isAfterBlank ||= this.isOpen;
        this.endField();
      } else {
        // Each other separator ends a field, an empty one too; blanks around it count with it.
        if (!isAfterBlank) this.isOpen = true;
        this.endField();
        isAfterBlank = false;
      }
    }
  }

  /** The positional parameters: each a field of its own, the first and the last joined to what stands around them. */
  addAll(values: readonly string[], isQuoted: boolean): void {
    if (isQuoted && values.length === 0) this.isVoid = true;
    values.forEach((value, i) => {
      if (i > 0) this.endField();
      if (isQuoted) this.addQuoted(value);
      else this.addSplit(value);
    });
  }

  finish(): readonly Field[] {
    if (this.text !== '' || !this.isVoid) this.endField();
    return this.fields;
  }

  private endField(): void {
    if (this.isOpen) this.fields.push({ text: this.text, pattern: this.pattern });
    this.isOpen = false;
    this.text = '';
    this.pattern = '';
  }
}
