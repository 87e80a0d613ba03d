import assert from 'node:assert/strict';
import { formatIp4 } from '../../../src/base/addr.ts';
import { isCommandMissing } from '../../../src/docker/daemon/start.ts';
import { Lab, SECOND } from '../lab.ts';
import { recordedText } from '../recordings.ts';

/** What is left on the host of all containers: namespaces, links, addresses taken. */
function leftovers(lab: Lab): string[] {
  const links = lab.host.rootNs.listDevices().map((dev) => dev.name);
  return [...lab.host.namespaces.keys(), ...links.filter((name) => name.startsWith('veth'))];
}

function addressOf(lab: Lab, name: string): string {
  return lab.ok(`inspect -f '{{.NetworkSettings.IPAddress}}' ${name}`);
}

describe('the addresses of containers', () => {
  it('come and go as recorded: rm and stop free them, the lowest free one is next', function () {
    const block = recordedText(this, 'ipam/ipam.txt').split(/^# network /m)[1]!;
    const wanted = [...block.matchAll(/^(?:\w+ )?(k\d):? bridge (\S+)/gm)].map((match) => `${match[1]} ${match[2]}`);
    const lab = new Lab();
    const seen: string[] = [];
    const note = (name: string): unknown => seen.push(`${name} ${addressOf(lab, name)}`);
    const run = (name: string): unknown => (lab.ok(`run -d --name ${name} --network bridge bb sleep 1000`), note(name));
    for (const name of ['k1', 'k2', 'k3']) run(name);
    lab.ok('rm -f k1');
    run('k4');
    lab.ok('stop -t 0 k2');
    run('k5');
    lab.ok('start k2');
    note('k2');
    lab.ok('stop -t 0 k3');
    lab.ok('start k3');
    note('k3');
    lab.ok('rm -f k2 k3 k4 k5');
    run('k6');
    assert.deepEqual(seen, wanted);
  });
});

describe('a container', () => {
  it('reaches another, its gateway, and the host behind it', () => {
    const lab = new Lab();
    lab.ok('run -itd --name c1 busybox');
    lab.ok('run -itd --name c2 busybox');
    assert.equal(lab.ok('exec c1 probe 172.17.0.3'), 'reply from 172.17.0.3 ttl 64');
    assert.equal(lab.ok('exec c1 probe 172.17.0.1'), 'reply from 172.17.0.1 ttl 64');
    assert.equal(lab.ok('exec c1 probe 192.168.50.11'), 'reply from 192.168.50.11 ttl 64');
    lab.ok('rm -f c2');
    assert.deepEqual(lab.docker('exec c1 probe 172.17.0.3'), { exit: 1, stdout: 'nothing\n', stderr: '' });
  });

  it('gives everything back when its process ends by itself', () => {
    const lab = new Lab();
    lab.ok('run -d --name c1 busybox sleep 5');
    assert.equal(leftovers(lab).length, 2);
    assert.equal(addressOf(lab, 'c1'), '172.17.0.2');
    lab.wait(6 * SECOND);
    assert.deepEqual(leftovers(lab), []);
    assert.equal(addressOf(lab, 'c1'), '');
    const container = lab.engine.getContainer('c1');
    assert.deepEqual([container.status, container.exitCode, container.finishedNs], ['exited', 0, 5 * SECOND]);
    assert.equal(lab.engine.getNetwork('bridge').endpoints.size, 0);
  });

  it('starts again in a new namespace, with its files and host name', () => {
    const lab = new Lab();
    const containerId = lab.ok('run -d --name c1 -h web busybox sleep 5');
    const first = lab.engine.getContainer('c1').sandbox?.id;
    lab.engine.getContainer('c1').files.write('/tmp/note', 'kept');
    lab.wait(6 * SECOND);
    lab.ok('start c1');
    assert.notEqual(lab.engine.getContainer('c1').sandbox?.id, first);
    assert.equal(lab.ok('exec c1 cat /etc/hostname /tmp/note'), 'web\nkept');
    assert.equal(lab.engine.getContainer('c1').id, containerId);
  });

  it('takes whatever runs in it with it', () => {
    const lab = new Lab();
    lab.ok('run -d --name c1 busybox sleep 5');
    const exec = lab.start('exec c1 sleep 100');
    const other = lab.start('exec -d c1 sleep 100');
    lab.wait(6 * SECOND);
    assert.equal(exec.proc.exitCode, 137);
    assert.equal(other.proc.exitCode, 0);
    assert.deepEqual(lab.host.processes.all, []);
  });

  it('that cannot be started gives everything back, and stays as created', () => {
    const lab = new Lab();
    assert.equal(lab.docker('run --name c1 busybox nosuch').exit, 127);
    assert.deepEqual(leftovers(lab), []);
    const container = lab.engine.getContainer('c1');
    assert.deepEqual([container.status, container.exitCode, container.startedNs], ['created', 127, -1]);
    assert.match(
      container.errorText,
      /^failed to create shim task: OCI runtime create failed: runc create failed: unable/,
    );
    assert.equal(lab.docker('start c1').exit, 1);
    lab.docker('run --rm --name c2 busybox nosuch');
    assert.equal(lab.engine.containerByName('c2'), undefined);
  });

  it('on a network that does not exist is created and not started', () => {
    const lab = new Lab();
    const { exit, stderr } = lab.docker('run -d --name c1 --network nosuch busybox');
    assert.deepEqual([exit, stderr], [125, 'docker: Error response from daemon: network nosuch not found.\n']);
    const container = lab.engine.getContainer('c1');
    assert.deepEqual([container.exitCode, container.sandbox], [128, null]);
    assert.deepEqual(leftovers(lab), []);
  });

  it('cannot be started when somebody has removed the bridge', () => {
    const lab = new Lab();
    lab.typed('ip link del docker0');
    const { exit, stderr } = lab.docker('run -d --name c1 busybox');
    assert.equal(exit, 125);
    const endpoint = 'docker: Error response from daemon: failed to create endpoint c1 on network bridge: adding';
    const cause = 'could not find bridge docker0: route ip+net: no such network interface.\n';
    assert.equal(stderr.replace(/veth\w{7}/, 'VETH'), `${endpoint} interface VETH to bridge docker0 failed: ${cause}`);
    assert.deepEqual(leftovers(lab), []);
  });

  it('is removed although somebody has removed its links', () => {
    const lab = new Lab();
    lab.ok('run -itd --name c1 busybox');
    const veth = lab.host.rootNs.listDevices().find((dev) => dev.name.startsWith('veth'))!.name;
    lab.typed(`ip link del ${veth}`);
    lab.ok('rm -f c1');
    assert.deepEqual(leftovers(lab), []);
    lab.ok('run -itd --name c2 busybox');
    assert.equal(addressOf(lab, 'c2'), '172.17.0.2');
  });

  it('without a network has only lo, up', () => {
    const lab = new Lab();
    lab.ok('run -itd --name nn --network none busybox');
    const ns = lab.host.namespaces.get(lab.engine.getContainer('nn').sandbox!.netnsName!)!;
    assert.deepEqual(
      ns.listDevices().map((dev) => [dev.name, dev.isUp, dev.addresses.map((each) => formatIp4(each.address))]),
      [['lo', true, ['127.0.0.1']]],
    );
    assert.equal(lab.ok('exec nn cat /etc/hosts').split('\n').length, 6);
    assert.equal(lab.docker('exec nn probe 172.17.0.1').exit, 1);
  });

  it("on the host's network has the host's name, files and addresses, and leaves them alone", () => {
    const lab = new Lab({ resolvConf: 'nameserver 127.0.0.53\n' });
    lab.ok('run -itd --name hh --network host busybox');
    assert.match(lab.ok('exec hh whoami'), /^h1 pid 2 /);
    const files = lab.ok('exec hh cat /etc/hosts /etc/resolv.conf /etc/hostname');
    assert.equal(files, '127.0.0.1 localhost\n192.168.50.11 h1\nnameserver 127.0.0.53\nh1');
    assert.equal(lab.ok('exec hh probe 192.168.50.11'), 'reply from 192.168.50.11 ttl 64');
    lab.ok('rm -f hh');
    assert.ok(lab.host.rootNs.deviceByName('eth0')!.isUp);
  });

  it('has its name in captures', () => {
    const lab = new Lab();
    lab.ok('run -itd --name web busybox');
    const ns = lab.host.namespaces.get(lab.engine.getContainer('web').sandbox!.netnsName!)!;
    assert.equal(ns.deviceByName('eth0')!.fullName, 'h1/web/eth0');
  });
});

describe('a runtime failure', () => {
  it('means a missing command by its words', () => {
    assert.ok(isCommandMissing('exec: "x": executable file not found in $PATH: unknown'));
    assert.ok(isCommandMissing('exec: "/x": stat /x: no such file or directory: unknown'));
    assert.ok(!isCommandMissing('network nosuch not found'));
  });
});

describe('a hundred containers', () => {
  it('have a hundred names, addresses and namespaces, and leave nothing', () => {
    const lab = new Lab();
    for (let i = 0; i < 100; i++) lab.ok('run -itd busybox');
    const addresses = [...lab.engine.getNetwork('bridge').endpoints].map((each) => formatIp4(each.address!));
    assert.deepEqual(
      addresses,
      Array.from({ length: 100 }, (_, i) => `172.17.0.${i + 2}`),
    );
    assert.equal(leftovers(lab).length, 200);
    lab.ok(`rm -f ${lab.ok('ps -q').replaceAll('\n', ' ')}`);
    assert.deepEqual(leftovers(lab), []);
    assert.equal(lab.ok('ps -aq'), '');
  });
});
