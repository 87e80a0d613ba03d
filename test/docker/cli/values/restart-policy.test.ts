import { parseRestartPolicy } from '../../../../src/docker/cli/values/restart-policy.ts';
import { assertVectors } from './vectors.ts';

const policy = (name: string, maximumRetryCount = 0): { name: string; maximumRetryCount: number } => ({
  name,
  maximumRetryCount,
});

describe('a restart policy', () => {
  it('is a name and perhaps a number', () => {
    assertVectors(parseRestartPolicy, [
      ['', policy('')],
      ['no', policy('no')],
      ['bogus', policy('bogus')],
      ['on-failure:3', policy('on-failure', 3)],
      ['on-failure:-1', policy('on-failure', -1)],
      [':3', policy('', 3)],
      ['on-failure:', '! maximum retry count must be an integer'],
      ['always:x', '! maximum retry count must be an integer'],
      ['on-failure:3:4', '! invalid restart policy format'],
    ]);
  });
});
