/** What `docker ps` can show of a container. Twin of docker/cli's command/formatter/container.go. */
import { shortId } from '../ids.ts';
import { parseReference } from '../images.ts';
import type { ContainerSummary } from '../inspect/container-summary.ts';
import { summaryDocument } from '../inspect/container-summary.ts';
import { typedValue } from '../inspect/go-document.ts';
import { secondsText } from '../inspect/go-time.ts';
import { CONTAINER } from '../inspect/go-types.ts';
import { displayablePorts } from '../ports/displayable-ports.ts';
import { goString, textOf } from '../template/go-string.ts';
import { ANY, STRING, mapOf } from '../template/go-type.ts';
import { quote } from '../template/quote.ts';
import type { Column, ListKind } from './formatter.ts';
import { humanDuration } from './human-duration.ts';
import { humanSize } from './human-size.ts';

const COMMAND_WIDTH_MAX = 20;
const SIZE_DIGITS = 3;
const NANOSECONDS_PER_SECOND = 1_000_000_000;

const TABLE_FORMAT = 'table {{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}';
const RAW_FORMAT = `container_id: {{.ID}}
image: {{.Image}}
command: {{.Command}}
created_at: {{.CreatedAt}}
state: {{- pad .State 1 0}}
status: {{- pad .Status 1 0}}
names: {{.Names}}
labels: {{- pad .Labels 1 0}}
ports: {{- pad .Ports 1 0}}
`;

/** When and with which client the list is looked at. */
export interface ContainerLook {
  readonly epochNowSeconds: number;
  /** It writes `[::]:80`, not `:::80`. */
  readonly hasBrackets: boolean;
}

/** The list as it looks at an instant; with `hasSize` what stands for `table` and `raw` shows sizes. */
export function containerList(look: ContainerLook, hasSize: boolean): ListKind<ContainerSummary> {
  return {
    columns: containerColumns(look),
    labelsOf: ({ labels }) => labels,
    contextName: 'formatter.ContainerContext',
    hiddenFields: (row) => [
      ['c', typedValue(summaryDocument(row), CONTAINER)],
      ['FieldsUsed', { type: mapOf(STRING, ANY), data: null }],
    ],
    tableFormat: `${TABLE_FORMAT}${hasSize ? '\t{{.Size}}' : ''}`,
    rawFormat: `${RAW_FORMAT}${hasSize ? 'size: {{.Size}}\\n' : ''}`,
    rawQuietFormat: 'container_id: {{.ID}}',
  };
}

function containerColumns({ epochNowSeconds, hasBrackets }: ContainerLook): readonly Column<ContainerSummary>[] {
  return [
    { name: 'ID', header: 'CONTAINER ID', text: ({ id }, isShort) => (isShort ? shortId(id) : id) },
    { name: 'Names', header: 'NAMES', text: namesText },
    { name: 'Image', header: 'IMAGE', text: imageText },
    { name: 'Command', header: 'COMMAND', text: commandText },
    { name: 'CreatedAt', header: 'CREATED AT', text: ({ createdSeconds }) => secondsText(createdSeconds) },
    {
      name: 'RunningFor',
      header: 'CREATED',
      text: ({ createdSeconds }) => `${humanDuration((epochNowSeconds - createdSeconds) * NANOSECONDS_PER_SECOND)} ago`,
    },
    { name: 'Ports', header: 'PORTS', text: ({ ports }) => displayablePorts(ports, hasBrackets) },
    { name: 'State', header: 'STATE', text: ({ state }) => state },
    { name: 'Status', header: 'STATUS', text: ({ status }) => status },
    { name: 'Size', header: 'SIZE', text: sizeText },
    { name: 'Labels', header: 'LABELS', text: ({ labels }) => labelsText(labels) },
    // There are no volumes.
    { name: 'Mounts', header: 'MOUNTS', text: () => '' },
    { name: 'LocalVolumes', header: 'LOCAL VOLUMES', text: () => '0' },
    { name: 'Networks', header: 'NETWORKS', text: ({ networks }) => Object.keys(networks).join(',') },
  ];
}

/** In short the container's own name, without those that others have given it. */
function namesText({ names }: ContainerSummary, isShort: boolean): string {
  const bare = names.map((name) => name.slice(1));
  const own = isShort ? bare.find((name) => !name.includes('/')) : undefined;
  return own ?? bare.join(',');
}

/** The image as typed, in short without what everybody leaves out: the hub's name and the digest. */
function imageText({ image, imageId }: ContainerSummary, isShort: boolean): string {
  if (image === '') return '<no image>';
  if (!isShort) return image;
  const short = shortId(imageId.replace('sha256:', ''));
  if (short === shortId(image.replace('sha256:', ''))) return short;
  const withoutDigest = image.split('@', 1)[0]!;
  const reference = parseReference(withoutDigest);
  if (typeof reference === 'string') return image;
  return withoutDigest.includes(':', withoutDigest.lastIndexOf('/') + 1) ? reference.tagged : reference.name;
}

function commandText({ command }: ContainerSummary, isShort: boolean): string {
  return textOf(quote(goString(isShort ? ellipsis(command, COMMAND_WIDTH_MAX) : command)));
}

function ellipsis(text: string, width: number): string {
  const chars = Array.from(text);
  return chars.length <= width ? text : `${chars.slice(0, width - 1).join('')}…`;
}

function sizeText({ writtenBytes, wholeBytes }: ContainerSummary): string {
  const written = humanSize(writtenBytes, SIZE_DIGITS);
  return wholeBytes > 0 ? `${written} (virtual ${humanSize(wholeBytes, SIZE_DIGITS)})` : written;
}

/** In order of their names; the real client's order is that of a map, which is none. */
export function labelsText(labels: ReadonlyMap<string, string>): string {
  return [...labels]
    .map(([name, value]) => `${name}=${value}`)
    .sort((left, right) => (left < right ? -1 : 1))
    .join(',');
}
