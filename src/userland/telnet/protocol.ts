/**
 * The TELNET protocol (RFC 854): what comes is text with commands among it, each behind a byte IAC; options are agreed
 * upon by WILL, WONT, DO and DONT, and talked about between SB and SE.
 */

/** RFC 854, "TELNET command structure". */
export const SE = 240;
export const SB = 250;
export const WILL = 251;
export const WONT = 252;
export const DO = 253;
export const DONT = 254;
export const IAC = 255;

/** Numbers of options: RFC 856, 857, 858, 859, 860, 1091, 1073. */
export const BINARY = 0;
export const ECHO = 1;
export const SUPPRESS_GO_AHEAD = 3;
export const STATUS = 5;
export const TIMING_MARK = 6;
export const TERMINAL_TYPE = 24;
export const WINDOW_SIZE = 31;

/** Most that is kept of what stands between SB and SE. */
const SUBOPTION_BYTES_MAX = 256;

/** What a client makes of the commands that come. */
export interface TelnetEnd {
  /** WILL, WONT, DO or DONT with an option. */
  negotiated(verb: number, option: number): void;
  /** What stood between SB and SE: the option and more. */
  asked(suboption: readonly number[]): void;
}

type State = 'data' | 'command' | 'option' | 'suboption' | 'suboption-command';

/** Takes the commands out of what comes, however it is cut. */
export class TelnetReader {
  private readonly end: TelnetEnd;
  private state: State = 'data';
  private verb = 0;
  private suboption: number[] = [];

  constructor(end: TelnetEnd) {
    this.end = end;
  }

  /** The text of these bytes, byte by byte to `text`; commands go to the client's end. */
  read(bytes: Uint8Array, text: (byte: number) => void): void {
    for (const byte of bytes) {
      if (this.state === 'data' && byte !== IAC) text(byte);
      else if (this.state === 'command' && byte === IAC) {
        text(IAC);
        this.state = 'data';
      } else this.step(byte);
    }
  }

  private step(byte: number): void {
    switch (this.state) {
      case 'data':
        this.state = 'command';
        return;
      case 'command':
        this.verb = byte;
        this.suboption = [];
        // Other commands are whole with that (GA, NOP, AYT …), and mean nothing to a client.
        this.state = byte >= WILL ? 'option' : byte === SB ? 'suboption' : 'data';
        return;
      case 'option':
        this.end.negotiated(this.verb, byte);
        this.state = 'data';
        return;
      case 'suboption':
        if (byte === IAC) this.state = 'suboption-command';
        else this.keep(byte);
        return;
      case 'suboption-command':
        this.state = byte === SE ? 'data' : 'suboption';
        if (byte === SE) this.end.asked(this.suboption);
        else if (byte === IAC) this.keep(byte);
    }
  }

  private keep(byte: number): void {
    if (this.suboption.length < SUBOPTION_BYTES_MAX) this.suboption.push(byte);
  }
}
