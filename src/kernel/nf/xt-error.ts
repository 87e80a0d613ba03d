/** How the iptables tool complains (xtables_exit_error, nft_strerror). */
import type { ToolResult } from './tool.ts';
import { VERSION } from './tool.ts';

/** How the iptables tool ends: its exit status picks the advice behind the message (xtables_exit_error). */
export const OTHER_PROBLEM = 1;
export const PARAMETER_PROBLEM = 2;
export const VERSION_PROBLEM = 3;
export const RESOURCE_PROBLEM = 4;
/** For what the real tool knows and Dockwire lacks. */
export const UNSUPPORTED = 127;

/**
 * How a complaint is printed: behind the tool's name and version, as it is, as an errno of the tool's own, as one of
 * the kernel.
 */
export type ErrorForm = 'version' | 'bare' | 'errno' | 'kernel';

/** A mistake in a command line, in the words of the tool. */
export class XtablesError extends Error {
  readonly status: number;
  readonly form: ErrorForm;
  /** What was said before, on standard error. */
  warning = '';

  constructor(text: string, status: number, form: ErrorForm) {
    super(text);
    this.name = 'XtablesError';
    this.status = status;
    this.form = form;
  }
}

/** Ends the reading of a command line with the tool's complaint. */
export function refuse(text: string, status = PARAMETER_PROBLEM): never {
  throw new XtablesError(text, status, 'version');
}

/** A complaint that the tool prints as it is. */
export function bareRefusal(text: string, status = PARAMETER_PROBLEM): never {
  throw new XtablesError(text, status, 'bare');
}

/** What the tool finds wrong with a request, without its version: `iptables: No chain/target/match by that name.` */
export function errnoRefusal(text: string): never {
  throw new XtablesError(text, OTHER_PROBLEM, 'errno');
}

/** What the kernel refuses: `RULE_APPEND failed (Invalid argument): rule in chain INPUT`. */
export function kernelRefusal(action: string, errno: string, what: string): never {
  throw new XtablesError(`${action} failed (${errno}): ${what}`, RESOURCE_PROBLEM, 'kernel');
}

/**
 * The complaint as `tool` prints it; an error of another kind goes on. iptables-restore tells the line that it reads,
 * and that of the command which the kernel refused; 0 for none.
 */
export function errorResult(error: unknown, tool: string, line: number, failedLine = 0): ToolResult {
  if (!(error instanceof XtablesError)) throw error;
  return { exit: error.status, stdout: '', stderr: `${error.warning}${errorText(error, tool, line, failedLine)}` };
}

function errorText(
  { message: text, form, status }: XtablesError,
  tool: string,
  line: number,
  failedLine: number,
): string {
  if (form === 'errno') {
    const where = failedLine === 0 ? '' : ` line ${failedLine} failed:`;
    // Where a line is told, nobody is sent to dmesg.
    return `${tool}:${where} ${failedLine === 0 ? text : text.replace(/ Run .*$/, '')}\n`;
  }
  if (form === 'kernel') {
    const where = failedLine === 0 ? ' ' : `\nline ${failedLine}: `;
    return `${tool} ${VERSION}: ${where}${text}\n`;
  }
  if (status === UNSUPPORTED) return `${tool} ${text}\n`;
  const prefix = form === 'bare' ? '' : `${tool} ${VERSION}: `;
  return `${prefix}${text}\n${adviceText(tool, status, line)}`;
}

function adviceText(tool: string, status: number, line: number): string {
  const where = line === 0 ? '' : `Error occurred at line: ${line}\n`;
  if (status === PARAMETER_PROBLEM) return `${where}${tryHelp(tool)}`;
  return status === VERSION_PROBLEM ? `${where}Perhaps ${tool} or your kernel needs to be upgraded.\n` : where;
}

/** Where help is to be had (twin of exit_tryhelp). */
export function tryHelp(tool: string): string {
  return `Try \`${tool} -h' or '${tool} --help' for more information.\n`;
}
