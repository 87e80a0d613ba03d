/** The forms of `docker network …`. */
import type { CommandForm } from './form.ts';
import { commandForm } from './form.ts';

export const NETWORK_CONNECT_FORM = commandForm({
  path: 'network connect',
  usage: '[OPTIONS] NETWORK CONTAINER',
  summary: 'Connect a container to a network',
  operands: [2, 2],
  options: `
  +     --alias strings          Add network-scoped alias for the container
  +     --driver-opt strings     driver options for the network
  +     --ip string              IPv4 address (e.g., 172.30.100.104)
  +     --ip6 string             IPv6 address (e.g., 2001:db8::33)
  +     --link list              Add link to another container
  +     --link-local-ip strings  Add a link-local address for the container
  `,
});

export const NETWORK_CREATE_FORM = commandForm({
  path: 'network create',
  usage: '[OPTIONS] NETWORK',
  summary: 'Create a network',
  operands: [1, 1],
  options: `
  +     --attachable          Enable manual container attachment
  +     --aux-address map     Auxiliary IPv4 or IPv6 addresses used by Network driver (default map[])
  +     --config-from string  The network from which to copy the configuration
  +     --config-only         Create a configuration only network
  + -d, --driver string       Driver to manage the Network (default "bridge")
  +     --gateway strings     IPv4 or IPv6 Gateway for the master subnet
  +     --ingress             Create swarm routing-mesh network
  +     --internal            Restrict external access to the network
  +     --ip-range strings    Allocate container ip from a sub-range
  +     --ipam-driver string  IP Address Management Driver (default "default")
  +     --ipam-opt map        Set IPAM driver specific options (default map[])
  +     --ipv6                Enable IPv6 networking
  +     --label list          Set metadata on a network
  + -o, --opt map             Set driver specific options (default map[])
  +     --scope string        Control the network's scope
  +     --subnet strings      Subnet in CIDR format that represents a network segment
  `,
});

export const NETWORK_DISCONNECT_FORM = commandForm({
  path: 'network disconnect',
  usage: '[OPTIONS] NETWORK CONTAINER',
  summary: 'Disconnect a container from a network',
  operands: [2, 2],
  options: `
  + -f, --force  Force the container to disconnect from a network
  `,
});

export const NETWORK_INSPECT_FORM = commandForm({
  path: 'network inspect',
  usage: '[OPTIONS] NETWORK [NETWORK...]',
  summary: 'Display detailed information on one or more networks',
  operands: [1, Infinity],
  options: `
  + -f, --format string  Format the output using the given Go template
  + -v, --verbose        Verbose output for diagnostics
  `,
});

export const NETWORK_LS_FORM = commandForm({
  path: 'network ls',
  usage: '[OPTIONS]',
  summary: 'List networks',
  aliases: ['list'],
  operands: [0, 0],
  options: `
  + -f, --filter filter  Provide filter values (e.g. 'driver=bridge')
  +     --format string  Pretty-print networks using a Go template
  +     --no-trunc       Do not truncate the output
  + -q, --quiet          Only display network IDs
  `,
});

export const NETWORK_PRUNE_FORM = commandForm({
  path: 'network prune',
  usage: '[OPTIONS]',
  summary: 'Remove all unused networks',
  operands: [0, 0],
  options: `
  +     --filter filter  Provide filter values (e.g. 'until=<timestamp>')
  + -f, --force          Do not prompt for confirmation
  `,
});

export const NETWORK_RM_FORM = commandForm({
  path: 'network rm',
  usage: 'NETWORK [NETWORK...]',
  summary: 'Remove one or more networks',
  aliases: ['remove'],
  operands: [1, Infinity],
});

export const NETWORK_FORMS: readonly CommandForm[] = [
  NETWORK_CONNECT_FORM,
  NETWORK_CREATE_FORM,
  NETWORK_DISCONNECT_FORM,
  NETWORK_INSPECT_FORM,
  NETWORK_LS_FORM,
  NETWORK_PRUNE_FORM,
  NETWORK_RM_FORM,
];
