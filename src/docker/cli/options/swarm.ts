/** The forms of `docker swarm …` and `docker node …`. */
import type { CommandForm } from './form.ts';
import { commandForm } from './form.ts';

export const SWARM_CA_FORM = commandForm({
  path: 'swarm ca',
  usage: '[OPTIONS]',
  summary: 'Display and rotate the root CA',
  operands: [0, 0],
  options: `
  !     --ca-cert pem-file         Path to the PEM-formatted root CA certificate to use for the new cluster
  !     --ca-key pem-file          Path to the PEM-formatted root CA key to use for the new cluster
  !     --cert-expiry duration     Validity period for node certificates (ns|us|ms|s|m|h) (default 2160h0m0s)
  ! -d, --detach                   Exit immediately instead of waiting for the root rotation to converge
  !     --external-ca external-ca  Specifications of one or more certificate signing endpoints
  ! -q, --quiet                    Suppress progress output
  !     --rotate                   Rotate the swarm CA - if no certificate or key are provided, new ones will be
                                   generated
  `,
});

export const SWARM_INIT_FORM = commandForm({
  path: 'swarm init',
  usage: '[OPTIONS]',
  summary: 'Initialize a swarm',
  operands: [0, 0],
  options: `
  +     --advertise-addr string                 Advertised address (format: <ip|interface>[:port])
  ~     --autolock                              Enable manager autolocking (requiring an unlock key to start a stopped
                                                manager)
  +     --availability string                   Availability of the node ("active"|"pause"|"drain") (default "active")
  ~     --cert-expiry duration                  Validity period for node certificates (ns|us|ms|s|m|h) (default
                                                2160h0m0s)
  +     --data-path-addr string                 Address or interface to use for data path traffic (format:
                                                <ip|interface>)
  +     --data-path-port uint32                 Port number to use for data path traffic (1024 - 49151). If no value
                                                is set or is set to 0, the default port (4789) is used.
  +     --default-addr-pool ipNetSlice          default address pool in CIDR format (default [])
  +     --default-addr-pool-mask-length uint32  default address pool subnet mask length (default 24)
  +     --dispatcher-heartbeat duration         Dispatcher heartbeat period (ns|us|ms|s|m|h) (default 5s)
  !     --external-ca external-ca               Specifications of one or more certificate signing endpoints
  !     --force-new-cluster                     Force create a new cluster from current state
  +     --listen-addr node-addr                 Listen address (format: <ip|interface>[:port]) (default 0.0.0.0:2377)
  ~     --max-snapshots uint                    Number of additional Raft snapshots to retain
  ~     --snapshot-interval uint                Number of log entries between Raft snapshots (default 10000)
  ~     --task-history-limit int                Task history retention limit (default 5)
  `,
});

export const SWARM_JOIN_FORM = commandForm({
  path: 'swarm join',
  usage: '[OPTIONS] HOST:PORT',
  summary: 'Join a swarm as a node and/or manager',
  operands: [1, 1],
  options: `
  +     --advertise-addr string  Advertised address (format: <ip|interface>[:port])
  +     --availability string    Availability of the node ("active"|"pause"|"drain") (default "active")
  +     --data-path-addr string  Address or interface to use for data path traffic (format: <ip|interface>)
  +     --listen-addr node-addr  Listen address (format: <ip|interface>[:port]) (default 0.0.0.0:2377)
  +     --token string           Token for entry into the swarm
  `,
});

export const SWARM_JOIN_TOKEN_FORM = commandForm({
  path: 'swarm join-token',
  usage: '[OPTIONS] (worker|manager)',
  summary: 'Manage join tokens',
  operands: [1, 1],
  options: `
  + -q, --quiet   Only display token
  +     --rotate  Rotate join token
  `,
});

export const SWARM_LEAVE_FORM = commandForm({
  path: 'swarm leave',
  usage: '[OPTIONS]',
  summary: 'Leave the swarm',
  operands: [0, 0],
  options: `
  + -f, --force  Force this node to leave the swarm, ignoring warnings
  `,
});

export const SWARM_UNLOCK_FORM = commandForm({
  path: 'swarm unlock',
  usage: '',
  summary: 'Unlock swarm',
  operands: [0, 0],
});

export const SWARM_UNLOCK_KEY_FORM = commandForm({
  path: 'swarm unlock-key',
  usage: '[OPTIONS]',
  summary: 'Manage the unlock key',
  operands: [0, 0],
  options: `
  + -q, --quiet   Only display token
  +     --rotate  Rotate unlock key
  `,
});

export const SWARM_UPDATE_FORM = commandForm({
  path: 'swarm update',
  usage: '[OPTIONS]',
  summary: 'Update the swarm',
  operands: [0, 0],
  options: `
  ~     --autolock                       Change manager autolocking setting (true|false)
  ~     --cert-expiry duration           Validity period for node certificates (ns|us|ms|s|m|h) (default 2160h0m0s)
  +     --dispatcher-heartbeat duration  Dispatcher heartbeat period (ns|us|ms|s|m|h) (default 5s)
  !     --external-ca external-ca        Specifications of one or more certificate signing endpoints
  ~     --max-snapshots uint             Number of additional Raft snapshots to retain
  ~     --snapshot-interval uint         Number of log entries between Raft snapshots (default 10000)
  ~     --task-history-limit int         Task history retention limit (default 5)
  `,
});

export const NODE_DEMOTE_FORM = commandForm({
  path: 'node demote',
  usage: 'NODE [NODE...]',
  summary: 'Demote one or more nodes from manager in the swarm',
  operands: [1, Infinity],
});

export const NODE_INSPECT_FORM = commandForm({
  path: 'node inspect',
  usage: '[OPTIONS] self|NODE [NODE...]',
  summary: 'Display detailed information on one or more nodes',
  operands: [1, Infinity],
  options: `
  + -f, --format string  Format the output using the given Go template
  +     --pretty         Print the information in a human friendly format
  `,
});

export const NODE_LS_FORM = commandForm({
  path: 'node ls',
  usage: '[OPTIONS]',
  summary: 'List nodes in the swarm',
  aliases: ['list'],
  operands: [0, 0],
  options: `
  + -f, --filter filter  Filter output based on conditions provided
  +     --format string  Pretty-print nodes using a Go template
  + -q, --quiet          Only display IDs
  `,
});

export const NODE_PROMOTE_FORM = commandForm({
  path: 'node promote',
  usage: 'NODE [NODE...]',
  summary: 'Promote one or more nodes to manager in the swarm',
  operands: [1, Infinity],
});

export const NODE_PS_FORM = commandForm({
  path: 'node ps',
  usage: '[OPTIONS] [NODE...]',
  summary: 'List tasks running on one or more nodes, defaults to current node',
  operands: [0, Infinity],
  options: `
  + -f, --filter filter  Filter output based on conditions provided
  +     --format string  Pretty-print tasks using a Go template
  +     --no-resolve     Do not map IDs to Names
  +     --no-trunc       Do not truncate output
  + -q, --quiet          Only display task IDs
  `,
});

export const NODE_RM_FORM = commandForm({
  path: 'node rm',
  usage: '[OPTIONS] NODE [NODE...]',
  summary: 'Remove one or more nodes from the swarm',
  aliases: ['remove'],
  operands: [1, Infinity],
  options: `
  + -f, --force  Force remove a node from the swarm
  `,
});

export const NODE_UPDATE_FORM = commandForm({
  path: 'node update',
  usage: '[OPTIONS] NODE',
  summary: 'Update a node',
  operands: [1, 1],
  options: `
  +     --availability string  Availability of the node ("active"|"pause"|"drain")
  +     --label-add list       Add or update a node label (key=value)
  +     --label-rm list        Remove a node label if exists
  +     --role string          Role of the node ("worker"|"manager")
  `,
});

export const SWARM_FORMS: readonly CommandForm[] = [
  SWARM_CA_FORM,
  SWARM_INIT_FORM,
  SWARM_JOIN_FORM,
  SWARM_JOIN_TOKEN_FORM,
  SWARM_LEAVE_FORM,
  SWARM_UNLOCK_FORM,
  SWARM_UNLOCK_KEY_FORM,
  SWARM_UPDATE_FORM,
  NODE_DEMOTE_FORM,
  NODE_INSPECT_FORM,
  NODE_LS_FORM,
  NODE_PROMOTE_FORM,
  NODE_PS_FORM,
  NODE_RM_FORM,
  NODE_UPDATE_FORM,
];
