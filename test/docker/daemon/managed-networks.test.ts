import assert from 'node:assert/strict';
import { ip4 } from '../../../src/base/addr.ts';
import { releaseIngress } from '../../../src/docker/daemon/ingress.ts';
import { FakeSwarm } from '../fake-swarm.ts';
import { Lab } from '../lab.ts';

/** A host that is the only manager of a swarm. */
function managerLab(): Lab {
  const lab = new Lab();
  new FakeSwarm().join(lab.engine, ip4('192.168.50.11'), true);
  return lab;
}

function namespaces(lab: Lab): string[] {
  return [...lab.host.namespaces.keys()].sort(byText).map((name) => name.replace(/^(lb_|1-)[a-z0-9]+$/, '$1ID'));
}

describe('networks of a swarm on one of its nodes', () => {
  it('are there with the first container and gone with the last, their balancer with them', () => {
    const lab = managerLab();
    assert.deepEqual(namespaces(lab), ['1-ID', 'ingress_sbox']);
    const id = lab.ok('network create -d overlay --attachable ov1');
    assert.match(id, /^[a-z0-9]{25}$/);
    assert.deepEqual(namespaces(lab), ['1-ID', 'ingress_sbox']);
    const names = "network ls --filter driver=overlay --format '{{.Name}} {{.Scope}}'";
    assert.equal(lab.ok(names), 'ingress swarm\nov1 swarm');
    assert.equal(lab.ok("network inspect -f '{{json .Containers}} {{json .Labels}}' ov1"), 'null null');
    lab.ok('run -d --name o1 --network ov1 bb sleep 1000');
    const sandbox = lab.ok("inspect -f '{{slice .NetworkSettings.SandboxID 0 12}}' o1");
    assert.deepEqual(namespaces(lab), ['1-ID', '1-ID', sandbox, 'ingress_sbox', 'lb_ID'].sort(byText));
    assert.equal(
      lab.ok("network inspect -f '{{range $k, $v := .Containers}}{{$v.Name}} {{$v.IPv4Address}} {{end}}' ov1"),
      'o1 10.0.1.2/24 ov1-endpoint 10.0.1.3/24 ',
    );
    assert.equal(
      lab.ok("inspect -f '{{json .NetworkSettings.Networks.ov1.IPAMConfig}}' o1"),
      '{"IPv4Address":"10.0.1.2"}',
    );
    assert.equal(lab.docker('network rm ov1').exit, 1);
    lab.ok('rm -f o1');
    assert.deepEqual(namespaces(lab), ['1-ID', 'ingress_sbox']);
    lab.ok('network rm ov1');
    assert.equal(lab.ok(names), 'ingress swarm');
    releaseIngress(lab.engine);
    assert.deepEqual(namespaces(lab), []);
  });

  it('are refused to containers where nobody may attach by hand', () => {
    const lab = managerLab();
    lab.ok('network create -d overlay ov2');
    lab.ok('run -d --name c1 bb sleep 1000');
    const { exit, stderr } = lab.docker('run --rm --network ov2 bb sleep 1');
    assert.equal(exit, 125);
    assert.match(stderr, /desc = network ov2 not manually attachable\.$/m);
    assert.equal(lab.docker('network connect ov2 c1').exit, 1);
    assert.equal(lab.docker('network create -d overlay ov2').stderr, taken('ov2'));
  });

  it('take in a running container, whose way out they leave alone, and let it go again', () => {
    const lab = managerLab();
    lab.ok('network create -d overlay --attachable ov1');
    lab.ok('run -d --name c1 bb sleep 1000');
    lab.ok('network connect ov1 c1');
    const networks = "inspect -f '{{range $k, $v := .NetworkSettings.Networks}}{{$k}} {{$v.IPAddress}} {{end}}' c1";
    assert.equal(lab.ok(networks), 'bridge 172.17.0.2 ov1 10.0.1.2 ');
    assert.equal(lab.ok("network inspect -f '{{len .Containers}}' docker_gwbridge"), '1');
    lab.ok('network disconnect bridge c1');
    assert.equal(lab.ok("network inspect -f '{{len .Containers}}' docker_gwbridge"), '2');
    lab.ok('network connect bridge c1');
    assert.equal(lab.ok("network inspect -f '{{len .Containers}}' docker_gwbridge"), '1');
    lab.ok('network disconnect ov1 c1');
    assert.equal(namespaces(lab).includes('lb_ID'), false);
  });
});

function byText(left: string, right: string): number {
  return left < right ? -1 : 1;
}

function taken(name: string): string {
  return `Error response from daemon: network with name ${name} already exists\n`;
}
