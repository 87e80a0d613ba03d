/** `docker node inspect`: swarm.Node of API 1.41. */
import type { Engine } from '../engine.ts';
import { CERT_ISSUER_SUBJECT } from '../swarm/root-ca.ts';
import type { ClusterObject, NodeDescription, NodeObject, StoreObject } from '../swarm/objects.ts';
import type { LogMember } from '../swarm/store-log.ts';
import type { JsonObject } from './json.ts';
import { sortedObject } from './json.ts';
import { rfc3339Nano } from './time.ts';

/** A node as a manager shows it; `member` is its voice among the managers, if it has one. */
export function nodeDocument(engine: Engine, node: NodeObject, member: LogMember | undefined): JsonObject {
  const { state, message, addr } = node.status;
  const { labels, role, availability } = node.spec;
  return {
    ID: node.id,
    ...metaDocument(engine, node),
    Spec: { Labels: sortedObject(Object.entries(labels)), Role: role, Availability: availability },
    Description: descriptionDocument(node.description, engine.swarm.swarm),
    Status: { State: state, ...(message === '' ? {} : { Message: message }), ...(addr === '' ? {} : { Addr: addr }) },
    ...(member === undefined ? {} : { ManagerStatus: managerDocument(member) }),
  };
}

/** Version and times of an object of the store. */
export function metaDocument(engine: Engine, object: StoreObject): JsonObject {
  const { epochSeconds } = engine.host;
  return {
    Version: { Index: object.versionIndex },
    CreatedAt: rfc3339Nano(epochSeconds, object.createdNs),
    UpdatedAt: rfc3339Nano(epochSeconds, object.updatedNs),
  };
}

/** The authority by which a node is known. */
export function tlsDocument({ rootCa }: ClusterObject): JsonObject {
  return {
    TrustRoot: rootCa.certificate,
    CertIssuerSubject: CERT_ISSUER_SUBJECT,
    CertIssuerPublicKey: rootCa.publicKey,
  };
}

function managerDocument({ isLeader, isReachable, addr }: LogMember): JsonObject {
  return {
    ...(isLeader ? { Leader: true } : {}),
    Reachability: isReachable ? 'reachable' : 'unreachable',
    Addr: addr,
  };
}

/** A node that has not come yet has told nothing. */
function descriptionDocument(description: NodeDescription | null, cluster: ClusterObject): JsonObject {
  if (description === null) return { Platform: {}, Resources: {}, Engine: {}, TLSInfo: {} };
  const { hostname, architecture, os, nanoCpus, memoryBytes, engineVersion, plugins } = description;
  return {
    Hostname: hostname,
    Platform: { Architecture: architecture, OS: os },
    Resources: { NanoCPUs: nanoCpus, MemoryBytes: memoryBytes },
    Engine: { EngineVersion: engineVersion, Plugins: plugins.map(({ type, name }) => ({ Type: type, Name: name })) },
    TLSInfo: tlsDocument(cluster),
  };
}
