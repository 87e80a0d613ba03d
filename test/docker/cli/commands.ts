/** Command lines with their answers, for the tests of Docker's commands: written down from a real engine. */
import assert from 'node:assert/strict';
import type { Lab } from '../lab.ts';

export interface Expected {
  readonly line: string;
  readonly exit?: number;
  /** Lines without their ends; `ID:c1` stands for the id of a container. */
  readonly stdout?: string;
  readonly stderr?: string;
}

/** Types the lines one after the other and compares all that comes. */
export function assertAnswers(lab: Lab, expected: readonly Expected[]): void {
  const ids = new Map<string, string>();
  for (const { line, exit = 0, stdout = '', stderr = '' } of expected) {
    const answer = lab.docker(line);
    for (const container of lab.engine.containers.values()) ids.set(container.name, container.id);
    const filled = (text: string): string => {
      const lines = text.replaceAll(/ID:(\w+)/g, (_, name: string) => ids.get(name) ?? `no ${name}`);
      return lines === '' ? '' : `${lines}\n`;
    };
    assert.deepEqual(answer, { exit, stdout: filled(stdout), stderr: filled(stderr) }, `docker ${line}`);
  }
}
