import { parseLink } from '../../../../src/docker/cli/values/link.ts';
import { assertVectors } from './vectors.ts';

describe('a link', () => {
  it('is a container and perhaps an alias', () => {
    assertVectors(parseLink, [
      ['c1', { container: 'c1', alias: 'c1' }],
      ['c1:db', { container: 'c1', alias: 'db' }],
      [':y', { container: '', alias: 'y' }],
      ['x:', { container: 'x', alias: '' }],
      ['', '! empty string specified for links'],
      ['x:y:z', '! bad format for links: x:y:z'],
    ]);
  });
});
