/** `-m physdev` (Linux: xt_physdev.c, libxt_physdev.c): the ports of the bridge that carries the packet. */
import type { NfMatch } from '../extension.ts';
import { flag, matchExtension, option, saveOption } from '../extension.ts';
import { refuse } from '../xt-error.ts';
import { checkInterfaceName } from '../xt-values.ts';
import type { RuleHeader } from '../rule.ts';
import type { NfPacket } from '../packet.ts';
import type { InterfaceTest } from '../rule.ts';
import { interfaceTest, testInterface } from '../rule.ts';

class PhysdevMatch implements NfMatch {
  readonly name = 'physdev';
  private inPort: InterfaceTest | null = null;
  private outPort: InterfaceTest | null = null;
  /** 1 for asked, -1 for asked with `!`, 0 for not asked. */
  private isIn = 0;
  private isOut = 0;
  private isBridged = 0;

  option(name: string, text: string, isInverted: boolean): void {
    const asked = isInverted ? -1 : 1;
    if (name === 'physdev-in' || name === 'physdev-out') checkInterfaceName(text);
    if (name === 'physdev-in') this.inPort = interfaceTest(text, isInverted);
    else if (name === 'physdev-out') this.outPort = interfaceTest(text, isInverted);
    else if (name === 'physdev-is-in') this.isIn = asked;
    else if (name === 'physdev-is-out') this.isOut = asked;
    else this.isBridged = asked;
  }

  check(): void {
    const asked = this.inPort !== null || this.outPort !== null || this.isIn !== 0 || this.isOut !== 0;
    if (!asked && this.isBridged === 0) refuse('PHYSDEV: no physdev option specified');
  }

  matches(packet: NfPacket): boolean {
    const { physInName, physOutName } = packet;
    if (physInName === '') return !this.asksSomething();
    if (this.isBridged !== 0 && packet.isBridged !== this.isBridged > 0) return false;
    if (this.isIn !== 0 && (physInName !== '') !== this.isIn > 0) return false;
    if (this.isOut !== 0 && (physOutName !== '') !== this.isOut > 0) return false;
    if (this.inPort !== null && !testInterface(this.inPort, physInName)) return false;
    return this.outPort === null || (physOutName !== '' && testInterface(this.outPort, physOutName));
  }

  /** Something that only a bridged packet can have: of one that is none all the contrary is true. */
  private asksSomething(): boolean {
    if (this.isBridged > 0 || this.isIn > 0 || this.isOut > 0) return true;
    return this.inPort?.isInverted === false || this.outPort?.isInverted === false;
  }

  accepts(_header: RuleHeader, chain: string): boolean {
    // Where the routed packet goes is not known yet when its host sends it.
    const asksOut = this.outPort !== null || this.isOut !== 0;
    return !(asksOut && this.isBridged <= 0 && chain === 'OUTPUT');
  }

  /** What is asked, in the tool's order: name, value, inverted. */
  private asked(): [string, string, boolean][] {
    const asked: [string, string, boolean][] = [];
    if (this.isIn !== 0) asked.push(['physdev-is-in', '', this.isIn < 0]);
    if (this.inPort !== null) asked.push(['physdev-in', this.inPort.text, this.inPort.isInverted]);
    if (this.isOut !== 0) asked.push(['physdev-is-out', '', this.isOut < 0]);
    if (this.outPort !== null) asked.push(['physdev-out', this.outPort.text, this.outPort.isInverted]);
    if (this.isBridged !== 0) asked.push(['physdev-is-bridged', '', this.isBridged < 0]);
    return asked;
  }

  save(): string {
    return this.asked()
      .map(([name, value, isInverted]) => saveOption(name, value, isInverted))
      .join('');
  }

  print(): string {
    return ` PHYSDEV match${this.save()}`;
  }
}

export const PHYSDEV = matchExtension(
  'physdev',
  [
    option('physdev-in', { canInvert: true }),
    option('physdev-out', { canInvert: true }),
    flag('physdev-is-in', { canInvert: true }),
    flag('physdev-is-out', { canInvert: true }),
    flag('physdev-is-bridged', { canInvert: true }),
  ],
  () => new PhysdevMatch(),
);
