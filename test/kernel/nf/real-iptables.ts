/** The real iptables 1.8.9 in a network namespace of its own. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { ToolResult } from '../../../src/kernel/nf/tool.ts';
import type { Skippable } from '../../machine.ts';
import { need, needTool } from '../../machine.ts';

export class RealIptables {
  private readonly namespace: string;

  constructor(context: Skippable, name: string) {
    need(context, 'netns');
    needTool(context, ['iptables-save', '--version'], 'iptables-save v1.8.9 (nf_tables)');
    this.namespace = `iptables-${name}-${process.pid}`;
    assert.equal(spawnSync('ip', ['netns', 'add', this.namespace]).status, 0);
  }

  run(command: readonly string[], input = ''): ToolResult {
    const words = ['netns', 'exec', this.namespace, ...command];
    const { status, stdout, stderr } = spawnSync('ip', words, { encoding: 'utf8', input });
    return { exit: status ?? -1, stdout, stderr };
  }

  /** Forgets all tables. */
  reset(): void {
    this.stop();
    assert.equal(spawnSync('ip', ['netns', 'add', this.namespace]).status, 0);
  }

  stop(): void {
    spawnSync('ip', ['netns', 'del', this.namespace]);
  }
}
