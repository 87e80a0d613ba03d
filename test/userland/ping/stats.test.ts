import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PingStats, formatTripTime, formatUs, integerSquareRoot } from '../../../src/userland/ping/stats.ts';

describe('userland/ping/stats:', () => {
  function statsOf(...us: number[]): PingStats {
    const stats = new PingStats();
    for (const [index, each] of us.entries()) {
      stats.expect(index + 1);
      stats.countTransmitted();
      stats.acknowledge(index + 1);
      stats.addRoundTrip(each);
      stats.countReply(index + 1);
    }
    return stats;
  }

  const recorded: [number[], string][] = [
    [[188, 118, 108], '0.108/0.138/0.188/0.035'],
    [[137, 65], '0.065/0.101/0.137/0.036'],
    [[144, 102], '0.102/0.123/0.144/0.021'],
    [[131], '0.131/0.131/0.131/0.000'],
    [[199, 112], '0.112/0.155/0.199/0.043'],
    [[89, 92], '0.089/0.090/0.092/0.001'],
    [[17, 5, 4, 44, 41], '0.004/0.022/0.044/0.017'],
    [[57, 49, 46], '0.046/0.050/0.057/0.004'],
  ];
  for (const [us, expected] of recorded) {
    it(`computes ${expected} as recorded`, () => {
      assert.equal(statsOf(...us).roundTripText(), `rtt min/avg/max/mdev = ${expected} ms`);
    });
  }

  it('sums beyond 2^31 are computed in another order, without losing an answer', () => {
    const text = statsOf(2_000_000_000, 1_000_000_000, 1_500_000_000).roundTripText();
    assert.equal(text, 'rtt min/avg/max/mdev = 1000000.000/1500000.000/2000000.000/408248.290 ms');
  });

  it('a deviation is never more than half of the spread', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(10_000_000), { minLength: 1, maxLength: 50 }), (us) => {
        const [min, avg, max, mdev] = statsOf(...us)
          .roundTripText()
          .split(' ')[3]!
          .split('/')
          .map(Number);
        assert.ok(min! <= avg! && avg! <= max!);
        assert.ok(mdev! <= (max! - min!) / 2 + 0.002, `${mdev!}`);
      }),
    );
  });

  it('integer square roots are exact', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 70n }), (value) => {
        const root = integerSquareRoot(value);
        assert.ok(root * root <= value && (root + 1n) * (root + 1n) > value);
      }),
    );
    assert.equal(integerSquareRoot(-5n), 0n);
  });

  it('times in milliseconds have three to five digits', () => {
    const cases: [number, string][] = [
      [0, '0.000'],
      [138, '0.138'],
      [999, '0.999'],
      [1000, '1.00'],
      [9994, '9.99'],
      [9995, '10.0'],
      [12_345, '12.3'],
      [99_949, '99.9'],
      [99_950, '100'],
      [123_499, '123'],
      [123_500, '124'],
    ];
    for (const [us, expected] of cases) assert.equal(formatTripTime(us), expected);
    assert.equal(formatUs(1234), '1.234');
  });

  it('losses have six digits and no zeros at the end', () => {
    const stats = statsOf(1, 1);
    const lossAfter = (transmitted: number): string => {
      while (stats.transmitted < transmitted) stats.countTransmitted();
      return /([^ ]*)% packet loss/.exec(stats.countsText('h', 0))![1]!;
    };
    assert.deepEqual([2, 3, 4, 6, 7, 400].map(lossAfter), ['0', '33.3333', '50', '66.6667', '71.4286', '99.5']);
  });

  it('knows how many requests are under way, and how many there were at most', () => {
    const stats = new PingStats();
    for (let i = 0; i < 4; i++) stats.countTransmitted();
    assert.equal(stats.inFlight, 4);
    stats.acknowledge(1);
    assert.deepEqual([stats.inFlight, stats.pipeSize], [3, 4]);
    stats.acknowledge(4);
    stats.acknowledge(2);
    assert.deepEqual([stats.inFlight, stats.pipeSize], [0, 4]);
  });

  it('nothing sent has no percentage', () => {
    assert.equal(
      new PingStats().countsText('h', 0),
      '\n--- h ping statistics ---\n0 packets transmitted, 0 received\n',
    );
    assert.equal(new PingStats().statusText(), '\r0/0 packets, 0% loss\n');
  });
});
