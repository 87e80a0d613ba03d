/** What the programs of iptables have in common. */
import type { HostNames } from './names.ts';
import { ONLY_LOCALHOST } from './names.ts';

/** What a program answers. */
export interface ToolResult {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Who is asked, and where. */
export interface ToolSetting {
  /** The name under which the program was called, without its folder. */
  readonly program: string;
  /** Of ip6tables, which has tables of its own: chains and policies, but no rules, for no packet could meet them. */
  readonly isIp6: boolean;
  readonly names: HostNames;
}

/** The program on a machine that knows no other hosts. */
export function plainSetting(program: string): ToolSetting {
  return { program, isIp6: false, names: ONLY_LOCALHOST };
}

/** The tool whose rules a program reads and prints. */
export function toolName({ isIp6 }: ToolSetting): string {
  return isIp6 ? 'ip6tables' : 'iptables';
}

/** What the programs call themselves. */
export const VERSION = 'v1.8.9 (nf_tables)';
