/** `docker node inspect`. Twin of docker/cli's node/inspect.go. */
import { DaemonError } from '../errors.ts';
import { SWARM_NODE } from '../inspect/go-types.ts';
import { nodeDocument, tlsDocument } from '../inspect/node-document.ts';
import { rfc3339Nano } from '../inspect/time.ts';
import type { NodeDescription, NodeObject } from '../swarm/objects.ts';
import type { Client, Command } from './command.ts';
import { orRefusal } from './command.ts';
import type { Flags } from './flags.ts';
import { bytesSize } from './human-size.ts';
import { inspectAll } from './inspector.ts';
import { memberOf, nodeFault, pretty, referredNode } from './node-find.ts';
import { NODE_INSPECT_FORM } from './options/swarm.ts';
import { refuse } from './swarm-answers.ts';

export const NODE_INSPECT: Command = { ...NODE_INSPECT_FORM, run: inspect };

const NANO = 1_000_000_000;

function inspect(client: Client, flags: Flags): number {
  if (flags.isSet('pretty')) return inspectPretty(client, flags.operands);
  const find = (term: string): ReturnType<Parameters<typeof inspectAll>[2]> => {
    const node = orRefusal(() => referredNode(client, term));
    if (node instanceof DaemonError) return nodeFault(node, term);
    return { document: nodeDocument(client.engine, node, memberOf(client, node)), type: SWARM_NODE };
  };
  return inspectAll(client, flags, find, (errors) => `Status: ${errors}, Code: 1`);
}

/** Nothing is printed when one of them is not there. */
function inspectPretty(client: Client, terms: readonly string[]): number {
  let text = '';
  for (const term of terms) {
    const node = orRefusal(() => referredNode(client, term));
    if (node instanceof DaemonError) return refuse(client, nodeFault(node, term));
    text += prettyText(client, node);
  }
  client.proc.write(text);
  return 0;
}

/** Twin of nodeInspectPrettyTemplate, with its tabs and blanks. */
function prettyText(client: Client, node: NodeObject): string {
  const { spec, status, description } = node;
  const labels = Object.entries(spec.labels).sort(([left], [right]) => (left < right ? -1 : 1));
  const member = memberOf(client, node);
  const lines = [
    `ID:\t\t\t${node.id}`,
    ...(labels.length === 0 ? [] : ['Labels:', ...labels.map(([key, value]) => ` - ${key}${value && `=${value}`}`)]),
    `Hostname:              \t${description?.hostname ?? ''}`,
    `Joined at:             \t${joinedText(client, node)}`,
    'Status:',
    ` State:\t\t\t${pretty(status.state)}`,
    ...(status.message === '' ? [] : [` Message:              \t${pretty(status.message)}`]),
    ` Availability:         \t${pretty(spec.availability)}`,
    ...(status.addr === '' ? [] : [` Address:\t\t${status.addr}`]),
    ...(member === undefined
      ? []
      : [
          'Manager Status:',
          ` Address:\t\t${member.addr}`,
          ` Raft Status:\t\t${member.isReachable ? 'Reachable' : 'Unreachable'}`,
          ` Leader:\t\t${member.isLeader ? 'Yes' : 'No'}`,
        ]),
    ...(description === null ? [] : descriptionLines(description)),
    ...authorityLines(client),
  ];
  return `${lines.join('\n')}\n`;
}

/** A time as Go prints it, in small letters but for its first character. */
function joinedText({ engine }: Client, { createdNs }: NodeObject): string {
  const [date, time] = rfc3339Nano(engine.host.epochSeconds, createdNs).replace('Z', '').split('T');
  return `${date} ${time} +0000 utc`;
}

function descriptionLines(description: NodeDescription): string[] {
  const types = [...new Set(description.plugins.map(({ type }) => type))].sort((left, right) =>
    left < right ? -1 : 1,
  );
  const namesOf = (type: string): string =>
    description.plugins
      .filter((plugin) => plugin.type === type)
      .map(({ name }) => name)
      .join(', ');
  return [
    'Platform:',
    ` Operating System:\t${description.os}`,
    ` Architecture:\t\t${description.architecture}`,
    'Resources:',
    ` CPUs:\t\t\t${Math.floor(description.nanoCpus / NANO)}`,
    ` Memory:\t\t${bytesSize(description.memoryBytes)}`,
    'Plugins:',
    ...types.map((type) => ` ${type}:\t\t${namesOf(type)}`),
    `Engine Version:\t\t${description.engineVersion}`,
  ];
}

function authorityLines({ engine }: Client): string[] {
  const tls = tlsDocument(engine.swarm.swarm);
  return [
    'TLS Info:',
    ' TrustRoot:',
    tls['TrustRoot'] as string,
    ` Issuer Subject:\t${tls['CertIssuerSubject'] as string}`,
    ` Issuer Public Key:\t${tls['CertIssuerPublicKey'] as string}`,
  ];
}
