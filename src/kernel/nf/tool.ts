/** What the programs of iptables have in common. */

/** What a program answers. */
export interface ToolResult {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What the programs call themselves. */
export const VERSION = 'v1.8.9 (nf_tables)';
