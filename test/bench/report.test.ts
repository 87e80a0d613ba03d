import assert from 'node:assert/strict';
import { formatReport } from '../../bench/report.ts';

describe('the report', () => {
  it('shows a table per kind of row, columns that somebody fills, and aims', () => {
    const rows = [
      { name: 'W1', figures: { nsPerDatagram: 456.7, ratio: 2.25, hopsPerDatagram: 2 } },
      { name: 'W3', figures: { nsPerDatagram: 2100.4, hopsPerDatagram: 9 } },
      { name: 'hold heap 10000', figures: { nsPerHold: 88.84, referenceRatio: 0.3 } },
    ];
    assert.equal(
      formatReport(rows),
      `workloads (ratio: to the prototype; yardsticks: to the fixed piece of work in bench/yardstick.ts)
    ns/datagram  ratio  hops  aim
W1  457          2.25   2     ratio <= 2.10 MISSED
W3  2100         -      9

hold model (ratio: to fastpriorityqueue)
                 ns    ratio  aim
hold heap 10000  88.8  0.30   referenceRatio <= 0.33 met
`,
    );
  });
});
