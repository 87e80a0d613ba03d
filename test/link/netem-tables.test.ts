import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { DISTRIBUTIONS, distributionTable } from '../../src/link/netem-tables.ts';

/** Where Debian keeps what iproute2 generated. */
const FOLDERS = ['/usr/lib/x86_64-linux-gnu/tc', '/usr/lib/aarch64-linux-gnu/tc', '/usr/lib/tc', '/usr/share/tc'];

describe('link: netem tables', () => {
  for (const name of DISTRIBUTIONS) {
    it(`${name} equals, value by value, what iproute2 hands to the kernel`, function () {
      const file = FOLDERS.map((folder) => `${folder}/${name}.dist`).find((path) => existsSync(path));
      if (file === undefined) {
        console.log(`      skipped: no ${name}.dist of iproute2`);
        this.skip();
      }
      const lines = readFileSync(file, 'utf8').split('\n');
      const real = lines.filter((line) => !line.startsWith('#')).flatMap((line) => line.match(/-?\d+/g) ?? []);
      assert.deepEqual([...distributionTable(name)], real.map(Number));
    });

    it(`${name} has the mean 0, rises, and is made once`, () => {
      const table = distributionTable(name);
      assert.equal(table.length, 4096);
      assert.equal(distributionTable(name), table);
      assert.ok(table.every((value, i) => i === 0 || value >= table[i - 1]!));
      const mean = table.reduce((sum, value) => sum + value, 0) / table.length / 8192;
      assert.ok(Math.abs(mean) < 0.04, `the mean is ${mean} jitters`);
    });
  }

  it('normal puts what lies behind one, two and three deviations where it belongs', () => {
    const table = distributionTable('normal');
    const beyond = (deviations: number): number => table.filter((value) => value > deviations * 8192).length / 4096;
    assert.ok(Math.abs(beyond(1) - 0.158655) < 0.0005);
    assert.ok(Math.abs(beyond(2) - 0.02275) < 0.0005);
    assert.ok(Math.abs(beyond(3) - 0.00135) < 0.0005);
  });
});
