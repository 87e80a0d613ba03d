import assert from 'node:assert/strict';
import { EngineLab } from '../engine-lab.ts';

/** What is drawn by chance, and what a real engine drew. */
function masked(text: string): string {
  return text
    .replaceAll(/SWMTKN-1-[0-9a-z]{50}-[0-9a-z]{25}/g, 'TOKEN')
    .replaceAll(/SWMKEY-1-\S+/g, 'KEY')
    .replaceAll(/\b[0-9a-z]{25}\b/g, 'ID');
}

const ALREADY_IN =
  'Error response from daemon: This node is already part of a swarm. Use "docker swarm leave" to leave this swarm ' +
  'and join another one.\n';
const NOT_IN =
  'Error response from daemon: This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to ' +
  'connect this node to swarm and try again.\n';

/** Lines as typed, and what a real engine of 20.10.24 answered to each. */
const STORY: readonly (readonly [line: string, exit: number, answer: string])[] = [
  ['docker swarm leave', 1, 'Error response from daemon: This node is not part of a swarm\n'],
  ['docker swarm unlock', 1, 'Error: This node is not part of a swarm\n'],
  [
    'docker swarm init --advertise-addr eth9',
    1,
    'Error response from daemon: advertise address must be a non-zero IP address or network interface (with optional ' +
      'port number)\n',
  ],
  [
    'docker swarm init --availability foo',
    1,
    'invalid availability "foo", only active, pause and drain are supported\n',
  ],
  [
    'docker swarm init --data-path-port 80',
    1,
    'Error response from daemon: Datapath port number is not in valid range (1024-49151) : 80\n',
  ],
  [
    'docker swarm init --default-addr-pool 20.0.0.0/8 --default-addr-pool-mask-length 33',
    1,
    'Error response from daemon: subnet size is out of range: 33\n',
  ],
  [
    'docker swarm init --default-addr-pool foo',
    125,
    'invalid argument "foo" for "--default-addr-pool" flag: invalid string being converted to CIDR: foo\n' +
      "See 'docker swarm init --help'.\n",
  ],
  [
    'docker swarm init --advertise-addr 192.168.50.11',
    0,
    'Swarm initialized: current node (ID) is now a manager.\n\n' +
      'To add a worker to this swarm, run the following command:\n\n' +
      '    docker swarm join --token TOKEN 192.168.50.11:2377\n\n' +
      "To add a manager to this swarm, run 'docker swarm join-token manager' and follow the instructions.\n\n",
  ],
  ['docker swarm init', 1, ALREADY_IN],
  ['docker swarm join-token foo', 1, 'unknown role foo\n'],
  ['docker swarm join-token -q worker', 0, 'TOKEN\n'],
  [
    'docker swarm join-token --rotate manager',
    0,
    'Successfully rotated manager join token.\n\nTo add a manager to this swarm, run the following command:\n\n' +
      '    docker swarm join --token TOKEN 192.168.50.11:2377\n\n',
  ],
  ['docker swarm update --task-history-limit 7 --dispatcher-heartbeat 3s', 0, 'Swarm updated.\n'],
  [
    'docker swarm update --cert-expiry 1m',
    1,
    'Error response from daemon: rpc error: code = InvalidArgument desc = minimum certificate expiry time is: 1h0m0s\n',
  ],
  ['docker swarm unlock-key', 1, 'no unlock key is set\n'],
  [
    'docker swarm update --autolock',
    0,
    'Swarm updated.\nTo unlock a swarm manager after it restarts, run the `docker swarm unlock`\n' +
      'command and provide the following key:\n\n    KEY\n\n' +
      'Please remember to store this key in a password manager, since without it you\n' +
      'will not be able to restart the manager.\n',
  ],
  ['docker swarm unlock-key -q', 0, 'KEY\n'],
  ['docker swarm update --autolock=false', 0, 'Swarm updated.\n'],
  ['docker swarm unlock', 1, 'Error: swarm is not locked\n'],
  [
    'docker swarm leave',
    1,
    'Error response from daemon: You are attempting to leave the swarm on a node that is participating as a manager. ' +
      'Removing the last manager erases all current state of the swarm. Use `--force` to ignore this message.\n',
  ],
  ['docker swarm leave --force', 0, 'Node left the swarm.\n'],
  ['docker swarm unlock-key', 1, `could not fetch unlock key: ${NOT_IN}`],
  ['docker swarm ca', 1, NOT_IN],
];

describe('docker/cli/swarm-init', () => {
  it('answers the lines of a swarm of one node as a real engine does', () => {
    const lab = new EngineLab();
    for (const [line, exit, answer] of STORY) {
      const { stdout, stderr, exit: code } = lab.sh(line);
      assert.equal(masked(stdout + stderr), answer, line);
      assert.equal(code, exit, line);
      assert.ok(exit === 0 ? stderr === '' : stdout === '', line);
    }
  });

  it('shows the authority as a certificate', () => {
    const lab = new EngineLab();
    lab.sh('docker swarm init');
    assert.match(lab.sh('docker swarm ca').stdout, /^-----BEGIN CERTIFICATE-----\n[^-]+-----END CERTIFICATE-----\n$/);
  });
});
