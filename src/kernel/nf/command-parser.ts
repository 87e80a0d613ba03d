/** Reads a command line of iptables (twin of do_parse in xshared.c). */
import type { CommandLetter, CommandLine } from './command-line.ts';
import { checkOptions, LONG_OPTIONS, makeCommandLine, SHORT_OPTIONS } from './command-line.ts';
import { bareRefusal, refuse, UNSUPPORTED, XtablesError } from './xt-error.ts';
import type { Found } from './getopt.ts';
import { Getopt } from './getopt.ts';
import { Loaded } from './loaded.ts';
import type { ToolSetting } from './tool.ts';
import { plainSetting } from './tool.ts';
import { findMatch, findTarget, LACKING_MATCHES, LACKING_TARGETS, MATCHES, TARGETS, VERDICTS } from './registry.ts';
import { interfaceTest, LATER_FRAGMENTS, NO_LATER_FRAGMENTS } from './rule.ts';
import { protocolNumber } from './xt-names.ts';
import type { Network } from './xt-values.ts';
import { checkInterfaceName, parseUnsigned, protocolText, readNetworks, readProtocol } from './xt-values.ts';

const MAX_NAME_BYTES = 28;
const MAX_WAIT_MICROSECONDS = 999_999;
/** What sscanf(3) takes for a number, whatever comes behind it. */
const LEADING_NUMBER = /^\s*[-+]?\d/;
/** Letters of commands, in the order of their bits: the tool names the first that is there. */
const COMMANDS = 'IDRALFZNXPESC';
const NAT_IS_NO_FILTER = '\nThe "nat" table is not intended for filtering, the use of DROP is therefore inhibited.\n\n';
const WEIRD_CHARACTERS = "('/' and ' ' are not allowed by the kernel).\n";
const NOT_INVERTED = 'ADCIRLSFZNXEPjgmtcvnxwW0M';

class CommandParser {
  readonly line: CommandLine;
  private readonly getopt: Getopt<Loaded | null>;
  private readonly given = new Set<string>();
  private isInverted = false;
  /** What stands behind is not read. */
  private isOver = false;
  private loadedProtocol = '';
  private sourceText: string | null = null;
  private destinationText: string | null = null;
  /** What stands behind -p. */
  private protocolWord = '';

  /** `-w` and `-W` are refused there; '' elsewhere. */
  private readonly restorer: string;

  private readonly setting: ToolSetting;

  constructor(words: readonly string[], setting: ToolSetting, restorer: string) {
    this.setting = setting;
    this.restorer = restorer;
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
      if (this.isOver) return this.line;
    }
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
      const take = (): string => this.getopt.takeWord();
      found.owner.read(found.id, found.text ?? '', isInverted, take, this.line.rule.header);
      return;
    }
    if (isInverted && NOT_INVERTED.includes(found.id)) this.refuseInversion(found.id);
    if (COMMANDS.includes(found.id)) this.readCommand(found.id as CommandLetter, found.text);
    else if (found.id in this.readers) this.readers[found.id]!(found.text ?? '', isInverted);
    else this.readSwitch(found.id, isInverted);
  }

  private refuseInversion(letter: string): never {
    if (COMMANDS.includes(letter)) return refuse("unexpected '!' flag");
    if (letter === 'm') return refuse('unexpected ! flag before --match');
    if (letter === 't') return refuse('unexpected ! flag before --table');
    return refuse(`cannot have ! before -${letter === 'g' ? 'j' : letter}`);
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
    p: (_, isInverted) => {
      this.readProtocol(isInverted);
    },
    s: (text, isInverted) => {
      this.setOnce('s');
      this.sourceText = text;
      this.line.rule.header.isSourceInverted = isInverted;
    },
    d: (text, isInverted) => {
      this.setOnce('d');
      this.destinationText = text;
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
      if (this.setting.isIp6) refuse("`-f' is not supported in IPv6, use -m frag instead");
      this.setOnce('f');
      this.line.rule.header.fragments = isInverted ? NO_LATER_FRAGMENTS : LATER_FRAGMENTS;
    },
    j: (text) => {
      this.readJump(text);
    },
    g: (text) => {
      this.setOnce('j');
      checkTargetName(text);
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
    w: (text) => {
      this.refuseWait('w');
      const seconds = text === '' ? this.getopt.takeArgument() : text;
      if (seconds !== null && !LEADING_NUMBER.test(seconds)) refuse('wait seconds not numeric');
      this.given.add('w');
    },
    W: (text) => {
      this.refuseWait('W');
      checkWaitInterval(text === '' ? this.getopt.takeArgument() : text);
      this.line.warning += 'Ignoring deprecated --wait-interval option.\n';
      this.given.add('W');
    },
    M: () => undefined,
  };

  private refuseWait(letter: string): void {
    if (this.restorer !== '') refuse(`You cannot use \`-${letter}' from ${this.restorer}`);
  }

  /** The tool reads the word before the next one, whatever the option's form was, and makes it lower case. */
  private readProtocol(isInverted: boolean): void {
    this.setOnce('p');
    const { header } = this.line.rule;
    this.protocolWord = this.getopt.last.toLowerCase();
    header.protocol = readProtocol(this.protocolWord);
    header.isProtocolInverted = isInverted;
    if (header.protocol === 0 && isInverted) refuse('rule would never match protocol');
  }

  /** All other words are read before somebody asks for names of hosts (twin of ipv4_post_parse). */
  private readAddresses(): void {
    const { rule } = this.line;
    if (this.sourceText !== null) rule.sources = this.networksOf(this.sourceText);
    if (this.destinationText !== null) rule.destinations = this.networksOf(this.destinationText);
    const { isSourceInverted, isDestinationInverted } = rule.header;
    const areSeveral = rule.sources.length > 1 || rule.destinations.length > 1;
    if (areSeveral && (isSourceInverted || isDestinationInverted)) {
      refuse('! not allowed with multiple source or destination IP addresses');
    }
  }

  private networksOf(text: string): readonly Network[] {
    return text.split(',').flatMap((word) => readNetworks(word.trim(), this.setting.names));
  }

  /** The tool reads the word before the next one, whatever the option's form was (xtables_parse_interface). */
  private readInterface(): string {
    const name = this.getopt.last;
    checkInterfaceName(name);
    if (/[/ ]/.test(name.replace(/\+$/, ''))) {
      this.line.warning += `Warning: weird character in interface \`${name}' ${WEIRD_CHARACTERS}`;
    }
    return name;
  }

  private readJump(text: string): void {
    this.setOnce('j');
    checkTargetName(text);
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
    if (!this.tryMatch(text)) refuse(`Couldn't load match \`${text}':No such file or directory\n`);
  }

  /** Loads a match by its name; false when nobody has it. */
  private tryMatch(name: string): boolean {
    const extension = findMatch(name);
    if (extension !== undefined) this.load(new Loaded(extension, extension.make()));
    else if (LACKING_MATCHES.includes(name)) {
      refuse(`match ${name}: not supported by Dockwire; supported: ${namesOf(MATCHES)}`, UNSUPPORTED);
    }
    return extension !== undefined;
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

  private readSwitch(letter: string, isInverted: boolean): void {
    if (letter === 'v') {
      this.given.add('v');
      this.line.isVerbose = true;
    } else if (letter === 'n' || letter === 'x' || letter === '0') {
      this.setOnce(letter);
      if (letter === 'n') this.line.isNumeric = true;
      else if (letter === 'x') this.line.isExact = true;
      else this.line.hasLineNumbers = true;
    } else if (letter === 'V') {
      this.line.command = letter;
      this.line.isInverted = isInverted;
      this.isOver = true;
    } else if (letter === 'h') this.readHelp();
    else if (letter === (this.setting.isIp6 ? '4' : '6')) {
      this.line.isForOther = true;
      this.isOver = true;
    }
  }

  /** Without a match of its own, help comes for that of the protocol, if it was told by name. */
  private readHelp(): void {
    this.line.command = 'h';
    this.isOver = true;
    const { rule } = this.line;
    if (rule.matches.length === 0 && protocolNumber(this.protocolWord) !== undefined) this.tryMatch(this.protocolWord);
  }

  private readCommand(letter: CommandLetter, text: string | null): void {
    const { line } = this;
    const isZeroBeside = (one: string, other: string): boolean => one === 'Z' && 'LS'.includes(other);
    const before = line.command;
    if (letter === 'N') checkChainName(text!);
    if (before !== '') {
      const isAllowed = isZeroBeside(letter, before) || isZeroBeside(before, letter);
      if (!isAllowed) refuse(`Cannot use -${letter} with -${before}`);
      line.alsoZero = true;
    }
    if (this.setting.isIp6 && 'ACDIR'.includes(letter)) {
      const supported = 'supported: -L -S -F -Z -N -X -E -P';
      refuse(`-${letter} (rules for IPv6): not supported by Dockwire; ${supported}`, UNSUPPORTED);
    }
    line.command = before !== '' && letter === 'Z' ? before : letter;
    const chain = text ?? ('LSFZX'.includes(letter) ? this.getopt.takeArgument() : '');
    if (chain !== null) {
      line.chain = chain;
      line.hasChain = true;
    }
    this.readAfterChain(letter);
  }

  private readAfterChain(letter: CommandLetter): void {
    const { line, getopt } = this;
    if (letter === 'E') {
      const name = getopt.takeArgument();
      if (name === null) refuse('-E requires old-chain-name and new-chain-name');
      line.newName = name;
    } else if (letter === 'P') {
      line.policy = getopt.takeArgument() ?? refuse('-P requires a chain and a policy');
    } else if ('IDRLSZ'.includes(letter)) {
      const number = 'DIR'.includes(letter) || line.hasChain ? getopt.takeArgument() : null;
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
    line.warning += rule.target?.instance.warning ?? '';
    if (this.getopt.index < this.getopt.words.length) refuse('unknown arguments found on commandline');
    if (line.command === '') refuse('no command specified');
    if (this.isInverted) refuse('nothing appropriate following !');
    this.readAddresses();
    if (line.command === 'R' && rule.sources.length * rule.destinations.length !== 1) {
      refuse('Replacement rule does not specify a unique address');
    }
    checkOptions(line, this.given);
    if (line.chain.length > MAX_NAME_BYTES) refuseLongName(line.chain);
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

/** Twin of parse_wait_interval: nobody waits here, but the value is looked at. */
function checkWaitInterval(text: string | null): void {
  if (text === null) refuse('wait interval value required');
  if (!LEADING_NUMBER.test(text)) refuse('wait interval not numeric');
  const microseconds = Number.parseInt(text, 10);
  if (microseconds > MAX_WAIT_MICROSECONDS) {
    refuse(`too long usec wait ${microseconds} > ${MAX_WAIT_MICROSECONDS} usec`);
  }
}

function readRuleNumber(text: string): number {
  return parseUnsigned(text, 0x7fff_ffff, 1) ?? refuse(`Invalid rule number \`${text}'`);
}

/** Twin of parse_target. */
function checkTargetName(name: string): void {
  if (name === '') refuse('Invalid target name (too short)');
  if (name.length > MAX_NAME_BYTES) refuse(`Invalid target name \`${name}' (${MAX_NAME_BYTES} chars max)`);
}

function refuseLongName(name: string): never {
  return refuse(`chain name \`${name}' too long (must be under ${MAX_NAME_BYTES + 1} chars)`);
}

/** Twin of assert_valid_chain_name. */
export function checkChainName(name: string): void {
  if (name.length > MAX_NAME_BYTES) refuseLongName(name);
  if (/^[-!]/.test(name)) refuse(`chain name not allowed to start with \`${name.charAt(0)}'`);
  const isTarget =
    name === '' || VERDICTS.includes(name) || findTarget(name) !== undefined || LACKING_TARGETS.includes(name);
  if (isTarget) refuse('chain name may not clash with target name');
  if (/\s/.test(name)) refuse(`Invalid chain name \`${name}'`);
}

/**
 * Reads the words behind `iptables`, or those of a line that the program `restorer` reads. Throws an XtablesError for
 * what the tool refuses before it asks the kernel.
 */
export function parseCommand(words: readonly string[], setting = plainSetting('iptables'), restorer = ''): CommandLine {
  const parser = new CommandParser(words, setting, restorer);
  try {
    return parser.parse();
  } catch (error) {
    if (error instanceof XtablesError) error.warning = parser.line.warning;
    throw error;
  }
}
