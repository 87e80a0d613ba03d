import { parseGpus } from '../../../../src/docker/cli/values/gpus.ts';
import { assertVectors } from './vectors.ts';

describe('a request for GPUs', () => {
  it('is a number or has keys', () => {
    for (const text of ['all', '2', 'device=1,capabilities=a', 'driver=x,count=-1', 'options=a=b']) {
      assertVectors(parseGpus, [[text, text]]);
    }
    const count = '! count must be an integer: strconv.Atoi: parsing "x": invalid syntax';
    assertVectors(parseGpus, [
      ['x', count],
      ['count=x', count],
      ['foo=1', "! unexpected key 'foo' in 'foo=1'"],
      ['count=1,count=2', "! gpu request key 'count' can be specified only once"],
      ['1,count=2', "! gpu request key 'count' can be specified only once"],
      ['', '! EOF'],
    ]);
  });
});
