/**
 * The door through which the engine programs its machine: each line is what a person would type as root, and the log of
 * the lines is a script that a real Linux accepts.
 */
import { DaemonError } from './errors.ts';

/** What the engine needs of kernel/admin's door. */
export interface KernelDoor {
  type(line: string): { readonly exit: number; readonly stderr: string };
  /** Under which name captures show the interfaces of an `ip netns` namespace. */
  labelNamespace(netnsName: string, label: string): void;
}

/** Types a line without which nothing works. Throws the kernel's answer as a DaemonError. */
export function typeLine(door: KernelDoor, line: string): void {
  const result = door.type(line);
  if (result.exit !== 0) throw new DaemonError(result.stderr.trimEnd());
}

/**
 * Types a line whose failure leaves nothing to do, as when a user has removed the link before the engine does. False if
 * it failed.
 */
export function tryLine(door: KernelDoor, line: string): boolean {
  return door.type(line).exit === 0;
}

/**
 * What the kernel says about a line, as Go words an errno: `invalid argument`. Undefined when it takes the line.
 */
export function kernelFault(door: KernelDoor, line: string): string | undefined {
  const { exit, stderr } = door.type(line);
  if (exit === 0) return undefined;
  return stderr
    .trimEnd()
    .split('\n')
    .at(-1)!
    .replace(/^(RTNETLINK answers|Error): /, '')
    .toLowerCase();
}
