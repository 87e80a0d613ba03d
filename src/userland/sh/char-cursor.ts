/** A place in a text that moves forward. */
export class CharCursor {
  readonly text: string;
  offset = 0;
  /** Where each character stands in the whole text, if this is a rewritten part of it (backquotes, here-documents). */
  private readonly places: readonly number[] | null;

  constructor(text: string, places: readonly number[] | null = null) {
    this.text = text;
    this.places = places;
  }

  get isAtEnd(): boolean {
    return this.offset >= this.text.length;
  }

  /** Where the cursor stands in the whole text. */
  get place(): number {
    return this.placeOf(this.offset);
  }

  /** Where the character `offset` of this text stands in the whole text; its end is behind its last character. */
  placeOf(offset: number): number {
    if (this.places === null) return Math.min(offset, this.text.length);
    return this.places[Math.min(offset, this.places.length - 1)] ?? 0;
  }

  /** The character here or `ahead` further on; '' past the end. */
  peek(ahead = 0): string {
    return this.text.charAt(this.offset + ahead);
  }

  /** Takes the character here. */
  next(): string {
    return this.text.charAt(this.offset++);
  }

  skip(count: number): void {
    this.offset = Math.min(this.offset + count, this.text.length);
  }

  startsWith(prefix: string): boolean {
    return this.text.startsWith(prefix, this.offset);
  }

  /** Takes the longest run here that matches; `pattern` is sticky. */
  take(pattern: RegExp): string {
    pattern.lastIndex = this.offset;
    const found = pattern.exec(this.text)?.[0] ?? '';
    this.offset += found.length;
    return found;
  }
}

/** Part of a text with some characters left out, and where those that stay stand in the whole. */
export class RewrittenText {
  text = '';
  /** One more than there are characters: the end. */
  readonly places: number[] = [];

  add(text: string, place: number): void {
    for (let i = 0; i < text.length; i++) this.places.push(place + i);
    this.text += text;
  }

  cursor(endPlace: number): CharCursor {
    return new CharCursor(this.text, [...this.places, endPlace]);
  }
}
