/** Which options of the protocol busybox's telnet agrees upon, and what it says of itself. */
import { utf8Encode } from '../../base/bytes.ts';
import type { TelnetEnd } from './protocol.ts';
import { DO, DONT, ECHO, IAC, SB, SE, SUPPRESS_GO_AHEAD, TERMINAL_TYPE, WILL, WINDOW_SIZE, WONT } from './protocol.ts';

/** A window that nobody has measured: 80 columns, 24 lines. */
const WINDOW: readonly number[] = [0, 80, 0, 24];
const SEND = 1;
const IS = 0;

/** What it prints in its own time, and what at once. */
export interface BusyboxOutput {
  print(text: string): void;
  write(text: string): void;
}

export class BusyboxEnd implements TelnetEnd {
  /** Bytes to be sent. */
  readonly answers: number[] = [];
  private readonly terminal: string;
  private readonly output: BusyboxOutput;
  private isEchoing = false;
  private isSuppressing = false;

  /** `terminal` is $TERM, '' when there is none. */
  constructor(terminal: string, output: BusyboxOutput) {
    this.terminal = terminal;
    this.output = output;
  }

  negotiated(verb: number, option: number): void {
    if (option === ECHO) this.echo(verb);
    else if (option === SUPPRESS_GO_AHEAD) this.suppress(verb);
    else if (option === TERMINAL_TYPE) this.say(this.terminal === '' ? WONT : WILL, option);
    else if (option === WINDOW_SIZE) {
      this.say(WILL, option);
      this.answers.push(IAC, SB, WINDOW_SIZE, ...WINDOW, IAC, SE);
    } else if (verb === WILL) this.say(DONT, option);
    else if (verb === DO) this.say(WONT, option);
  }

  asked(suboption: readonly number[]): void {
    const isTerminal = suboption[0] === TERMINAL_TYPE && suboption[1] === SEND && this.terminal !== '';
    if (!isTerminal) return;
    this.answers.push(IAC, SB, TERMINAL_TYPE, IS, ...utf8Encode(this.terminal), IAC, SE);
  }

  private say(verb: number, option: number): void {
    this.answers.push(IAC, verb, option);
  }

  /** Whoever echoes wants each key for itself. */
  private echo(verb: number): void {
    if (verb === DO) this.say(WONT, ECHO);
    const isWanted = verb === WILL;
    if (verb === DO || verb === DONT || isWanted === this.isEchoing) return;
    this.isEchoing = isWanted;
    this.say(isWanted ? DO : DONT, ECHO);
    const [mode, key] = isWanted ? ['character', ']'] : ['line', 'C'];
    this.output.print(`\r\nEntering ${mode} mode\r\nEscape character is '^${key}'.\r\n`);
    this.output.write('\r\n');
  }

  private suppress(verb: number): void {
    const isSame = (this.isSuppressing && verb === WILL) || (!this.isSuppressing && verb === WONT);
    if (isSame) return;
    this.isSuppressing = !this.isSuppressing;
    this.say(this.isSuppressing ? DO : DONT, SUPPRESS_GO_AHEAD);
  }
}
