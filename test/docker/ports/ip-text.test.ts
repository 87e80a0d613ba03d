import assert from 'node:assert/strict';
import { isIPv6 } from 'node:net';
import fc from 'fast-check';
import { canonicalIp, isIp4Text, joinHostPort, unbracketed } from '../../../src/docker/ports/ip-text.ts';
import { PortSyntaxError } from '../../../src/docker/ports/port-range.ts';

describe('docker/ports/ip-text', () => {
  it('has one text for each address', () => {
    const vectors: [text: string, canonical: string | undefined][] = [
      ['127.0.0.1', '127.0.0.1'],
      ['01.2.3.4', undefined],
      ['1.2.3', undefined],
      ['localhost', undefined],
      ['::', '::'],
      ['0:0:0:0:0:0:0:1', '::1'],
      ['2001:DB8::0:1:0:0:1', '2001:db8::1:0:0:1'],
      ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
      ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
      ['::ffff:1.2.3.4', '1.2.3.4'],
      ['64:ff9b::1.2.3.4', '64:ff9b::102:304'],
      ['fe80::1%eth0', undefined],
      [':::', undefined],
      ['1::2::3', undefined],
      ['1:2:3:4:5:6:7:8:9', undefined],
      ['1:2:3:4::5:6:7:8', undefined],
      ['12345::', undefined],
      ['1.2.3.4::', undefined],
    ];
    for (const [text, canonical] of vectors) assert.equal(canonicalIp(text), canonical, text);
  });

  it('property: IPv6 as a web browser spells it', () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        const spelled = canonicalIp(address)!;
        if (!isIp4Text(spelled)) assert.equal(`[${spelled}]`, new URL(`http://[${address}]/`).hostname);
        assert.equal(canonicalIp(spelled), spelled);
      }),
    );
    const text = fc.string({ unit: fc.constantFrom('1', 'f', ':', '::', '.', 'g', '0'), minLength: 1, maxLength: 16 });
    fc.assert(
      fc.property(
        text.filter((each) => each.includes(':')),
        (each) => {
          assert.equal(canonicalIp(each) !== undefined, isIPv6(each), each);
        },
      ),
    );
  });

  it('joins address and port', () => {
    assert.equal(joinHostPort('1.2.3.4', 80), '1.2.3.4:80');
    assert.equal(joinHostPort('::', 80), '[::]:80');
  });

  it('takes brackets off as SplitHostPort does', () => {
    assert.deepEqual(['', '1.2.3.4', '[::1]', '[]', '[x]'].map(unbracketed), ['', '1.2.3.4', '::1', '', 'x']);
    const vectors: [text: string, cause: string][] = [
      ['::1', 'too many colons in address'],
      ['[::1', "missing ']' in address"],
      ['[::1]:', 'too many colons in address'],
      ['[::1]x', 'missing port in address'],
      ['[[::1]', "unexpected '[' in address"],
      ['a[', "unexpected '[' in address"],
      ['a]', "unexpected ']' in address"],
    ];
    for (const [text, cause] of vectors) {
      assert.throws(() => unbracketed(text), new PortSyntaxError(`address ${text}:: ${cause}`));
    }
  });
});
