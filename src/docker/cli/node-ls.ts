/** `docker node ls`. Twin of docker/cli's node/list.go and node/formatter.go, and of the managers' filters. */
import { Filters } from '../daemon/filters.ts';
import { DaemonError } from '../errors.ts';
import { typedValue } from '../inspect/go-document.ts';
import { INFO, SWARM_NODE } from '../inspect/go-types.ts';
import { infoDocument } from '../inspect/info-document.ts';
import { nodeDocument } from '../inspect/node-document.ts';
import type { NodeObject } from '../swarm/objects.ts';
import type { Client, Command } from './command.ts';
import { daemonText, orRefusal } from './command.ts';
import type { Flags } from './flags.ts';
import type { Column, ListKind } from './formatter.ts';
import { formatOf, printList } from './formatter.ts';
import { naturalOrder } from './network.ts';
import { memberOf, pretty } from './node-find.ts';
import { NODE_LS_FORM } from './options/swarm.ts';
import { refuse } from './swarm-answers.ts';

export const NODE_LS: Command = { ...NODE_LS_FORM, run: list };

const TABLE_FORMAT = [
  'table {{.ID}} {{if .Self}}*{{else}} {{ end }}\t{{.Hostname}}\t{{.Status}}\t{{.Availability}}',
  '{{.ManagerStatus}}\t{{.EngineVersion}}',
].join('\t');
/** Its `\n` are two characters, which the format turns into line ends. */
const RAW_FORMAT =
  String.raw`node_id: {{.ID}}\nhostname: {{.Hostname}}\nstatus: {{.Status}}\navailability: {{.Availability}}\n` +
  String.raw`manager_status: {{.ManagerStatus}}\n`;
const FILTERS = ['name', 'id', 'label', 'node.label', 'role', 'membership'];
const ROLES = ['worker', 'manager'];
const MEMBERSHIPS = ['accepted', 'pending'];

function list(client: Client, flags: Flags): number {
  const nodes = orRefusal(() => filtered(client, Filters.parse(flags.texts('filter'))));
  if (nodes instanceof DaemonError) return refuse(client, daemonText(nodes));
  const sorted = [...nodes].sort((left, right) => naturalOrder(hostnameOf(left), hostnameOf(right)));
  const kind = nodeList(client);
  const format = formatOf(kind, flags.text('format') ?? '', flags.isSet('quiet'));
  return printList(client, kind, sorted, format, true);
}

/** Twin of newListNodesFilters and ListNodes. Throws a DaemonError. */
function filtered({ engine }: Client, filters: Filters): readonly NodeObject[] {
  const { nodes } = engine.swarm;
  filters.validate(FILTERS);
  check(filters, 'role', ROLES);
  check(filters, 'membership', MEMBERSHIPS);
  return nodes.filter(
    (node) =>
      matchesPrefix(filters.get('name'), hostnameOf(node)) &&
      matchesPrefix(filters.get('id'), node.id) &&
      // No engine here has labels of its own.
      !filters.has('label') &&
      filters.matchKeyValues('node.label', new Map(Object.entries(node.spec.labels))) &&
      filters.exactMatch('role', node.role) &&
      (!filters.has('membership') || filters.get('membership').includes('accepted')),
  );
}

function check(filters: Filters, key: string, words: readonly string[]): void {
  const wrong = filters.get(key).find((value) => !words.includes(value));
  if (wrong !== undefined) throw new DaemonError(`Invalid ${key} filter: '${wrong}'`);
}

function matchesPrefix(prefixes: readonly string[], text: string): boolean {
  return prefixes.length === 0 || prefixes.some((prefix) => text.startsWith(prefix));
}

function hostnameOf({ description }: NodeObject): string {
  return description?.hostname ?? '';
}

function nodeList(client: Client): ListKind<NodeObject> {
  const { engine } = client;
  return {
    columns: nodeColumns(client),
    contextName: 'node.nodeContext',
    hiddenFields: (node) => [
      ['n', typedValue(nodeDocument(engine, node, memberOf(client, node)), SWARM_NODE)],
      ['info', typedValue(infoDocument(engine), INFO)],
    ],
    tableFormat: TABLE_FORMAT,
    rawFormat: RAW_FORMAT,
    rawQuietFormat: 'node_id: {{.ID}}',
  };
}

function nodeColumns(client: Client): readonly Column<NodeObject>[] {
  const { swarm } = client.engine;
  return [
    { name: 'ID', header: 'ID', text: ({ id }) => id },
    { name: 'Self', header: '', text: ({ id }) => String(id === swarm.nodeId), isTruth: true },
    { name: 'Hostname', header: 'HOSTNAME', text: hostnameOf },
    { name: 'Status', header: 'STATUS', text: ({ status }) => pretty(status.state) },
    { name: 'Availability', header: 'AVAILABILITY', text: ({ spec }) => pretty(spec.availability) },
    { name: 'ManagerStatus', header: 'MANAGER STATUS', text: (node) => managerStatus(client, node) },
    { name: 'EngineVersion', header: 'ENGINE VERSION', text: ({ description }) => description?.engineVersion ?? '' },
    {
      name: 'TLSStatus',
      header: 'TLS STATUS',
      text: ({ description }) => (description === null ? 'Unknown' : 'Ready'),
    },
  ];
}

function managerStatus(client: Client, node: NodeObject): string {
  const member = memberOf(client, node);
  if (member === undefined) return '';
  if (member.isLeader) return 'Leader';
  return member.isReachable ? 'Reachable' : 'Unreachable';
}
