import { parseUlimit } from '../../../../src/docker/cli/values/ulimit.ts';
import { assertVectors } from './vectors.ts';

const order = '! ulimit soft limit must be less than or equal to hard limit: ';

describe('a ulimit', () => {
  it('has a soft and perhaps a hard limit', () => {
    assertVectors(parseUlimit, [
      ['nofile=1', { name: 'nofile', soft: 1n, hard: 1n }],
      ['nofile=1:2', { name: 'nofile', soft: 1n, hard: 2n }],
      ['core=-1', { name: 'core', soft: -1n, hard: -1n }],
      ['nofile=5:-1', { name: 'nofile', soft: 5n, hard: -1n }],
      ['nofile=2:1', `${order}2 > 1`],
      ['nofile=-1:5', `${order}soft: -1 (unlimited), hard: 5`],
      ['nofile', '! invalid ulimit argument: nofile'],
      ['bogus=1', '! invalid ulimit type: bogus'],
      ['nofile=x', '! strconv.ParseInt: parsing "x": invalid syntax'],
      ['nofile=x:y', '! strconv.ParseInt: parsing "y": invalid syntax'],
      ['nofile=1:2:3', '! too many limit value arguments - 1:2:3, can only have up to two, `soft[:hard]`'],
    ]);
  });
});
