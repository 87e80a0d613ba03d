/** `-m comment` (libxt_comment.c): matches always. */
import type { NfMatch } from '../extension.ts';
import { matchExtension, option, saveString } from '../extension.ts';

const MAX_COMMENT_BYTES = 255;

class CommentMatch implements NfMatch {
  readonly name = 'comment';
  private text = '';

  option(_name: string, text: string): void {
    // A longer one is cut, not refused.
    this.text = text.slice(0, MAX_COMMENT_BYTES);
  }

  check(): void {
    // `--comment` is mandatory; there is nothing else.
  }

  matches(): boolean {
    return true;
  }

  save(): string {
    return ` --comment${saveString(this.text)}`;
  }

  print(): string {
    return ` /* ${this.text} */`;
  }
}

export const COMMENT = matchExtension('comment', [option('comment', { isMandatory: true })], () => new CommentMatch());
