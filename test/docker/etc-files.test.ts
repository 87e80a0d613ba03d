import assert from 'node:assert/strict';
import {
  filterResolvConf,
  formatResolvConf,
  hostnameText,
  hostsLine,
  hostsText,
  nameservers,
  ownHostNames,
  parseResolvConf,
  withoutNames,
} from '../../src/docker/etc-files.ts';
import { recorded } from './recordings.ts';

describe('/etc/hosts', () => {
  it('is as recorded: six standard lines, then the address and the host name', function () {
    const { text } = recorded(this, 'single/02-publish-web.txt', 'docker exec web cat /etc/hosts');
    assert.equal(hostsText([]) + hostsLine('172.17.0.2', ownHostNames('eb91618ee499', '')), text);
  });

  it('has the first part of a name with dots, too, and the lines that were asked for before', () => {
    assert.equal(ownHostNames('web.example.org', ''), 'web.example.org web');
    assert.equal(ownHostNames('web', 'example.org'), 'web.example.org web');
    assert.match(hostsText([['1.2.3.4', 'foo']]), /ip6-allrouters\n1\.2\.3\.4\tfoo\n$/);
  });

  it('loses the lines that end in a name, and empty ones; comments stay', () => {
    const text = '1.2.3.4\tfoo\n# 1.2.3.4\tfoo\n\n1.2.3.5\tfoo.org foo\n1.2.3.6 foo\n1.2.3.7\tbar';
    assert.equal(withoutNames(text, ['foo', 'bar']), '# 1.2.3.4\tfoo\n1.2.3.5\tfoo.org foo\n1.2.3.6 foo\n');
    assert.equal(withoutNames('a\n\nb', []), 'a\n\nb');
  });
});

describe('/etc/hostname', () => {
  it('is the host name', () => {
    assert.equal(hostnameText('eb91618ee499'), 'eb91618ee499\n');
  });
});

/** As on the default bridge: filtered when the sandbox is made and when an endpoint without IPv6 joins. */
function resolvConfText(hostText: string): string {
  return filterResolvConf(filterResolvConf(hostText, true), false);
}

describe('/etc/resolv.conf', () => {
  it('is taken apart, the last line of a kind counting, and put together again', () => {
    const text = 'search a.org\nsearch b.org c.org # not a.org\nnameserver 10.0.0.1\noptions edns0  ndots:2\n';
    const parsed = parseResolvConf(text);
    assert.deepEqual(parsed, { servers: ['10.0.0.1'], search: ['b.org', 'c.org'], options: ['edns0', 'ndots:2'] });
    assert.equal(formatResolvConf(parsed), 'search b.org c.org\nnameserver 10.0.0.1\noptions edns0 ndots:2\n');
    assert.equal(formatResolvConf({ servers: ['::1'], search: ['.'], options: [] }), 'nameserver ::1\n');
  });

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
