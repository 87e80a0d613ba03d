/** A match or target while its options are read: what comes once, what belongs together (libxtables: xtoptions.c). */
import type { Extension, NfMatch, NfTarget, OptionSpec } from './extension.ts';
import { refuse } from './xt-error.ts';
import type { LongOption } from './getopt.ts';
import type { RuleHeader } from './rule.ts';

export class Loaded {
  readonly extension: Extension<NfMatch | NfTarget>;
  readonly instance: NfMatch | NfTarget;
  private readonly given = new Set<string>();

  constructor(extension: Extension<NfMatch | NfTarget>, instance: NfMatch | NfTarget) {
    this.extension = extension;
    this.instance = instance;
  }

  longOptions(): LongOption<Loaded>[] {
    return this.extension.options.map(({ name, hasValue }) => ({
      name,
      argument: hasValue ? 'required' : 'none',
      owner: this,
      id: name,
    }));
  }

  /** Reads one of its options (twin of xtables_option_parse). */
  read(name: string, text: string, isInverted: boolean, take: () => string, header: RuleHeader): void {
    const spec = this.extension.options.find((option) => option.name === name)!;
    const label = `${this.extension.name}: option "--${name}"`;
    if (this.given.has(spec.alias) && !spec.canRepeat) refuse(spec.onlyOne || `${label} can only be used once.\n`);
    if (isInverted && !spec.canInvert) refuse(`${label} cannot be inverted.\n`);
    this.given.add(spec.alias);
    this.instance.option(spec.alias, text, isInverted, take, header);
  }

  /** All of the line is read (twin of xtables_option_mfcall and _tfcall: the extension's own check comes first). */
  check(header: RuleHeader): void {
    this.instance.check(header);
    for (const spec of this.extension.options) this.checkOption(spec);
  }

  private checkOption({ name, alias, isMandatory, excludes, requires }: OptionSpec): void {
    const label = `${this.extension.name}: option "--${name}"`;
    if (!this.given.has(alias)) {
      if (isMandatory) refuse(`${label} must be specified\n`);
      return;
    }
    const other = excludes.find((excluded) => this.given.has(excluded));
    if (other !== undefined) refuse(`${label} cannot be used together with "--${other}".\n`);
    if (requires !== '' && !this.given.has(requires)) refuse(`${label} also requires "--${requires}".\n`);
  }
}
