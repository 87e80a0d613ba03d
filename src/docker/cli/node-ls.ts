/** `docker node ls`. Twin of docker/cli's node/list.go and node/formatter.go, and of the managers' filters. */
import { Filters } from '../daemon/filters.ts';
import { DaemonError } from '../errors.ts';
import { typedValue } from '../inspect/go-document.ts';
import { INFO, SWARM_NODE } from '../inspect/go-types.ts';
import { infoDocument } from '../inspect/info-document.ts';
import { nodeDocument } from '../inspect/node-document.ts';
import type { NodeList } from '../swarm/manager/manager.ts';
import type { NodeObject } from '../swarm/objects.ts';
import type { LogMember } from '../swarm/store-log.ts';
import type { Client, Command } from './command.ts';
import { daemonText, orRefusal } from './command.ts';
import type { Flags } from './flags.ts';
import type { Column, ListKind } from './formatter.ts';
import { formatOf, printList } from './formatter.ts';
import { naturalOrder } from './network.ts';
import { pretty } from './node-find.ts';
import { NODE_LS_FORM } from './options/swarm.ts';
import type { SwarmTalk } from './swarm-answers.ts';
import { orSaid, refuse, wait } from './swarm-answers.ts';

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

function* list(client: Client, flags: Flags): SwarmTalk<number> {
  const filters = orRefusal(() => checked(client, Filters.parse(flags.texts('filter'))));
  if (filters instanceof DaemonError) return refuse(client, daemonText(filters));
  return yield* orSaid(client, function* () {
    return print(client, flags, filters, yield* wait(client, client.engine.swarm.listNodes()));
  });
}

function print(client: Client, flags: Flags, filters: Filters, { nodes: all, members }: NodeList): number {
  const nodes = filtered(all, filters);
  const sorted = [...nodes].sort((left, right) => naturalOrder(hostnameOf(left), hostnameOf(right)));
  const kind = nodeList(client, members);
  const format = formatOf(kind, flags.text('format') ?? '', flags.isSet('quiet'));
  return printList(client, kind, sorted, format, true);
}

/** Twin of newListNodesFilters; asks for the swarm first, as there. Throws a DaemonError. */
function checked({ engine }: Client, filters: Filters): Filters {
  engine.swarm.checkManager();
  filters.validate(FILTERS);
  check(filters, 'role', ROLES);
  check(filters, 'membership', MEMBERSHIPS);
  return filters;
}

/** Twin of ListNodes. */
function filtered(nodes: readonly NodeObject[], filters: Filters): readonly NodeObject[] {
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

function nodeList(client: Client, members: readonly LogMember[]): ListKind<NodeObject> {
  const { engine } = client;
  return {
    columns: nodeColumns(client, members),
    contextName: 'node.nodeContext',
    hiddenFields: (node) => [
      ['n', typedValue(nodeDocument(engine, node, memberIn(members, node)), SWARM_NODE)],
      ['info', typedValue(infoDocument(engine), INFO)],
    ],
    tableFormat: TABLE_FORMAT,
    rawFormat: RAW_FORMAT,
    rawQuietFormat: 'node_id: {{.ID}}',
  };
}

function nodeColumns(client: Client, members: readonly LogMember[]): readonly Column<NodeObject>[] {
  const { swarm } = client.engine;
  return [
    { name: 'ID', header: 'ID', text: ({ id }) => id },
    { name: 'Self', header: '', text: ({ id }) => String(id === swarm.nodeId), isTruth: true },
    { name: 'Hostname', header: 'HOSTNAME', text: hostnameOf },
    { name: 'Status', header: 'STATUS', text: ({ status }) => pretty(status.state) },
    { name: 'Availability', header: 'AVAILABILITY', text: ({ spec }) => pretty(spec.availability) },
    { name: 'ManagerStatus', header: 'MANAGER STATUS', text: (node) => managerStatus(memberIn(members, node)) },
    { name: 'EngineVersion', header: 'ENGINE VERSION', text: ({ description }) => description?.engineVersion ?? '' },
    {
      name: 'TLSStatus',
      header: 'TLS STATUS',
      text: ({ description }) => (description === null ? 'Unknown' : 'Ready'),
    },
  ];
}

function memberIn(members: readonly LogMember[], { id }: NodeObject): LogMember | undefined {
  return members.find(({ nodeId }) => nodeId === id);
}

function managerStatus(member: LogMember | undefined): string {
  if (member === undefined) return '';
  if (member.isLeader) return 'Leader';
  return member.isReachable ? 'Reachable' : 'Unreachable';
}
