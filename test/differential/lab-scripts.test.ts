/**
 * Labs as courses and tutorials have them, in test/differential/labs: each command must print the same and exit alike
 * on a real kernel and in an emulated machine. `DOCKWIRE_LAB=NAME` runs one.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { need, needTools } from '../machine.ts';
import { scriptDifferences } from './script-compare.ts';

const FOLDER = join('test', 'differential', 'labs');
/** They mostly wait. */
const AT_A_TIME = 6;

describe('differential: lab scripts against a real kernel', () => {
  const wanted = process.env['DOCKWIRE_LAB'];
  const names = readdirSync(FOLDER).filter((name) => wanted === undefined || name === `${wanted}.sh`);

  before(function () {
    need(this, 'netns');
    // Some send by tcpudp.py.
    need(this, 'shared');
    needTools(this, [
      'dash',
      'tcpdump',
      'ethtool',
      'traceroute',
      'arping',
      'nc',
      'jq',
      'ifconfig',
      'route',
      'arp',
      'iptables',
    ]);
  });

  it(`${names.length} scripts print the same, command by command`, async () => {
    assert.notEqual(names.length, 0);
    const differences: string[] = [];
    const waiting = [...names];
    const work = async (): Promise<void> => {
      for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
        const script = readFileSync(join(FOLDER, name), 'utf8');
        // A loaded machine may type late, once: what differs must differ again.
        const first = await scriptDifferences(script);
        const found = first.length === 0 ? first : await scriptDifferences(script);
        if (found.length > 0) differences.push(`${name}:\n${found.join('\n')}`);
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, work));
    assert.deepEqual(differences.join('\n\n'), '');
  }).timeout(120_000);
});
