/** Reads a command line of iptables (twin of do_parse in xshared.c). */
import type { CommandLetter, CommandLine } from './command-line.ts';
import { checkOptions, LONG_OPTIONS, makeCommandLine, SHORT_OPTIONS } from './command-line.ts';
import { bareRefusal, refuse, UNSUPPORTED, XtablesError } from './xt-error.ts';
import type { Found } from './getopt.ts';
import { Getopt } from './getopt.ts';
import { Loaded } from './loaded.ts';
import { findMatch, findTarget, LACKING_MATCHES, LACKING_TARGETS, MATCHES, TARGETS, VERDICTS } from './registry.ts';
import { interfaceTest, LATER_FRAGMENTS, NO_LATER_FRAGMENTS } from './rule.ts';
import { parseUnsigned, protocolText, readNetwork, readProtocol } from './xt-values.ts';

const MAX_NAME_BYTES = 28;
const MAX_INTERFACE_BYTES = 15;
/** Letters of commands, in the order of their bits: the tool names the first that is there. */
const COMMANDS = 'IDRALFZNXPESC';
const NAT_IS_NO_FILTER = '\nThe "nat" table is not intended for filtering, the use of DROP is therefore inhibited.\n\n';
const WEIRD_CHARACTERS = "('/' and ' ' are not allowed by the kernel).\n";
const NOT_INVERTED = 'ADCIRLSFZNXEPjgmtcvnxwWVh0M46';

class CommandParser {
  readonly line: CommandLine;
  private readonly getopt: Getopt<Loaded | null>;
  private readonly given = new Set<string>();
  private isInverted = false;
  private loadedProtocol = '';

  constructor(words: readonly string[]) {
    this.line = makeCommandLine();
    this.getopt = new Getopt<Loaded | null>(words, SHORT_OPTIONS, LONG_OPTIONS);
  }

  parse(): CommandLine {
    for (let found = this.getopt.next(); found !== null; found = this.getopt.next()) {
      if (found.kind === 'word') this.readWord(found.text!);
      else {
        if (found.kind === 'option') this.readOption(found);
        else this.readUnknown(found);
      }
      if (this.line.command === 'V' || this.line.command === 'h') return this.line;
    }
    if (this.getopt.index < this.getopt.words.length) {
      refuse('unknown arguments found on commandline');
    }
    if (this.isInverted) refuse('nothing appropriate following !');
    return this.finish();
  }

  private readWord(text: string): void {
    if (text !== '!') bareRefusal(`Bad argument \`${text}'`);
    if (this.isInverted) refuse('multiple consecutive ! not allowed');
    this.isInverted = true;
  }

  private readOption(found: Found<Loaded | null>): void {
    const isInverted = this.isInverted;
    this.isInverted = false;
    if (found.owner !== null) {
      found.owner.read(found.id, found.text ?? '', isInverted, () => this.getopt.takeWord());
      return;
    }
    if (isInverted && NOT_INVERTED.includes(found.id)) this.refuseInversion(found.id);
    if (COMMANDS.includes(found.id)) this.readCommand(found.id as CommandLetter, found.text);
    else if (found.id in this.readers) this.readers[found.id]!(found.text ?? '', isInverted);
    else this.readSwitch(found.id);
  }

  private refuseInversion(letter: string): never {
    if (letter === 'm') return refuse('unexpected ! flag before --match');
    if (letter === 't') return refuse('unexpected ! flag before --table');
    return refuse(`cannot have ! before -${letter}`);
  }

  /** An option that nobody knows: perhaps the protocol's match does (twin of command_default and load_proto). */
  private readUnknown(found: Found<Loaded | null>): void {
    if (found.kind === 'incomplete') refuse(`option "${this.getopt.last}" requires an argument`);
    const protocol = protocolText(this.line.rule.header.protocol);
    const extension = this.given.has('p') ? findMatch(protocol) : undefined;
    if (extension !== undefined && this.loadedProtocol !== protocol) {
      const loaded = this.line.rule.matches.some((match) => match.extension === extension);
      this.loadedProtocol = protocol;
      if (!loaded) {
        this.load(new Loaded(extension, extension.make()));
        this.getopt.back();
        return;
      }
    }
    refuse(`unknown option "${this.getopt.last}"`);
  }

  private load(match: Loaded): void {
    this.line.rule.matches.push(match);
    this.getopt.add(match.longOptions());
  }

  private setOnce(letter: string): void {
    if (this.given.has(letter)) refuse(`multiple -${letter} flags not allowed`);
    this.given.add(letter);
  }

  private readonly readers: Readonly<Record<string, (text: string, isInverted: boolean) => void>> = {
    p: (text, isInverted) => {
      this.readProtocol(text, isInverted);
    },
    s: (text, isInverted) => {
      this.setOnce('s');
      this.line.rule.sources = this.readNetworks(text, isInverted);
      this.line.rule.header.isSourceInverted = isInverted;
    },
    d: (text, isInverted) => {
      this.setOnce('d');
      this.line.rule.destinations = this.readNetworks(text, isInverted);
      this.line.rule.header.isDestinationInverted = isInverted;
    },
    i: (_, isInverted) => {
      this.setOnce('i');
      this.line.rule.header.inInterface = interfaceTest(this.readInterface(), isInverted);
    },
    o: (_, isInverted) => {
      this.setOnce('o');
      this.line.rule.header.outInterface = interfaceTest(this.readInterface(), isInverted);
    },
    f: (_, isInverted) => {
      this.setOnce('f');
      this.line.rule.header.fragments = isInverted ? NO_LATER_FRAGMENTS : LATER_FRAGMENTS;
    },
    j: (text) => {
      this.readJump(text);
    },
    g: (text) => {
      this.setOnce('j');
      this.line.rule.isGoto = true;
      this.line.rule.jumpName = text;
    },
    m: (text) => {
      this.readMatch(text);
    },
    c: (text) => {
      this.readCounters(text);
    },
    t: (text) => {
      this.line.table = text;
    },
    w: () => {
      this.getopt.takeArgument();
      this.given.add('w');
    },
    W: () => {
      this.line.warning += 'Ignoring deprecated --wait-interval option.\n';
      this.given.add('W');
    },
    M: () => undefined,
  };

  private readProtocol(text: string, isInverted: boolean): void {
    this.setOnce('p');
    const { header } = this.line.rule;
    header.protocol = readProtocol(text);
    header.isProtocolInverted = isInverted;
    if (header.protocol === 0 && isInverted) refuse('rule would never match protocol');
  }

  private readNetworks(text: string, isInverted: boolean): ReturnType<typeof readNetwork>[] {
    const networks = text.split(',').map((word) => readNetwork(word.trim()));
    if (isInverted && networks.length > 1) refuse('! not allowed with multiple source or destination IP addresses');
    return networks;
  }

  /** The tool reads the word before the next one, whatever the option's form was (xtables_parse_interface). */
  private readInterface(): string {
    const name = this.getopt.last;
    if (name === '') refuse('Empty interface is likely to be undesired');
    if (name.length > MAX_INTERFACE_BYTES) {
      refuse(`interface name \`${name}' must be shorter than IFNAMSIZ (${MAX_INTERFACE_BYTES})`);
    }
    if (/[/ ]/.test(name.replace(/\+$/, ''))) {
      this.line.warning += `Warning: weird character in interface \`${name}' ${WEIRD_CHARACTERS}`;
    }
    return name;
  }

  private readJump(text: string): void {
    this.setOnce('j');
    if (text === '') refuse('Invalid target name (too short)');
    const { rule } = this.line;
    const extension = findTarget(text);
    if (extension === undefined) {
      if (LACKING_TARGETS.includes(text)) {
        refuse(`target ${text}: not supported by Dockwire; supported: ${namesOf(TARGETS)}`, UNSUPPORTED);
      }
      rule.jumpName = text;
      return;
    }
    rule.target = new Loaded(extension, extension.make());
    this.getopt.add(rule.target.longOptions());
  }

  private readMatch(text: string): void {
    const extension = findMatch(text);
    if (extension !== undefined) {
      this.load(new Loaded(extension, extension.make()));
      return;
    }
    if (LACKING_MATCHES.includes(text)) {
      refuse(`match ${text}: not supported by Dockwire; supported: ${namesOf(MATCHES)}`, UNSUPPORTED);
    }
    refuse(`Couldn't load match \`${text}':No such file or directory\n`);
  }

  private readCounters(text: string): void {
    this.setOnce('c');
    const comma = text.indexOf(',');
    const packets = comma < 0 ? text : text.slice(0, comma);
    const bytes = comma < 0 ? this.getopt.takeArgument() : text.slice(comma + 1);
    if (bytes === null) refuse('-c requires packet and byte counter');
    if (!/^\d+/.test(packets)) refuse('-c packet counter not numeric');
    if (!/^\d+/.test(bytes)) refuse('-c byte counter not numeric');
    this.line.rule.packets = Number.parseInt(packets, 10);
    this.line.rule.bytes = Number.parseInt(bytes, 10);
  }

  private readSwitch(letter: string): void {
    if (letter === 'v') {
      this.given.add('v');
      this.line.isVerbose = true;
    } else if (letter === 'n' || letter === 'x' || letter === '0') {
      this.setOnce(letter);
      if (letter === 'n') this.line.isNumeric = true;
      else if (letter === 'x') this.line.isExact = true;
      else this.line.hasLineNumbers = true;
    } else if (letter === 'V' || letter === 'h') this.line.command = letter;
  }

  private readCommand(letter: CommandLetter, text: string | null): void {
    const { line } = this;
    const isZeroBeside = (one: string, other: string): boolean => one === 'Z' && 'LS'.includes(other);
    const before = line.command;
    if (before !== '') {
      const isAllowed = isZeroBeside(letter, before) || isZeroBeside(before, letter);
      if (!isAllowed) refuse(`Cannot use -${letter} with -${before}`);
      line.alsoZero = true;
    }
    line.command = before !== '' && letter === 'Z' ? before : letter;
    line.chain = text ?? ('LSFZX'.includes(letter) ? (this.getopt.takeArgument() ?? line.chain) : '');
    this.readAfterChain(letter);
  }

  private readAfterChain(letter: CommandLetter): void {
    const { line, getopt } = this;
    if (letter === 'N') checkChainName(line.chain);
    if (letter === 'E') {
      const name = getopt.takeArgument();
      if (name === null) refuse('-E requires old-chain-name and new-chain-name');
      checkChainName(name);
      line.newName = name;
    } else if (letter === 'P') {
      line.policy = getopt.takeArgument() ?? refuse('-P requires a chain and a policy');
    } else if ('IDRLSZ'.includes(letter)) {
      const number = 'DIR'.includes(letter) || line.chain !== '' ? getopt.takeArgument() : null;
      if (number !== null) line.ruleNumber = readRuleNumber(number);
      else if (letter === 'R') refuse('-R requires a rule number');
    }
  }

  private finish(): CommandLine {
    const { line } = this;
    const { rule } = line;
    const isDropped = rule.jumpName === 'DROP' || line.policy === 'DROP';
    if (line.table === 'nat' && isDropped) refuse(NAT_IS_NO_FILTER);
    if (this.given.has('W') && !this.given.has('w')) refuse('--wait-interval only makes sense with --wait\n');
    for (const match of rule.matches) match.check(rule.header);
    rule.target?.check(rule.header);
    if (line.command === '') refuse('no command specified');
    if (line.command === 'R' && rule.sources.length * rule.destinations.length !== 1) {
      refuse('Replacement rule does not specify a unique address');
    }
    checkOptions(line, this.given);
    this.checkInterfaces();
    return line;
  }

  private checkInterfaces(): void {
    const { command, chain } = this.line;
    if (!'AIDRC'.includes(command)) return;
    if (this.given.has('o') && (chain === 'PREROUTING' || chain === 'INPUT')) refuse(`Can't use -o with ${chain}\n`);
    if (this.given.has('i') && (chain === 'POSTROUTING' || chain === 'OUTPUT')) refuse(`Can't use -i with ${chain}\n`);
  }
}

function namesOf(extensions: readonly { readonly name: string }[]): string {
  return extensions.map(({ name }) => name).join(' ');
}

function readRuleNumber(text: string): number {
  return parseUnsigned(text, 0x7fff_ffff, 1) ?? refuse(`Invalid rule number \`${text}'`);
}

/** Twin of assert_valid_chain_name. */
export function checkChainName(name: string): void {
  if (name.length > MAX_NAME_BYTES) {
    refuse(`chain name \`${name}' too long (must be under ${MAX_NAME_BYTES + 1} chars)`);
  }
  if (/^[-!]/.test(name)) refuse(`chain name not allowed to start with \`${name.charAt(0)}'`);
  const isTarget =
    name === '' || VERDICTS.includes(name) || findTarget(name) !== undefined || LACKING_TARGETS.includes(name);
  if (isTarget) refuse('chain name may not clash with target name');
  if (/\s/.test(name)) refuse(`Invalid chain name \`${name}'`);
}

/** Reads the words behind `iptables`. Throws an XtablesError for what the tool refuses before it asks the kernel. */
export function parseCommand(words: readonly string[]): CommandLine {
  const parser = new CommandParser(words);
  try {
    return parser.parse();
  } catch (error) {
    if (error instanceof XtablesError) error.warning = parser.line.warning;
    throw error;
  }
}
