/**
 * The ladders of senders without a real kernel: what is sent is what was sent when a real kernel agreed
 * (real-ladders.test.ts). DOCKWIRE_RECORD=1 writes sender-ladders.txt anew.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LadderPlayer } from './ladder-player.ts';
import { SENDER_LADDERS } from './sender-ladders.ts';

const FILE = join(process.cwd(), 'test/kernel/socket/tcp/sender-ladders.txt');

/** All ladders with their names, as the file has them. */
function played(): string[] {
  return [...SENDER_LADDERS].flatMap(([name, steps]) => {
    const lines = new LadderPlayer().play(steps);
    return [`# ${name}`, ...lines.map(([ms, text]) => `${Number(ms.toFixed(3))} ${text}`.trimEnd()), ''];
  });
}

describe('kernel: ladders of TCP senders', () => {
  it('are climbed as they were beside a real kernel', () => {
    const lines = played();
    if (process.env['DOCKWIRE_RECORD'] !== undefined) writeFileSync(FILE, lines.join('\n'));
    assert.deepEqual(lines, readFileSync(FILE, 'utf8').split('\n'));
  });
});
