import assert from 'node:assert/strict';
import { NSENTER, nsenterCommandAt } from '../../src/userland/nsenter.ts';
import { assertSame } from './iproute2/same-script.ts';

describe('userland: nsenter', () => {
  it('runs programs in other namespaces as the real one does', function () {
    assertSame(this, [
      'ip netns add a',
      'ip link add va type veth peer name eth0 netns a',
      'nsenter --net=/run/netns/a ip link',
      'nsenter --net=/var/run/netns/a ip -br link',
      'nsenter -n/run/netns/a -- ip netns identify',
      'nsenter --net=/run/netns/nope ip link',
      'nsenter --net=/nope true',
      'nsenter -t 99999999 -n true',
      'nsenter -t abc -n true',
      'nsenter -n true',
      'nsenter --net=/run/netns/a nosuchprogram',
      'nsenter --net=/run/netns/a sh -c "exit 5"',
    ]);
  });

  it('says what Dockwire lacks, and where the program begins', () => {
    assert.equal(NSENTER.check!(['-m', 'sh'])?.message, 'option -m is not supported by Dockwire');
    assert.equal(NSENTER.check!(['-t', '1', '-n', 'ip', '-m']), undefined);
    assert.equal(nsenterCommandAt(['-t', '1', '-n', 'ip', 'link']), 3);
  });
});
