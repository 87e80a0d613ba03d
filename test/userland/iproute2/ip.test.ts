import assert from 'node:assert/strict';
import { IP } from '../../../src/userland/iproute2/ip.ts';
import { assertSame, sayDockwire } from './same-script.ts';

function check(line: string): string | undefined {
  return IP.check!(line.split(' '))?.message;
}

function refuse(line: string): string | undefined {
  return IP.refusal!(line.split(' '))?.message;
}

describe('userland/iproute2: ip', () => {
  it('resolves options, objects and verbs as the real one does, and complains in its words', function () {
    assertSame(this, [
      'ip',
      'ip help',
      'ip -h',
      'ip -V',
      'ip -x link',
      'ip --x link',
      'ip -f foo link',
      'ip -f',
      'ip -f help',
      'ip -n',
      'ip -n nope link',
      'ip bogus',
      'ip link bogus',
      'ip addr bogus',
      'ip route bogus',
      'ip rule bogus',
      'ip neigh bogus',
      'ip netns bogus',
      'ip l h',
      'ip a help',
      'ip ro help',
      'ip ru help',
      'ip n help',
      'ip netns help',
      'ip link help veth',
      'ip link help bridge',
      'ip link help bridge_slave',
      'ip link help foo',
      'ip -c=never -s -d -o -j -p -N -4 -h -iec -ts -t link help',
      'ip -c=foo link',
      'ip -color=auto -br link',
      'ip -- link show lo',
      'ip -batch /nope',
    ]);
  });

  it('runs batches, in their order, up to the first that fails', function () {
    const texts = {
      first:
        'link add va type veth peer name vb\n\n# a comment\nlink set va up # and more\nlink show nope\nlink show va',
      second: "link set \\\n va down\nlink set 'vb' up",
      exits: 'link bogus\nlink set va up',
      returns: 'bogus\nlink set va up',
    };
    assertSame(
      this,
      [
        'ip -batch first',
        'ip -force -batch first',
        'ip -b second',
        'ip link',
        'ip -force -b exits',
        'ip -b returns',
        'ip -force -b returns',
        'ip -br link',
      ],
      texts,
    );
  });

  it('says what Dockwire lacks before a run', () => {
    assert.equal(check('tunnel show'), `object "tunnel" is not supported by Dockwire; supported: ${OBJECTS}`);
    assert.equal(check('link xstats'), 'link xstats is not supported by Dockwire');
    assert.equal(check('-M route'), 'option -M is not supported by Dockwire');
    assert.equal(check('-f mpls route'), 'option -family mpls is not supported by Dockwire');
    for (const line of ['link', '-n a link', 'bogus', 'link bogus', '', '-x', 'addr add'])
      assert.equal(check(line), undefined);
    assert.equal(refuse('bogus'), 'Object "bogus" is unknown, try "ip help".');
    assert.equal(refuse('link bogus'), 'Command "bogus" is unknown, try "ip link help".');
    assert.equal(refuse('-x link'), 'Option "-x" is unknown, try "ip -help".');
    for (const line of ['link', '-n a link', '', 'tunnel', 'monitor link']) assert.equal(refuse(line), undefined);
  });

  it('says at run time what Dockwire lacks', () => {
    const [said] = sayDockwire(['X=tunnel; ip $X']);
    assert.deepEqual(said, {
      line: 'X=tunnel; ip $X',
      exit: 127,
      stdout: '',
      stderr: `ip tunnel: not supported by Dockwire; supported: ${OBJECTS}\n`,
    });
  });
});

const OBJECTS = 'address, maddress, route, rule, neighbour, link, monitor, xfrm, netns';
