import { parseMount } from '../../../../src/docker/cli/values/mount.ts';
import { assertVectors } from './vectors.ts';

describe('a mount', () => {
  it('has keys that fit its type', () => {
    for (const text of [
      ...['type=bind,src=/a,dst=/b', 'dst=/x', 'TYPE=Volume,target=/x,ro', 'type=foo,dst=/x', 'dst=/x,volume-opt=foo'],
      ...['type=tmpfs,dst=/x,tmpfs-size=1m,tmpfs-mode=1777', 'type=bind,dst=/b,bind-nonrecursive'],
    ]) {
      assertVectors(parseMount, [[text, text]]);
    }
    assertVectors(parseMount, [
      ['x', "! invalid field 'x' must be a key=value pair"],
      ['type=bind', '! target is required'],
      ['type=,dst=/x', '! type is required'],
      ['dst=', '! target is required'],
      ['dst=/x,foo=bar', "! unexpected key 'foo' in 'foo=bar'"],
      ['dst=/x,readonly=maybe', '! invalid value for readonly: maybe'],
      ['dst=/x,tmpfs-size=x', '! invalid value for tmpfs-size: x'],
      ['dst=/x,tmpfs-mode=9', '! invalid value for tmpfs-mode: 9'],
      ['type=bind,dst=/b,volume-driver=x', "! cannot mix 'volume-*' options with mount type 'bind'"],
      ['dst=/b,bind-propagation=x', "! cannot mix 'bind-*' options with mount type 'volume'"],
      ['dst="/x', '! parse error on line 1, column 5: bare " in non-quoted-field'],
      ['', '! EOF'],
    ]);
  });
});
