import { deepEqual, equal, ok } from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { procNetXfrmStat } from '../../../src/kernel/show/proc-xfrm.ts';
import { xfrmOf } from '../../../src/kernel/xfrm/xfrm.ts';
import { need, SHARED } from '../../machine.ts';
import { World } from '../kit.ts';

describe('kernel/show/proc-xfrm', () => {
  it('prints the lines of this kernel where it has them', () => {
    const { rootNs } = new World().host('h');
    const own = '/proc/net/xfrm_stat';
    if (existsSync(own)) equal(procNetXfrmStat(rootNs), readFileSync(own, 'utf8').replaceAll(/\d+$/gm, '0'));
    equal(rootNs.xfrm, null);
  });

  it('prints those that were recorded, in their order', function () {
    need(this, 'shared');
    const file = join(SHARED, 'truth', 'stock-kernel', '3-encrypted', '04-after-h1.txt');
    const recorded: string[] = readFileSync(file, 'utf8').match(/^Xfrm\w+ +\t\d+$/gm) ?? [];
    ok(recorded.length > 25);
    const { rootNs } = new World().host('h');
    const lines = procNetXfrmStat(rootNs).split('\n');
    deepEqual(
      lines.filter((line) => recorded.includes(line)),
      recorded,
    );
    xfrmOf(rootNs).mib.count('XfrmInNoStates');
    ok(/^XfrmInNoStates {10}\t1$/m.test(procNetXfrmStat(rootNs)));
  });
});
