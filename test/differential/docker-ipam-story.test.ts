import assert from 'node:assert/strict';
import { EngineLab } from '../docker/engine-lab.ts';
import { recordedText } from '../docker/recordings.ts';
import { IdPairs } from './docker-compare.ts';

/** The recorders' functions for a machine that is the recorded host itself. */
const FUNCTIONS = `
D() { shift; docker "$@"; }
HX() { shift; "$@"; }
rec() { shift 3; { echo "h3$ docker $*"; docker "$@" 2>&1; echo "[rc=$?]"; echo; } >> $f; }
cd() { :; }
mkdir() { :; }
`;

/** A recorder's script without its set-up, up to what is left to later issues. */
function ownPart(script: string, end: RegExp): string {
  return script
    .replace(/^#!.*\n/, '')
    .replace(/\. \S*lib\.sh;/, '')
    .split(end, 1)[0]!;
}

function plainNumbers(text: string): string {
  return text.replaceAll(/\b\d+(?=: br-)/g, 'N');
}

describe('the scripts that recorded address management', () => {
  it("give the recorded answers when the emulated host's own shell runs them", function () {
    this.timeout(20_000);
    const lab = new EngineLab();
    const pairs = new IdPairs();
    // What had been on the recorded host before, and is pruned by the script.
    lab.sh('docker network create net1');
    // The embedded DNS and overlay networks come later.
    for (const [script, file, end] of [
      ['12-ipam.sh', 'ipam.txt', /^# DNS on an internal/m],
      ['13-ipam2.sh', 'ipam2.txt', /^say "# overlay/m],
    ] as const) {
      assert.equal(lab.sh(FUNCTIONS + ownPart(recordedText(this, script), end)).exit, 0);
      const recorded = recordedText(this, `ipam/${file}`).split(/^# overlay/m, 1)[0]!;
      pairs.assertSame(plainNumbers(lab.sh(`cat ${file}`).stdout), plainNumbers(recorded), file);
    }
  });
});
