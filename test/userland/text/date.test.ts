import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DATE } from '../../../src/userland/text/date.ts';
import { SECOND, TableKit } from '../../kernel/proc/table-kit.ts';
import { compareWithBusybox, compareWithGnu, runEmulated } from './real-text-tools.ts';

const EFFORT = Number(process.env['DOCKWIRE_EFFORT'] ?? 1);
const ALL = 'a A b B c C d D e F g G h H I j k l m M n p P r R s S t T u U V w W x X y Y z Z %';
const LIBRARY = Array.from(ALL.split(' '), (letter) => `%${letter}`).join('|');
const FORMATS = [
  ...[
    LIBRARY,
    '%N %3N %12N %-N',
    '%-d %_d %05d %_m %-H',
    '%^a %#Z %#p %#a %^B',
    '%:z %::z %:::z',
    '%q',
    '%E %Q %Ey %Od',
    '%10s %_10Y',
  ],
  ...['%', 'a%', '%10a|', '%-j'],
].map((format) => `'+${format}'`);
const STAMPS = [
  '0',
  '1735689600',
  '1735689600.123456789',
  '951782400',
  '4102444799',
  '-1',
  '1609459199',
  '1230768000.5',
];
const TEXTS = [
  ...[
    '2025-01-01',
    '2025-01-01 10:00:00',
    '2025-01-01T10:00:00Z',
    '2025-03-31 1 month',
    '2025-01-01 10:00 +02:00',
    '20250102',
  ],
  ...[
    'Jan 2 2025',
    '2 Jan 2025',
    'January 2, 2025',
    '1/2/2025',
    '2025-01-01 3 days ago',
    '2024-02-28 +1 day',
    '2025-01-01 tomorrow',
  ],
  ...[
    '2025-01-01 next week',
    '2025-01-01 23:59:59.5',
    '2025-01-01 5pm',
    '2025-01-01 5:30 pm',
    'Wed, 01 Jan 2025 10:00:00 +0000',
  ],
  ...[
    'foo',
    '2025-13-01',
    '25:00',
    '2025-02-30',
    '10:00 11:00',
    '@',
    '@x',
    '2025-01-01 yesterday',
    '2025-01-01 12:30 2 hours',
  ],
];
const quote = (text: string): string => `'${text}'`;
const GNU = [
  ...STAMPS.map((stamp) => `date -d @${stamp}`),
  ...STAMPS.flatMap((stamp) => FORMATS.map((format) => `date -u -d @${stamp} ${format}`)),
  ...TEXTS.filter((text) => text !== '2025-01-01 5pm').map((text) => `date -d ${quote(text)} '+%F %T.%N'`),
  ...[
    '-R',
    '-I',
    '-Iseconds',
    '-Ins',
    '-Ih',
    '-Ifoo',
    '--iso-8601=minutes',
    '--rfc-3339=ns',
    '--rfc-3339=s',
    '--rfc-3339=x',
    '-R -I',
  ].map((args) => `date ${args} -d @1735689600.25`),
  ...[
    'date foo',
    'date +%F extra',
    'date -x',
    'date --foo',
    'date -d',
    'date -R +%F',
    'date --date=@5',
    'date -d @5 +',
    'date --utc -d @0',
  ],
];
const BUSYBOX = [
  ...['0', '1735689600', '951782400', '4102444799'].flatMap((stamp) => [
    `date -u -d @${stamp} '+${LIBRARY}'`,
    `date -d @${stamp}`,
  ]),
  ...[
    "-d '2025-01-01 10:00:00'",
    "-d '2025-01-01 10:00'",
    '-d 2025.01.02-10:00',
    '-d foo',
    '-d @1.5',
    '-R -d @5',
    '-I -d @5',
    '-Iseconds -d @5',
  ].map((args) => `date ${args}`),
  ...['date foo', 'date -x', 'date -Ins -d @5', 'date -Ifoo', "date -d @5 '+%N %q %:z'", 'date +%F extra'],
];

describe('userland/text/date:', () => {
  it('prints what the GNU one prints', function () {
    compareWithGnu(this, DATE, GNU);
  });

  it('prints what busybox prints', function () {
    compareWithBusybox(this, DATE, BUSYBOX);
  });

  it('any second of two centuries is the same date', function () {
    const stamps = fc.sample(fc.integer({ min: -2_000_000_000, max: 5_000_000_000 }), {
      numRuns: 40 * EFFORT,
      seed: 3,
    });
    compareWithGnu(
      this,
      DATE,
      stamps.map((stamp) => `date -d @${stamp} '+${LIBRARY}'`),
    );
  });

  it('now is virtual time', () => {
    const kit = new TableKit();
    let stdout = '';
    kit.at(90_061.5 * SECOND, () => {
      stdout = kit.start(DATE.gnu.run, { argv: ['date', '+%F %T.%N'] }).output.stdout;
    });
    kit.runUntil(100_000 * SECOND);
    assert.equal(stdout, '2025-01-02 01:01:01.500000000\n');
    assert.equal(runEmulated(DATE.gnu, 'date').stdout, 'Wed Jan  1 00:00:00 UTC 2025\n');
    assert.equal(runEmulated(DATE.gnu, "date -d 'tomorrow 10:00' +%c").stdout, 'Thu Jan  2 10:00:00 2025\n');
    assert.equal(runEmulated(DATE.busybox, 'date -d 10:00 +%c').stdout, 'Wed Jan  1 10:00:00 2025\n');
  });

  it('says what Dockwire lacks', () => {
    const { stderr, exit } = runEmulated(DATE.gnu, 'date 01021000');
    assert.deepEqual(
      [stderr, exit],
      ['date 01021000: not supported by Dockwire; supported: -d -u -R -I +FORMAT\n', 127],
    );
    assert.match(DATE.gnu.check!(['-s', '10:00'])!.message, /option -s is not supported/);
  });
});
