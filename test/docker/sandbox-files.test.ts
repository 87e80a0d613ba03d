import assert from 'node:assert/strict';
import { ip4 } from '../../src/base/addr.ts';
import type { FileWishes } from '../../src/docker/sandbox-files.ts';
import { SandboxFiles } from '../../src/docker/sandbox-files.ts';
import { Files } from '../../src/kernel/proc/files.ts';

interface Scene {
  readonly files: Files;
  readonly own: SandboxFiles;
  readonly hosts: () => string[];
  readonly resolvConf: () => string;
}

function scene(hostResolvConf: string, wishes: Partial<FileWishes> = {}, resolved?: string): Scene {
  const [files, host] = [new Files(), new Files()];
  host.write('/etc/hosts', '127.0.0.1 localhost\n');
  host.write('/etc/resolv.conf', hostResolvConf);
  if (resolved !== undefined) host.write('/run/systemd/resolve/resolv.conf', resolved);
  const plain = { hostname: 'c1', domainname: '', extraHosts: [], dns: [], dnsSearch: [], dnsOptions: [] };
  const own = new SandboxFiles(files, host, { ...plain, isHostNetwork: false, hasEmbeddedDns: false, ...wishes });
  return {
    files,
    own,
    hosts: () => files.read('/etc/hosts')!.split('\n').slice(6, -1),
    resolvConf: () => files.read('/etc/resolv.conf')!,
  };
}

describe('the files of a sandbox', () => {
  it('name the container by each address, behind what was asked for', () => {
    const { own, hosts } = scene('', { domainname: 'dom.org', extraHosts: [['1.2.3.4', 'foo']] });
    own.addAddress(ip4('172.18.0.2'));
    own.addAddress(ip4('172.19.0.2'));
    own.deleteNames(['foo', 'c1']);
    assert.deepEqual(hosts(), ['172.18.0.2\tc1.dom.org c1', '172.19.0.2\tc1.dom.org c1']);
  });

  it('give a linked container another address', () => {
    const { own, hosts } = scene('', { extraHosts: [['172.17.0.2', 'db 0123456789ab data']] });
    own.updateAlias('172.17.0.5', 'db');
    own.updateAlias('172.17.0.6', 'd');
    assert.deepEqual(hosts(), ['172.17.0.5\tdb 0123456789ab data']);
  });

  it("are the host's own with --network host, unless something is asked for", () => {
    const plain = scene('nameserver 127.0.0.53\n', { isHostNetwork: true });
    plain.own.addAddress(ip4('172.17.0.2'));
    plain.own.updateResolvConf();
    assert.equal(plain.files.read('/etc/hosts'), '127.0.0.1 localhost\n');
    assert.equal(plain.resolvConf(), 'nameserver 127.0.0.53\n');
    const asked = scene('search lan\n', { isHostNetwork: true, dns: ['1.1.1.1'], extraHosts: [['1.2.3.4', 'a']] });
    assert.deepEqual(asked.hosts(), ['1.2.3.4\ta']);
    assert.equal(asked.resolvConf(), 'search lan\nnameserver 1.1.1.1\n');
  });

  it('name the embedded server from the first network with names on', () => {
    const { own, resolvConf } = scene('# by hand\nsearch lan\nnameserver 10.0.0.1\nnameserver fe80::1\n');
    own.updateResolvConf();
    assert.equal(resolvConf(), '# by hand\nsearch lan\nnameserver 10.0.0.1\n');
    own.startResolver();
    assert.equal(resolvConf(), 'search lan\nnameserver 127.0.0.11\noptions ndots:0\n');
    own.updateResolvConf();
    own.startResolver();
    assert.equal(resolvConf(), 'search lan\nnameserver 127.0.0.11\noptions ndots:0\n');
  });

  it("keep the user's own ndots, and do not change with one that is no number", () => {
    const own = scene('nameserver 10.0.0.1\n', { dnsOptions: ['ndots:3', 'edns0'] });
    own.own.startResolver();
    assert.equal(own.resolvConf(), 'nameserver 127.0.0.11\noptions ndots:3 edns0\n');
    const bad = scene('nameserver 10.0.0.1\n', { dnsOptions: ['ndots:x'] });
    bad.own.startResolver();
    assert.equal(bad.resolvConf(), 'nameserver 10.0.0.1\noptions ndots:x\n');
  });

  it('are left alone where somebody has changed them', () => {
    const { own, files, resolvConf } = scene('nameserver 10.0.0.1\n');
    files.write('/etc/resolv.conf', 'nameserver ::2\n');
    own.updateResolvConf();
    assert.equal(resolvConf(), 'nameserver ::2\n');
  });

  it('look behind systemd-resolved where no embedded server can ask it', () => {
    const behind = 'nameserver 10.0.0.9\n';
    assert.equal(scene('nameserver 127.0.0.53\n', {}, behind).resolvConf(), behind);
    const embedded = scene('nameserver 127.0.0.53\n', { hasEmbeddedDns: true }, behind);
    assert.match(embedded.resolvConf(), /nameserver 8\.8\.8\.8/);
    assert.match(scene('nameserver 127.0.0.53\nnameserver 127.0.0.1\n', {}, behind).resolvConf(), /8\.8\.8\.8/);
  });
});
