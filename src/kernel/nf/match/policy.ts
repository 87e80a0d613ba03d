/** `-m policy` (libxt_policy.c): the IPsec policy that a packet came or goes by. */
import { formatIp4 } from '../../../base/addr.ts';
import type { Frame } from '../../../link/frame.ts';
import type { NetDevice } from '../../netdev.ts';
import { secPathOf } from '../../xfrm/sec-path.ts';
import type { XfrmState } from '../../xfrm/state.ts';
import type { Xfrm } from '../../xfrm/xfrm.ts';
import type { NfMatch } from '../extension.ts';
import { flag, matchExtension, option, saveOption } from '../extension.ts';
import { refuse } from '../xt-error.ts';
import type { NfPacket } from '../packet.ts';
import type { RuleHeader } from '../rule.ts';
import type { Network } from '../xt-values.ts';
import { hex, maskText, parseUnsigned, protocolText, readNetwork, readProtocol } from '../xt-values.ts';

const MAX_ELEMENTS = 4;

interface Value<T> {
  readonly value: T;
  readonly isInverted: boolean;
}

/** What one transformation has to be. */
interface Element {
  reqid: Value<number> | null;
  spi: Value<number> | null;
  proto: Value<number> | null;
  mode: Value<string> | null;
  tunnelSource: Value<Network> | null;
  tunnelDestination: Value<Network> | null;
}

function makeElement(): Element {
  return { reqid: null, spi: null, proto: null, mode: null, tunnelSource: null, tunnelDestination: null };
}

class PolicyMatch implements NfMatch {
  readonly name = 'policy';
  private direction = '';
  private policy = 'ipsec';
  private isStrict = false;
  private readonly elements: Element[] = [makeElement()];

  option(name: string, text: string, isInverted: boolean): void {
    if (name === 'dir') this.direction = oneOf(text, ['in', 'out'], `policy_match: invalid dir "${text}"`);
    else if (name === 'pol') {
      this.policy = oneOf(text, ['ipsec', 'none'], `policy match: invalid policy "${text}"`);
    } else if (name === 'strict') this.isStrict = true;
    else if (name === 'next') this.next();
    else this.readElement(name, text, isInverted);
  }

  private next(): void {
    if (Object.values(this.elements.at(-1)!).every((value) => value === null)) {
      refuse('policy match: empty policy element');
    }
    if (this.elements.length === MAX_ELEMENTS) refuse('policy match: maximum policy depth reached');
    this.elements.push(makeElement());
  }

  private readElement(name: string, text: string, isInverted: boolean): void {
    const element = this.elements.at(-1)!;
    if (name === 'reqid') element.reqid = { value: readNumber(name, text), isInverted };
    else if (name === 'spi') element.spi = { value: readNumber(name, text), isInverted };
    else if (name === 'proto') element.proto = { value: readProtocol(text), isInverted };
    else if (name === 'mode') {
      const mode = oneOf(text, ['transport', 'tunnel'], `policy match: invalid mode "${text}"`);
      element.mode = { value: mode, isInverted };
    } else if (name === 'tunnel-src') element.tunnelSource = { value: readNetwork(text), isInverted };
    else element.tunnelDestination = { value: readNetwork(text), isInverted };
  }

  check(): void {
    if (this.direction === '') refuse('policy match: neither --dir in nor --dir out specified');
    if (this.policy !== 'none') return;
    if (this.isStrict) refuse('policy match: policy none but --strict given');
    // Without transformations there is nothing to compare them with.
    this.elements.splice(0, this.elements.length, makeElement());
  }

  private texts(element: Element, isNumeric: boolean): [string, string, boolean][] {
    const texts: [string, string, boolean][] = [];
    const add = <T>(name: string, value: Value<T> | null, text: (value: T) => string): void => {
      if (value !== null) texts.push([name, text(value.value), value.isInverted]);
    };
    const network = ({ address, mask }: Network): string => `${formatIp4(address)}${maskText(mask, true)}`;
    add('reqid', element.reqid, String);
    add('spi', element.spi, hex);
    add('proto', element.proto, isNumeric ? String : protocolText);
    add('mode', element.mode, String);
    add('tunnel-dst', element.tunnelDestination, network);
    add('tunnel-src', element.tunnelSource, network);
    return texts;
  }

  /** Twin of policy_mt: what came by associations, or will go by them, is compared with them; plain text is none. */
  matches({ frame, state }: NfPacket): boolean {
    const { xfrm } = state.ns;
    const isIn = this.direction === 'in';
    const states = isIn ? statesOfPath(frame) : xfrm === null ? null : outboundStates(xfrm, frame, state.outDev);
    if (states === null) return this.policy === 'none';
    if (this.policy === 'none') return false;
    if (!this.isStrict) return states.some((each) => this.fits(this.elements[0]!, each));
    const elements = this.elements;
    return states.length === elements.length && states.every((each, i) => this.fits(elements[i]!, each));
  }

  /** Twin of match_xfrm_state. In transport mode there are no addresses of a tunnel: those of the hosts count. */
  private fits(element: Element, { id, reqid }: XfrmState): boolean {
    const isIt = <T>(wanted: Value<T> | null, test: (value: T) => boolean): boolean =>
      wanted === null || test(wanted.value) !== wanted.isInverted;
    const isIn = (address: number) => (network: Network) => (address & network.mask) === network.address;
    return (
      isIt(element.tunnelSource, isIn(id.src)) &&
      isIt(element.tunnelDestination, isIn(id.dst)) &&
      isIt(element.proto, (proto) => proto === id.proto) &&
      isIt(element.mode, (mode) => mode === 'transport') &&
      isIt(element.spi, (spi) => spi === id.spi) &&
      isIt(element.reqid, (wanted) => wanted === reqid)
    );
  }

  accepts(_header: RuleHeader, chain: string): boolean {
    const against = this.direction === 'in' ? ['POSTROUTING', 'OUTPUT'] : ['PREROUTING', 'INPUT'];
    return !against.includes(chain);
  }

  save(): string {
    const elements = this.elements.map((element) =>
      this.texts(element, false)
        .map(([name, text, isInverted]) => saveOption(name, text, isInverted))
        .join(''),
    );
    const strict = this.isStrict ? ' --strict' : '';
    return ` --dir ${this.direction} --pol ${this.policy}${strict}${elements.join(' --next')}`;
  }

  print(isNumeric: boolean): string {
    const elements = this.elements.map((element, i) => {
      const of = this.texts(element, isNumeric);
      const texts = of.map(([name, text, isNot]) => ` ${isNot ? '! ' : ''}${name} ${text}`);
      return `${this.isStrict ? ` [${i}]` : ''}${texts.join('')}`;
    });
    const strict = this.isStrict ? ' strict' : '';
    return ` policy match dir ${this.direction} pol ${this.policy}${strict}${elements.join('')}`;
  }
}

/** Null for what came in plain text. */
function statesOfPath(frame: Frame): readonly XfrmState[] | null {
  const states = secPathOf(frame)?.states ?? [];
  return states.length === 0 ? null : states;
}

function outboundStates(xfrm: Xfrm, frame: Frame, dev: NetDevice | null): readonly XfrmState[] | null {
  return dev === null ? null : xfrm.outboundStates(frame, dev);
}

function oneOf(text: string, known: readonly string[], refusal: string): string {
  return known.includes(text) ? text : refuse(refusal);
}

function readNumber(name: string, text: string): number {
  const value = parseUnsigned(text, 0xffff_ffff);
  return value ?? refuse(`policy: bad integer value for option "--${name}", or out of range.\n`);
}

const repeated = { canInvert: true, canRepeat: true };
export const POLICY = matchExtension(
  'policy',
  [
    option('dir'),
    option('pol'),
    flag('strict'),
    ...['reqid', 'spi', 'tunnel-src', 'tunnel-dst', 'proto', 'mode'].map((name) => option(name, repeated)),
    flag('next', { canRepeat: true }),
  ],
  () => new PolicyMatch(),
);
