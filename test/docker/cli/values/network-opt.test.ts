import type { NetworkAttachment } from '../../../../src/docker/cli/values/network-opt.ts';
import { parseDriverOpt, parseNetworkOpt } from '../../../../src/docker/cli/values/network-opt.ts';
import { assertVectors } from './vectors.ts';

function attachment(target: string, aliases: string[] = [], options: [string, string][] = []): NetworkAttachment {
  return { target, aliases, driverOptions: new Map(options) };
}

describe('the network of docker run', () => {
  it('is a name or an id or a mode', () => {
    for (const text of ['', ' ', 'Net', 'container:x', 'x,y', 'name=', '=x', 'name = x', 'name="x"']) {
      assertVectors(parseNetworkOpt, [[text, attachment(text)]]);
    }
  });

  it('has a long form, in small letters', () => {
    assertVectors(parseNetworkOpt, [
      ['name=x', attachment('x')],
      ['NAME=Net, Alias= B ,alias=c', attachment('net', ['b', 'c'])],
      ['name=x,driver-opt=A.b=C=d,driver-opt=a.b=e', attachment('x', [], [['a.b', 'e']])],
      ['name=x,driver-opt==b', attachment('x', [], [['', 'b']])],
      ['name=x,alias="y"', '! parse error on line 1, column 14: bare " in non-quoted-field'],
      ['"name=x"', attachment('x')],
      ['alias=y', '! network name/id is not specified'],
      ['name=x,foo=y', '! invalid field key foo'],
      ['a=b', '! invalid field key a'],
      ['name=x,alias', '! invalid field alias'],
      ['name=x,', '! invalid field '],
      ['name=x,driver-opt=a', '! invalid key value pair format in driver options'],
    ]);
  });
});

describe('an option for a network driver', () => {
  it('is a pair', () => {
    assertVectors(parseDriverOpt, [
      [' A = B c ', { name: 'A', value: 'B c' }],
      ['x', '! invalid key/value pair format in driver options'],
    ]);
  });
});
