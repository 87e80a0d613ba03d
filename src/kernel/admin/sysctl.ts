/** sysctl(8) of procps 4.0: reads, lists and writes the tree of /proc/sys. */
import type { Netns } from '../netns.ts';
import { errorText } from '../errno.ts';
import type { AdminResult } from './result.ts';
import { failure } from './result.ts';
import type { SysctlOptions } from './sysctl-options.ts';
import { readSysctlOptions, SYSCTL_USAGE } from './sysctl-options.ts';

const ROOT = '/proc/sys/';
const NOTHING_NAMED = "sysctl: no variables specified\nTry `sysctl --help' for more information.";
const OPTIONS_CLASH = "sysctl: options -N and -q cannot coexist\nTry `sysctl --help' for more information.";
/** What Debian reads without a file's name; only comments stand in it. */
const DEFAULT_FILE = '/etc/sysctl.conf';

/** Types one command; `readFile` answers undefined for a file that is not there. */
export function sysctl(
  ns: Netns,
  args: readonly string[],
  readFile: (path: string) => string | undefined = () => undefined,
): AdminResult {
  if (args.length === 0) return failure(1, SYSCTL_USAGE);
  const options = readSysctlOptions(args);
  if (options.flaw !== '') return { exit: 0, stdout: `${SYSCTL_USAGE}\n`, stderr: `${options.flaw}\n` };
  if (options.isHelp) return { exit: 0, stdout: `${SYSCTL_USAGE}\n`, stderr: '' };
  if (options.isVersion) return { exit: 0, stdout: 'sysctl from procps-ng 4.0.2\n', stderr: '' };
  return new SysctlRun(ns, options, readFile).run();
}

interface Setting {
  readonly key: string;
  readonly value: string;
  /** A mistake in it is no mistake (a `-` in front). */
  readonly isOptional: boolean;
}

class SysctlRun {
  private readonly ns: Netns;
  private readonly options: SysctlOptions;
  private readonly readFile: (path: string) => string | undefined;
  private stdout = '';
  private stderr = '';
  private exit = 0;

  constructor(ns: Netns, options: SysctlOptions, readFile: (path: string) => string | undefined) {
    this.ns = ns;
    this.options = options;
    this.readFile = readFile;
  }

  run(): AdminResult {
    const { options } = this;
    const { operands } = options;
    if (options.isAll) this.showBelow('');
    else if (options.loadFile !== null) {
      const files = operands.length > 0 ? operands : [options.loadFile];
      for (const setting of files.flatMap((path) => this.readSettings(path))) this.writeSetting(setting);
    } else if (operands.length === 0) return failure(1, NOTHING_NAMED);
    else if (options.isNames && options.isQuiet) return failure(1, OPTIONS_CLASH);
    else {
      for (const word of operands) {
        if (word === '')
          return { exit: 255, stdout: this.stdout, stderr: `${this.stderr}sysctl: "" is an unknown key\n` };
        if (!options.isWrite && !word.includes('=')) this.readSetting(word);
        else for (const setting of this.parseSetting('command line', 0, word)) this.writeSetting(setting);
      }
    }
    return { exit: this.exit, stdout: this.stdout, stderr: this.stderr };
  }

  private complain(text: string): void {
    this.stderr += `sysctl: ${text}\n`;
  }

  /** Twin of ReadSetting. */
  private readSetting(word: string): void {
    const tree = this.ns.sysctls;
    const path = tree.pathOf(word).replace(/^\//, '');
    if (tree.file(path) === undefined) {
      if (tree.isDirectory(path.replace(/\/$/, ''))) this.showBelow(path.replace(/\/$/, ''));
      else if (!this.options.isIgnoring) {
        this.complainMissing(tree.pathOf(word));
        // The tool adds up what could not be read.
        this.exit++;
      }
      return;
    }
    this.show(path);
  }

  private complainMissing(path: string): void {
    this.complain(`cannot stat ${ROOT}${path}: ${errorText('ENOENT')}`);
  }

  private showBelow(directory: string): void {
    const prefix = directory === '' ? '' : `${directory}/`;
    const isDeprecated = /\/(?:base_reachable_time|retrans_time)$/;
    for (const path of this.ns.sysctls.paths()) {
      if (!path.startsWith(prefix)) continue;
      if (this.options.isDeprecated || !isDeprecated.test(path)) this.show(path);
    }
  }

  private show(path: string): void {
    const value = this.ns.sysctls.read(path);
    const name = this.ns.sysctls.nameOf(path);
    if (value === undefined || this.options.pattern?.test(name) === false) return;
    this.print(name, value);
  }

  private print(name: string, value: string): void {
    const { isNames, isValues, isBinary } = this.options;
    if (isNames) this.stdout += `${name}\n`;
    else this.stdout += `${isValues || isBinary ? '' : `${name} = `}${value}${isBinary ? '' : '\n'}`;
  }

  /** The lines of a file of settings (sysctl.conf(5)). */
  private readSettings(path: string): Setting[] {
    const text = this.readFile(path) ?? (path === DEFAULT_FILE ? '' : undefined);
    if (text === undefined) {
      this.complain(`cannot open "${path}": ${errorText('ENOENT')}`);
      this.exit |= 1;
      return [];
    }
    return text.split('\n').flatMap((line, i) => (line === '' ? [] : this.parseSetting(path, i + 1, line)));
  }

  private missed(): Setting[] {
    this.exit |= 1;
    return [];
  }

  /** Twin of parse_setting_line; a `*` in a file stands for every name that fits. */
  private parseSetting(where: string, lineNumber: number, line: string): Setting[] {
    const text = line.trimStart();
    const isFile = lineNumber > 0;
    if (text === '' || text.startsWith('#') || text.startsWith(';')) {
      if (!isFile) this.exit |= 1;
      return [];
    }
    // A lone character is passed over.
    if (!isFile && text.length < 2) return this.missed();
    const equals = text.indexOf('=');
    if (equals < 0) {
      this.complain(`${where}(${lineNumber}): invalid syntax, continuing...`);
      this.exit |= 1;
      return [];
    }
    const isOptional = isFile && text.startsWith('-');
    const key = text.slice(isOptional ? 1 : 0, equals).trim();
    const value = text.slice(equals + 1).trim();
    if (key === '') {
      this.exit |= 1;
      return [];
    }
    const keys = isFile && /[*?[]/.test(key) ? this.matching(key) : [key];
    return keys.map((each) => ({ key: each, value, isOptional }));
  }

  private matching(key: string): string[] {
    const tree = this.ns.sysctls;
    const escaped = tree.pathOf(key).replaceAll(/[.+^${}()|\\]/g, '\\$&');
    const shape = new RegExp(`^${escaped.replaceAll('*', '[^/]*').replaceAll('?', '[^/]')}$`);
    return tree.paths().filter((path) => shape.test(path));
  }

  /** Twin of WriteSetting. */
  private writeSetting({ key, value, isOptional }: Setting): void {
    const tree = this.ns.sysctls;
    const path = tree.pathOf(key).replace(/^\//, '').replace(/\/$/, '');
    const name = tree.nameOf(path);
    if (this.options.pattern?.test(name) === false) return;
    const file = tree.file(path);
    if (file === undefined && !tree.isDirectory(path)) {
      if (this.options.isIgnoring) return;
      this.complainMissing(path);
      this.exit |= 1;
      return;
    }
    // The tool does not try what it may not write, and does not fail then.
    if (file === undefined || !tree.mayWrite(file)) {
      this.complain(`setting key "${name}": ${errorText('EINVAL')}`);
      return;
    }
    const errno = this.options.isDryRun ? '' : tree.write(path, value);
    if (errno !== '') {
      this.complain(`setting key "${name}": ${errorText(errno)}`);
      if (!isOptional) this.exit |= 1;
      return;
    }
    if (this.options.isQuiet) return;
    if (this.options.isNames) this.stdout += `${value}\n`;
    else this.print(name, value);
  }
}
