import assert from 'node:assert/strict';
import fc from 'fast-check';
import { commonLogDate, httpDate, nowMoment, nowSeconds, parseHttpDate } from '../../../src/userland/http/http-date.ts';
import { EPOCH_SECONDS, SECOND, TableKit } from '../../kernel/proc/table-kit.ts';

describe('userland/http/http-date', () => {
  it('writes times as answers and access logs do', () => {
    assert.equal(httpDate(0), 'Thu, 01 Jan 1970 00:00:00 GMT');
    assert.equal(httpDate(1_732_636_500), 'Tue, 26 Nov 2024 15:55:00 GMT');
    assert.equal(commonLogDate(1_735_689_600), '01/Jan/2025:00:00:00 +0000');
  });

  it('agrees with the calendar of the language', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_280_000_000 }), (seconds) => {
        assert.equal(httpDate(seconds), new Date(seconds * 1000).toUTCString());
        assert.equal(parseHttpDate(httpDate(seconds)), seconds);
      }),
      { numRuns: 200 },
    );
  });

  it('takes nothing else for a time', () => {
    for (const text of ['', 'now', '2025-01-01', 'Tue, 26 Foo 2024 15:55:00 GMT', 'Tue, 26 Nov 2024 15:55:00 UTC']) {
      assert.equal(parseHttpDate(text), undefined, text);
    }
  });

  it('reads the clock of a process', () => {
    const kit = new TableKit();
    const read: number[] = [];
    kit.start(function* program(proc) {
      yield proc.sleep(1.5 * SECOND);
      read.push(nowSeconds(proc), nowMoment(proc).nanosecond);
      return 0;
    });
    kit.runUntil(2 * SECOND);
    assert.deepEqual(read, [EPOCH_SECONDS + 1, 500_000_000]);
  });
});
