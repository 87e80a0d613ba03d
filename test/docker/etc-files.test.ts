import assert from 'node:assert/strict';
import { ip4 } from '../../src/base/addr.ts';
import { hostnameText, hostsText, nameservers, resolvConfText } from '../../src/docker/etc-files.ts';
import { recorded } from './recordings.ts';

describe('/etc/hosts', () => {
  it('is as recorded: six standard lines, then the address and the host name', function () {
    const { text } = recorded(this, 'single/02-publish-web.txt', 'docker exec web cat /etc/hosts');
    assert.equal(hostsText([ip4('172.17.0.2')], 'eb91618ee499'), text);
  });

  it('has the first part of a host name with dots, too, and no line without an address', () => {
    assert.match(hostsText([ip4('172.17.0.2')], 'web.example.org'), /\n172\.17\.0\.2\tweb\.example\.org web\n$/);
    assert.match(hostsText([], 'web'), /ip6-allrouters\n$/);
  });
});

describe('/etc/hostname', () => {
  it('is the host name', () => {
    assert.equal(hostnameText('eb91618ee499'), 'eb91618ee499\n');
  });
});

describe('/etc/resolv.conf', () => {
  it("is the host's as recorded", function () {
    const { text } = recorded(this, 'single/02-publish-web.txt', 'docker exec web cat /etc/resolv.conf');
    assert.equal(resolvConfText('nameserver 192.168.50.100\n'), text);
  });

  it('keeps everything but servers that only the host reaches', () => {
    const host = '# by hand\nsearch example.org\nnameserver 127.0.0.53\nnameserver 10.0.0.1\noptions edns0\n';
    const own = '# by hand\nsearch example.org\nnameserver 10.0.0.1\noptions edns0\n';
    assert.equal(resolvConfText(host), own);
    assert.equal(
      resolvConfText('nameserver ::1\nnameserver 2001:db8::1\nnameserver 10.0.0.1\n'),
      'nameserver 10.0.0.1\n',
    );
  });

  it('has the public servers when none is left', () => {
    const servers = '\nnameserver 8.8.8.8\nnameserver 8.8.4.4';
    assert.equal(resolvConfText(''), `${servers}\n`);
    assert.equal(resolvConfText('nameserver 127.0.0.1\nsearch lan\n'), `search lan\n${servers}\n`);
    // IPv6 servers are taken out only when an endpoint without IPv6 joins: what is put in then has no last line end.
    assert.equal(resolvConfText('nameserver 2001:db8::1\n'), servers);
  });

  it('names servers by lines, comments apart', () => {
    const text = 'nameserver 10.0.0.1\n#nameserver 10.0.0.2\n nameserver 10.0.0.3 # third\nnameserver fe80::1%eth0\n';
    assert.deepEqual(nameservers(text), ['10.0.0.1', '10.0.0.3', 'fe80::1%eth0']);
  });
});
