/** What the real memberlist computed, from the shared recordings. */
import { readFileSync } from 'node:fs';
import { SHARED } from '../../machine.ts';

/** The vectors of a file of truth/memberlist. */
export function readTruth(file: string): unknown {
  const text = readFileSync(`${SHARED}/truth/memberlist/${file}`, 'utf8');
  return (JSON.parse(text) as { vectors: unknown }).vectors;
}
