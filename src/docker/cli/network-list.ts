/** What `docker network ls` can show of a network. Twin of docker/cli's command/network/formatter.go. */
import type { Engine } from '../engine.ts';
import { shortId } from '../ids.ts';
import { typedValue } from '../inspect/go-document.ts';
import { TIME } from '../inspect/go-time.ts';
import { NETWORK_RESOURCE } from '../inspect/go-types.ts';
import { networkDocument } from '../inspect/network-document.ts';
import { rfc3339Nano } from '../inspect/time.ts';
import type { Network } from '../network.ts';
import { textOf } from '../template/go-string.ts';
import type { Column, ListKind } from './formatter.ts';
import { labelsText } from './container-list.ts';

/** Its `\n` are two characters, which the format turns into line ends. */
const RAW_FORMAT = String.raw`network_id: {{.ID}}\nname: {{.Name}}\ndriver: {{.Driver}}\nscope: {{.Scope}}\n`;

export function networkList(engine: Engine): ListKind<Network> {
  return {
    columns: networkColumns(engine.host.epochSeconds),
    labelsOf: ({ labels }) => labels,
    contextName: 'network.networkContext',
    // Lists do not say who is on a network.
    hiddenFields: (network) => [
      ['n', typedValue({ ...networkDocument(engine, network), Containers: {} }, NETWORK_RESOURCE)],
    ],
    tableFormat: 'table {{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.Scope}}',
    rawFormat: RAW_FORMAT,
    rawQuietFormat: 'network_id: {{.ID}}',
  };
}

function networkColumns(epochSeconds: number): readonly Column<Network>[] {
  return [
    { name: 'ID', header: 'NETWORK ID', text: ({ id }, isShort) => (isShort ? shortId(id) : id) },
    { name: 'Name', header: 'NAME', text: ({ name }) => name },
    { name: 'Driver', header: 'DRIVER', text: ({ driver }) => driver },
    { name: 'Scope', header: 'SCOPE', text: ({ scope }) => scope },
    { name: 'IPv6', header: 'IPV6', text: () => 'false' },
    { name: 'Internal', header: 'INTERNAL', text: ({ isInternal }) => String(isInternal) },
    { name: 'Labels', header: 'LABELS', text: ({ labels }) => labelsText(labels) },
    {
      name: 'CreatedAt',
      header: 'CREATED AT',
      text: ({ createdNs }) => textOf(TIME.stringer!(typedValue(rfc3339Nano(epochSeconds, createdNs), TIME))),
    },
  ];
}
