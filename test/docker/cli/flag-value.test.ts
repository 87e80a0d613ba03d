import assert from 'node:assert/strict';
import { readValue } from '../../../src/docker/cli/flag-value.ts';
import { optionTable } from '../../../src/docker/cli/options.ts';
import { outcome } from './values/vectors.ts';

function read(row: string, text: string): readonly string[] | string {
  return outcome(readValue(optionTable(`  + ${row}\n`)[0]!, text));
}

describe('the value of an option', () => {
  it('is read by the type of the option', () => {
    const cases: [row: string, text: string, wanted: readonly string[] | string][] = [
      ['    --all', 'T', ['true']],
      ['-t, --time int', '0x10', ['16']],
      ['    --blkio-weight uint16', '65536', '! strconv.ParseUint: parsing "65536": value out of range'],
      ['    --format string', 'x', ['x']],
      ['    --alias strings', 'a,"b,c"', ['a', 'b,c']],
      ['    --alias strings', '', []],
      ['-f, --filter filter', 'Name = x', ['name=x']],
      ['-f, --filter filter', '', []],
      ['-m, --memory bytes', '5m', ['5m']],
      ['    --memory-swap bytes', '-1', ['-1']],
      ['    --network network', 'name=X,alias=y', ['name=X,alias=y']],
      ['    --docker stringToString', 'a', '! a must be formatted as key=value'],
      ['    --wait duration', '1', '! time: missing unit in duration "1"'],
      ['    --ratio float', 'x', '! strconv.ParseFloat: parsing "x": invalid syntax'],
    ];
    for (const [row, text, wanted] of cases) assert.deepEqual(read(row, text), wanted, `${row} ${text}`);
  });

  it('is read by the name of the option where the type says too little', () => {
    const cases: [row: string, text: string, wanted: readonly string[] | string][] = [
      ['-a, --attach list', 'StdIn', ['stdin']],
      ['-a, --attach list', 'x', '! valid streams are STDIN, STDOUT and STDERR'],
      ['    --dns list', ' 1.2.3.4', ['1.2.3.4']],
      ['    --dns-search list', 'a.b.', ['a.b']],
      ['-l, --label list', ' a=b', [' a=b']],
      ['-l, --label list', 'a', ['a']],
      ['-e, --env list', 'a', ['a']],
      ['    --add-host list', 'a:1', '! invalid IP address in add-host: "1"'],
      ['    --sysctl map', 'a=1', "! sysctl 'a=1' is not whitelisted"],
      ['-o, --opt map', 'a', ['a']],
      ['    --expose list', 'anything', ['anything']],
      ['-t, --tag list', 'A', '! invalid reference format: repository name must be lowercase'],
    ];
    for (const [row, text, wanted] of cases) assert.deepEqual(read(row, text), wanted, `${row} ${text}`);
  });
});
