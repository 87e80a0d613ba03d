/** What three real engines of 20.10.24 in a swarm answered about overlay networks, asked of emulated ones. */
import assert from 'node:assert/strict';
import { SwarmLab } from './swarm-lab.ts';

const DAEMON = 'Error response from daemon: ';
const NOT_ATTACHABLE = 'rpc error: code = PermissionDenied desc = network ov2 not manually attachable';
const FROM_WORKER =
  `${DAEMON}Cannot create a multi-host network from a worker node. ` + 'Please create the network from a manager node.';
const INGRESS_WARNING =
  'WARNING! Before removing the routing-mesh network, make sure all the nodes in your swarm run the same docker ' +
  'engine version. Otherwise, removal may not be effective and functionality of newly create ingress networks will ' +
  'be impaired.\nAre you sure you want to continue? [y/N]';

/** The host's number, what is typed behind `docker`, the exit code, and what is said, ids aside. */
const ANSWERS: readonly (readonly [host: number, line: string, exit: number, said: string])[] = [
  [1, 'network create -d overlay --attachable ov1', 0, 'ID'],
  [1, 'network create -d overlay ov2', 0, 'ID'],
  [1, 'run --rm --network ov2 bb true', 125, `docker: ${DAEMON}Could not attach to network ov2: ${NOT_ATTACHABLE}.`],
  [
    2,
    'run --rm --network nosuch bb true',
    125,
    `docker: ${DAEMON}Could not attach to network nosuch: rpc error: code = NotFound desc = network nosuch not found.`,
  ],
  [
    1,
    'run -d --name o1 --network ov1 --ip 10.0.9.9 bb sleep 1000',
    125,
    `ID\ndocker: ${DAEMON}attaching to network failed, ` +
      'make sure your network options are correct and check manager logs: context deadline exceeded.',
  ],
  [1, 'rm -f o1', 0, 'o1'],
  [1, 'run -d --name o1 --network ov1 --ip 10.0.1.77 bb sleep 1000', 0, 'ID'],
  [1, 'stop -t 0 o1', 0, 'o1'],
  [1, "inspect -f '{{json .NetworkSettings.Networks.ov1.IPAMConfig}}' o1", 0, '{"IPv4Address":"10.0.1.77"}'],
  [1, 'start o1', 0, 'o1'],
  [1, 'run -d --name cc bb sleep 1000', 0, 'ID'],
  [1, 'network connect ov2 cc', 1, `${DAEMON}Could not attach to network ov2: ${NOT_ATTACHABLE}`],
  [1, 'network connect ov1 cc', 0, ''],
  [1, 'network connect ov1 cc', 1, `${DAEMON}cc is already attached to network ov1`],
  [1, 'network connect docker_gwbridge cc', 0, ''],
  [1, 'network rm ingress </dev/null', 0, INGRESS_WARNING],
  [1, 'network rm ov1', 1, `${DAEMON}rpc error: code = FailedPrecondition desc = network ID is in use by task ID`],
  [2, 'network rm ov1', 1, 'Error: No such network: ov1'],
  [2, 'network rm ingress </dev/null', 0, INGRESS_WARNING],
  [2, 'network create -d overlay x', 1, FROM_WORKER],
  [2, 'network create --scope swarm x', 1, FROM_WORKER],
  [1, 'network create -d overlay --scope local x', 1, `${DAEMON}cannot downgrade network scope for overlay networks`],
  [1, 'network create --ingress x', 1, `${DAEMON}Ingress network can only be global scope network`],
  [1, 'network create -d overlay ov1', 1, `${DAEMON}network with name ov1 already exists`],
  [
    1,
    'network rm docker_gwbridge',
    1,
    `${DAEMON}error while removing network: network docker_gwbridge id ID has active endpoints`,
  ],
  [1, 'network prune -f', 0, 'Deleted Networks:\nov2'],
];

describe('engines in a swarm', () => {
  it('answer about overlay networks as real ones', () => {
    const lab = new SwarmLab({ hosts: 2 });
    lab.formSwarm();
    for (const [host, line, exit, said] of ANSWERS) {
      const answer = lab.sh(host, `docker ${line}`);
      const plain = `${answer.stdout}${answer.stderr}`.replace(/\b(?:[0-9a-f]{64}|[0-9a-z]{25})\b/g, 'ID').trim();
      assert.deepEqual([plain, answer.exit], [said, exit], `h${host}$ docker ${line}`);
    }
  });
});
