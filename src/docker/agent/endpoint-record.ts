/**
 * What the table `endpoint_table` says of an endpoint: its names, and the service that it is of. Protobuf of
 * libnetwork's agent.proto.
 */
import { ProtoReader, ProtoWriter } from '../../gossip/networkdb/protobuf.ts';

/** A port of a service (libnetwork.PortConfig). */
export interface PortConfig {
  readonly name: string;
  /** 0 TCP, 1 UDP, 2 SCTP. */
  readonly protocol: number;
  readonly targetPort: number;
  readonly publishedPort: number;
}

export interface EndpointRecord {
  /** The container's. */
  readonly name: string;
  /** Empty for a container that is of no service. */
  readonly serviceName: string;
  readonly serviceId: string;
  /** `<nil>` for none, as Go prints it. */
  readonly virtualIp: string;
  readonly endpointIp: string;
  /** Of the ingress network only. */
  readonly ingressPorts: readonly PortConfig[];
  /** Further names of the service. */
  readonly aliases: readonly string[];
  /** Further names of the container. */
  readonly taskAliases: readonly string[];
  readonly serviceDisabled: boolean;
}

/** What Go prints for an address that is none. */
export const NO_IP = '<nil>';

export function encodeEndpointRecord(record: EndpointRecord): Uint8Array {
  const writer = new ProtoWriter()
    .text(1, record.name)
    .text(2, record.serviceName)
    .text(3, record.serviceId)
    .text(4, record.virtualIp)
    .text(5, record.endpointIp);
  for (const port of record.ingressPorts) writer.element(6, encodePortConfig(port));
  return writer.texts(7, record.aliases).texts(8, record.taskAliases).bool(9, record.serviceDisabled).finish();
}

/** Undefined for what is no such record. */
export function decodeEndpointRecord(bytes: Uint8Array): EndpointRecord | undefined {
  const reader = new ProtoReader(bytes);
  const texts = ['', '', '', '', '', ''];
  const [ingressPorts, aliases, taskAliases]: [PortConfig[], string[], string[]] = [[], [], []];
  let serviceDisabled = false;
  while (reader.next()) {
    const { field } = reader;
    if (field <= 5) texts[field] = reader.text();
    else if (field === 6) {
      const port = decodePortConfig(reader.raw());
      if (port === undefined) return undefined;
      ingressPorts.push(port);
    } else if (field === 7) aliases.push(reader.text());
    else if (field === 8) taskAliases.push(reader.text());
    else if (field === 9) serviceDisabled = reader.bool();
    else reader.skip();
  }
  if (reader.failure !== null) return undefined;
  const [, name = '', serviceName = '', serviceId = '', virtualIp = '', endpointIp = ''] = texts;
  const service = { serviceName, serviceId, virtualIp };
  return { name, ...service, endpointIp, ingressPorts, aliases, taskAliases, serviceDisabled };
}

function encodePortConfig({ name, protocol, targetPort, publishedPort }: PortConfig): Uint8Array {
  return new ProtoWriter().text(1, name).int32(2, protocol).uint64(3, targetPort).uint64(4, publishedPort).finish();
}

function decodePortConfig(bytes: Uint8Array): PortConfig | undefined {
  const reader = new ProtoReader(bytes);
  let [name, protocol, targetPort, publishedPort] = ['', 0, 0, 0];
  while (reader.next()) {
    if (reader.field === 1) name = reader.text();
    else if (reader.field === 2) protocol = reader.int32();
    else if (reader.field === 3) targetPort = reader.uint32();
    else if (reader.field === 4) publishedPort = reader.uint32();
    else reader.skip();
  }
  return reader.failure === null ? { name, protocol, targetPort, publishedPort } : undefined;
}
