/** What a user of the newer engine sees otherwise on networks; its rules are in firewall/firewall29.test.ts. */
import assert from 'node:assert/strict';
import { engineVersion } from '../../src/docker/engine-version.ts';
import { Lab } from './lab.ts';

/** The lines that a command has typed into the kernel, drawn names and addresses aside. */
function linesOf(lab: Lab, command: string): string[] {
  const before = lab.host.admin.verbs.length;
  lab.ok(command);
  const names = new Map<string, string>();
  const nameOf = (found: string, kind: string): string => {
    if (!names.has(found))
      names.set(found, `${kind}${[...names.values()].filter((each) => each.startsWith(kind)).length}`);
    return names.get(found)!;
  };
  return lab.host.admin.verbs
    .slice(before)
    .filter((line) => !line.includes('iptables'))
    .map((line) =>
      line
        .replaceAll(/veth[0-9a-f]{7}/g, (found) => nameOf(found, 'VETH'))
        .replaceAll(/\b[0-9a-f]{12}\b/g, 'NS')
        .replaceAll(/(?:[0-9a-f]{2}:){5}[0-9a-f]{2}/g, 'MAC'),
    );
}

/** The keys that stand so many blanks deep in a document. */
function keysIn(text: string, depth: number): string {
  const lines = text.split('\n').map((line) => /^( *)"([^"]+)": /.exec(line));
  return lines.flatMap((match) => (match?.[1]?.length === depth ? [match[2]!] : [])).join(' ');
}

/** The MAC of a container's only interface. */
function macOf(lab: Lab, container: string): number {
  return [...lab.engine.containerByName(container)!.networks.values()][0]!.endpoint!.mac!;
}

describe('docker/engine-version', () => {
  it('knows two versions by name', () => {
    assert.equal(engineVersion('20.10').name, '20.10');
    assert.equal(engineVersion('29').name, '29');
    assert.equal(new Lab().engine.version.name, '20.10');
  });

  it('makes docker0 with a MAC of its own, and says how large its frames are', () => {
    const lab = new Lab({ version: '29' });
    const verbs = lab.host.admin.verbs.filter((line) => !line.includes('iptables'));
    assert.deepEqual(
      verbs.slice(-5).map((line) => line.replace(/address (\S+)/, 'address MAC')),
      [
        'ip link add name docker0 address MAC txqueuelen 0 type bridge',
        'sysctl -w net.ipv6.conf.docker0.accept_ra=0',
        'ip link set docker0 mtu 1500',
        'ip addr add 172.17.0.1/16 brd 172.17.255.255 dev docker0',
        'ip link set docker0 up',
      ],
    );
    const mac = lab.host.rootNs.deviceByName('docker0')!.mac;
    assert.equal(Math.floor(mac / 2 ** 40) & 3, 2, 'locally administered, to one');
    assert.notEqual(Math.floor(mac / 2 ** 32), 0x0242);
  });

  it('opens the namespace first and makes the link in it, as its second interface', () => {
    const lab = new Lab({ version: '29' });
    assert.deepEqual(linesOf(lab, 'run -d --name c1 busybox sleep 100'), [
      'ip netns add NS',
      'ip netns exec NS sysctl -w net.ipv6.conf.all.disable_ipv6=1',
      'ip -n NS link set lo up',
      'ip netns exec NS sysctl -w net.ipv4.ip_unprivileged_port_start=0',
      'ip netns exec NS sysctl -w net.ipv4.ping_group_range=0\\ 2147483647',
      'ip link add VETH0 txqueuelen 0 type veth peer name VETH1 netns NS txqueuelen 0',
      'ip link set VETH0 mtu 1500',
      'ip -n NS link set VETH1 mtu 1500',
      'ip link set VETH0 master docker0',
      'ip link set VETH0 up',
      'ip -n NS link set VETH1 name eth0',
      'ip -n NS link set eth0 address MAC',
      'ip -n NS addr add 172.17.0.2/16 brd 172.17.255.255 dev eth0',
      'ip -n NS link set eth0 up',
      'ip -n NS route add default via 172.17.0.1 dev eth0',
    ]);
    const ns = lab.host.namespaces.get(lab.engine.containerByName('c1')!.sandbox!.netnsName!)!;
    assert.equal(ns.deviceByName('eth0')!.ifIndex, 2);
  });

  it('draws MACs, another one with each start, and keeps one that was asked for', () => {
    const lab = new Lab({ version: '29' });
    lab.ok('run -d --name c1 busybox sleep 100');
    lab.ok('run -d --name c2 --mac-address 02:00:00:00:00:07 busybox sleep 100');
    const first = macOf(lab, 'c1');
    assert.notEqual(Math.floor(first / 2 ** 32), 0x0242);
    lab.ok('restart -t 0 c1 c2');
    assert.notEqual(macOf(lab, 'c1'), first);
    assert.equal(macOf(lab, 'c2'), 0x0200_0000_0007);
  });

  it('gives a new interface the number of one that has left', () => {
    for (const [version, name] of [
      ['20.10', 'eth2'],
      ['29', 'eth1'],
    ] as const) {
      const lab = new Lab({ version });
      lab.ok('network create net1');
      lab.ok('network create net2');
      lab.ok('run -d --name c1 busybox sleep 100');
      lab.ok('network connect net1 c1');
      lab.ok('network disconnect net1 c1');
      lab.ok('network connect net2 c1');
      assert.equal(lab.engine.containerByName('c1')!.networks.get('net2')!.endpoint!.interfaceName, name);
    }
  });

  it('takes its own lines out of /etc/hosts when it leaves, and no others', () => {
    for (const [version, left] of [
      ['20.10', ''],
      ['29', '172.18.0.2\tone'],
    ] as const) {
      const lab = new Lab({ version });
      lab.ok('network create net1');
      lab.ok('network create net2');
      lab.ok('run -d --name c1 --hostname one --network net1 busybox sleep 100');
      lab.ok('network connect net2 c1');
      lab.ok('network disconnect net2 c1');
      assert.equal(lab.ok('exec c1 cat /etc/hosts').split('\n').slice(6).join('\n'), left, version);
    }
  });

  it('has no way out of an internal network', () => {
    const lab = new Lab({ version: '29' });
    lab.ok('network create --internal int1');
    const lines = linesOf(lab, 'run -d --name c1 --network int1 busybox sleep 100');
    assert.ok(!lines.some((line) => line.includes('route add')), lines.join('\n'));
    assert.equal(lab.ok("inspect -f '{{.NetworkSettings.Networks.int1.Gateway}}' c1"), '');
  });

  it('knows links by the lines that are added to what is there already', () => {
    const lab = new Lab({ version: '29' });
    lab.ok('run -d --name db --hostname dbhost busybox sleep 100');
    lab.ok('run -d --name web --hostname webhost --link db:data busybox sleep 100');
    const hosts = lab.ok('exec web cat /etc/hosts').split('\n').slice(6);
    assert.deepEqual(hosts, ['172.17.0.2\tdata dbhost db', '172.17.0.3\twebhost']);
    lab.ok('run -d --name other busybox sleep 100');
    lab.ok('stop -t 0 db');
    lab.ok('run -d busybox sleep 100');
    lab.ok('start db');
    assert.equal(lab.ok('exec web cat /etc/hosts').split('\n')[6], '172.17.0.5\tdata dbhost db');
  });

  it('refuses modes of gateways that do not go with the network', () => {
    const lab = new Lab({ version: '29' });
    const mode = 'com.docker.network.bridge.gateway_mode_ipv4';
    const { stderr } = lab.docker(`network create -o ${mode}=isolated net1`);
    const isolated = "gateway mode 'isolated' can only be used for an internal network";
    assert.equal(stderr, `Error response from daemon: ${isolated}\n`);
    assert.match(lab.docker(`network create -o ${mode}=x net1`).stderr, /value: x \(unknown gateway mode x\)$/m);
    lab.ok(`network create --internal -o ${mode}=isolated net1`);
  });

  it('asks for br_netfilter where containers may not talk, or where there is no proxy', () => {
    const asked = 'sysctl -w net.bridge.bridge-nf-call-iptables=1';
    const lab = new Lab({ version: '29' });
    lab.ok('network create net1');
    assert.ok(!lab.host.admin.verbs.includes(asked));
    lab.ok('network create -o com.docker.network.bridge.enable_icc=false net2');
    assert.ok(lab.host.admin.verbs.includes(asked));
    assert.ok(new Lab({ version: '29', hasUserlandProxy: false }).host.admin.verbs.includes(asked));
  });

  it('gives a network the lowest subnet that is free, and says when there is none', () => {
    for (const [version, subnet] of [
      ['20.10', '172.20.0.0/16'],
      ['29', '172.18.0.0/16'],
    ] as const) {
      const lab = new Lab({ version });
      lab.ok('network create net1');
      lab.ok('network create net2');
      lab.ok('network rm net1');
      lab.ok('network create net3');
      assert.equal(lab.ok("network inspect -f '{{(index .IPAM.Config 0).Subnet}}' net3"), subnet);
    }
    const lab = new Lab({ version: '29' });
    // 31, less docker0's and the one that the host's own network lies in.
    for (let number = 1; number <= 29; number++) lab.ok(`network create net${number}`);
    const { stderr } = lab.docker('network create net30');
    assert.equal(stderr, 'Error response from daemon: all predefined address pools have been fully subnetted\n');
  });

  it('leaves an isolated network without a gateway, so that containers get the first address', () => {
    const lab = new Lab({ version: '29' });
    const mode = 'com.docker.network.bridge.gateway_mode_ipv4';
    lab.ok(`network create --internal -o ${mode}=isolated net1`);
    lab.ok('run -d --name c1 --network net1 busybox sleep 100');
    assert.equal(lab.ok("inspect -f '{{.NetworkSettings.Networks.net1.IPAddress}}' c1"), '172.18.0.1');
    assert.equal(lab.ok("network inspect -f '{{json .IPAM.Config}}' net1"), '[{"Subnet":"172.18.0.0/16"}]');
    const bridge = lab.host.rootNs.deviceByName(`br-${lab.ok('network ls -qf name=net1')}`)!;
    assert.equal(bridge.addresses.length, 0);
    lab.ok('rm -f c1');
    lab.ok('network rm net1');
  });

  it('tells of networks and containers what API 1.52 tells', () => {
    const lab = new Lab({ version: '29' });
    lab.ok('network create --subnet 10.1.0.0/24 --ip-range 10.1.0.128/25 net1');
    lab.ok('run -d --name c1 --hostname one --network net1 --network-alias web -p 80 busybox sleep 100');
    const keys = 'Name Id Created Scope Driver EnableIPv4 EnableIPv6 IPAM Internal Attachable Ingress ConfigFrom';
    const rest = 'ConfigOnly Options Labels Containers Status';
    assert.equal(keysIn(lab.ok('network inspect net1'), 8), `${keys} ${rest}`);
    const inNetwork = (name: string, field: string): string =>
      lab.ok(`network inspect -f '{{json .${field}}}' ${name}`);
    const config = '[{"Subnet":"10.1.0.0/24","IPRange":"10.1.0.128/25","Gateway":"10.1.0.128"}]';
    assert.equal(inNetwork('net1', 'IPAM.Config'), config);
    const subnets = '{"Subnets":{"10.1.0.0/24":{"IPsInUse":4,"DynamicIPsAvailable":125}}}';
    assert.equal(inNetwork('net1', 'Status'), `{"IPAM":${subnets}}`);
    assert.deepEqual([inNetwork('none', 'IPAM.Config'), inNetwork('none', 'Status')], ['null', '{"IPAM":{}}']);
    const inContainer = (field: string): string => lab.ok(`inspect -f '{{json .NetworkSettings.${field}}}' c1`);
    const settings = lab.ok('inspect c1').replace(/^[^]*"NetworkSettings": /, '');
    assert.equal(keysIn(settings, 12), 'SandboxID SandboxKey Ports Networks');
    assert.equal(inContainer('Networks.net1.Aliases'), '["web"]');
    assert.equal(inContainer('Networks.net1.DNSNames'), `["c1","web","${lab.ok('ps -q')}","one"]`);
    const gone = lab.docker("inspect -f '{{.NetworkSettings.IPAddress}}' c1");
    assert.match(gone.stderr, /map has no entry for key "IPAddress"$/m);
  });

  it('writes addresses of IPv6 in brackets, and failures in the words of its client', () => {
    const lab = new Lab({ version: '29' });
    lab.ok('run -d --name c1 -p 8080:80 -p 90:90 busybox sleep 100');
    const published = '0.0.0.0:90->90/tcp, [::]:90->90/tcp, 0.0.0.0:8080->80/tcp, [::]:8080->80/tcp';
    assert.equal(lab.ok("ps --format '{{.Ports}}'"), published);
    assert.equal(lab.ok('port c1 80'), '0.0.0.0:8080\n[::]:8080');
    assert.equal(lab.docker('port c1 99').stderr, "Error: No public port '99' published for c1\n");
    assert.equal(lab.docker('rm c9').stderr, 'Error response from daemon: No such container: c9\n');
    const { exit, stderr } = lab.docker('run --name c2 -p 8080:81 busybox echo hi');
    const endpoint = 'driver failed programming external connectivity on endpoint c2 (ID)';
    const cause = `${endpoint}: Bind for 0.0.0.0:8080 failed: port is already allocated`;
    const help = "\n\nRun 'docker run --help' for more information\n";
    const answer = `docker: Error response from daemon: failed to set up container networking: ${cause}${help}`;
    assert.deepEqual([exit, stderr.replace(/[0-9a-f]{64}/, 'ID')], [125, answer]);
    lab.ok('rm c2');
  });
});
