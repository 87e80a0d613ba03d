import assert from 'node:assert/strict';
import { SwarmLab } from '../swarm-lab.ts';

/** A swarm of h1 and h2, with what is drawn by chance masked as `H1` and `H2`. */
class Story {
  readonly lab = new SwarmLab({ hosts: 2 });
  private readonly ids: readonly string[];

  constructor() {
    this.lab.ok(1, 'docker swarm init --advertise-addr 192.168.50.11');
    const token = this.lab.ok(1, 'docker swarm join-token -q worker');
    this.lab.ok(2, `docker swarm join --token ${token} 192.168.50.11:2377`);
    this.ids = [1, 2].map((number) => this.lab.engine(number).swarm.nodeId);
  }

  id(number: number): string {
    return this.ids[number - 1]!;
  }

  says(line: string, expected: string, exit = 0, number = 1): void {
    const answer = this.lab.sh(number, line);
    let text = answer.stdout + answer.stderr;
    for (const [index, id] of this.ids.entries()) text = text.replaceAll(id, `H${index + 1}${'.'.repeat(23)}`);
    assert.equal(text, expected, line);
    assert.equal(answer.exit, exit, line);
  }
}

const ID1 = `H1${'.'.repeat(23)}`;
const ID2 = `H2${'.'.repeat(23)}`;
const HEADER = 'ID                            HOSTNAME   STATUS    AVAILABILITY   MANAGER STATUS   ENGINE VERSION\n';
const ROW1 = `${ID1} *   h1         Ready     Active         Leader           20.10.24+dfsg1\n`;
const ROW2 = `${ID2}     h2         Ready     Active                          20.10.24+dfsg1\n`;
const EMPTY = 'ID        HOSTNAME   STATUS    AVAILABILITY   MANAGER STATUS   ENGINE VERSION\n';
const DAEMON = 'Error response from daemon: ';
const PRECONDITION = `${DAEMON}rpc error: code = FailedPrecondition desc = `;
const WORKER =
  `${DAEMON}This node is not a swarm manager. Worker nodes can't be used to view or modify cluster state. Please run ` +
  'this command on a manager node or promote the current node to a manager.';

describe('docker/cli/node-ls', () => {
  it('lists nodes as a real engine does', () => {
    const story = new Story();
    story.says('docker node ls', HEADER + ROW1 + ROW2);
    story.says('docker node ls --format table', HEADER + ROW1 + ROW2);
    story.says('docker node ls -q', `${ID1}\n${ID2}\n`);
    story.says('docker node ls -f role=worker -f name=h', HEADER + ROW2);
    story.says('docker node ls -f label=x', EMPTY);
    story.says('docker node ls -f foo=bar', `${DAEMON}Invalid filter 'foo'\n`, 1);
    story.says('docker node ls -f role=x', `${DAEMON}Invalid role filter: 'x'\n`, 1);
    story.says('docker node ls -f membership=x', `${DAEMON}Invalid membership filter: 'x'\n`, 1);
    story.says('docker node ls', `${WORKER}\n`, 1, 2);
    const json = `{"Availability":"Active","EngineVersion":"20.10.24+dfsg1","Hostname":"h2","ID":"${ID2}"`;
    story.says(
      `docker node ls -f name=h2 --format '{{json .}}'`,
      `${json},"ManagerStatus":"","Self":false,"Status":"Ready","TLSStatus":"Ready"}\n`,
    );
    story.says(
      `docker node ls --format '{{.Foo}}'`,
      'template parsing error: template: :1:2: executing "" at <.Foo>: ' +
        "can't evaluate field Foo in type *node.nodeContext\n",
      1,
    );
    const raw = `node_id: ${ID1}\nhostname: h1\nstatus: Ready\navailability: Active\nmanager_status: Leader\n\n`;
    story.says('docker node ls -f name=h1 --format raw', raw);
  });

  it('shows one node as a real engine does', () => {
    const story = new Story();
    story.says(
      `docker node inspect -f '{{.ID}} {{.Spec.Role}}' self ${story.id(2).slice(0, 9)}`,
      `${ID1} manager\n${ID2} worker\n`,
    );
    story.says('docker node inspect nosuch', '[]\nStatus: Error: No such node: nosuch, Code: 1\n', 1);
    story.says('docker node inspect --pretty nosuch', 'Error: No such node: nosuch\n', 1);
    story.says('docker node inspect self', `[]\nStatus: ${WORKER}, Code: 1\n`, 1, 2);
    const status = '{"Leader":true,"Reachability":"reachable","Addr":"192.168.50.11:2377"}';
    story.says(`docker node inspect -f '{{json .ManagerStatus}}' h1 h2`, `${status}\nnull\n`);
    story.says(`docker node inspect -f '{{.Version.Index}} {{.Status}}' h2`, '15 {ready  192.168.50.12}\n');
    const subject = `docker node inspect -f '{{json .Description.TLSInfo.CertIssuerSubject}}' h2`;
    story.says(subject, '"MBMxETAPBgNVBAMTCHN3YXJtLWNh"\n');
    const pretty = story.lab.ok(1, 'docker node inspect --pretty h2');
    assert.match(
      pretty,
      /^ID:\t\t\t\w{25}\nHostname: {14}\th2\nJoined at: {13}\t[-\d]{10} [\d:.]+ \+0000 utc\nStatus:\n/,
    );
    assert.match(pretty, /\n State:\t\t\tReady\n/);
    assert.match(pretty, /\nResources:\n CPUs:\t\t\t2\n Memory:\t\t23\.54GiB\nPlugins:\n Log:\t\tawslogs, /);
    assert.match(pretty, /-----END CERTIFICATE-----\n\n Issuer Subject:\tMBMx/);
  });

  it('changes and removes nodes as a real engine does', () => {
    const story = new Story();
    story.says('docker node update --availability drain --label-add a=b --label-add c h2', 'h2\n');
    story.says(
      `docker node inspect -f '{{json .Spec}}' h2`,
      '{"Labels":{"a":"b","c":""},"Role":"worker","Availability":"drain"}\n',
    );
    story.says('docker node update --label-rm nosuch h2', "key nosuch doesn't exist in node's labels\n", 1);
    story.says('docker node update --label-rm a --label-rm c --availability active h2', 'h2\n');
    story.says('docker node update --availability foo h2', `${DAEMON}invalid Availability: "foo"\n`, 1);
    story.says('docker node update --role foo h2', `${DAEMON}invalid Role: "foo"\n`, 1);
    story.says('docker node promote h1', `Node ${ID1} is already a manager.\n`);
    story.says('docker node demote h1', `${PRECONDITION}attempting to demote the last manager of the swarm\n`, 1);
    story.says('docker node demote nosuch', 'Error: No such node: nosuch\n', 1);
    story.says('docker node rm h2', `${PRECONDITION}node ${ID2} is not down and can't be removed\n`, 1);
    story.says('docker node ps nosuch', 'Error: No such node: nosuch\n', 1);
    story.says(
      'docker node ps',
      'ID        NAME      IMAGE     NODE      DESIRED STATE   CURRENT STATE   ERROR     PORTS\n',
    );
    story.lab.ok(2, 'docker swarm leave');
    story.lab.wait(20);
    story.says('docker node ls -f name=h2', HEADER + ROW2.replace('Ready', 'Down '));
    story.says('docker node rm h2', 'h2\n');
    story.says('docker node ls', HEADER + ROW1);
  });

  it('tells of the swarm in docker info', () => {
    const story = new Story();
    const all = story.lab.ok(1, 'docker info');
    assert.match(all, /\n Swarm: active\n {2}NodeID: \w{25}\n {2}Is Manager: true\n {2}ClusterID: \w{25}\n/);
    assert.match(all, /\n {2}Managers: 1\n {2}Nodes: 2\n/);
    assert.match(all, /\n {2}Default Address Pool: 10\.0\.0\.0\/8 {2}\n/);
    assert.match(all, /\n {3}Heartbeat Period: 5 seconds\n {2}CA Configuration:\n {3}Expiry Duration: 3 months\n/);
    assert.match(
      all,
      /\n {2}Node Address: 192\.168\.50\.11\n {2}Manager Addresses:\n {3}192\.168\.50\.11:2377\n Runtimes: /,
    );
    assert.match(
      story.lab.ok(2, 'docker info'),
      /\n Swarm: active\n {2}NodeID: \w{25}\n {2}Is Manager: false\n {2}Node Address: 192\.168\.50\.12\n/,
    );
    const state = '"LocalNodeState":"active","ControlAvailable":false,"Error":""';
    const worker = `{"NodeID":"${ID2}","NodeAddr":"192.168.50.12",${state}`;
    const managers = `"RemoteManagers":[{"NodeID":"${ID1}","Addr":"192.168.50.11:2377"}]}`;
    story.says(`docker info -f '{{json .Swarm}}'`, `${worker},${managers}\n`, 0, 2);
    story.says(`docker system info -f '{{.Swarm.Cluster.Spec.Dispatcher.HeartbeatPeriod}}'`, '5s\n');
    story.says(`docker info -f '{{foo}}'`, 'template parsing error: template: :1: function "foo" not defined\n', 64);
  });
});
