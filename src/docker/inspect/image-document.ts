/** Images as the API shows them: types.ImageInspect, and types.ImageSummary in lists. */
import { Rng } from '../../sim/rng.ts';
import type { Image } from '../images.ts';
import { imageId, imageKey } from '../images.ts';
import type { JsonObject } from './json.ts';
import { sortedObject } from './json.ts';
import { rfc3339Nano } from './time.ts';

/** When the images were built: none of them says. */
const CREATED_EPOCH_SECONDS = 1_727_386_302;
const NEVER_NS = -1;

const EMPTY_CONFIG: JsonObject = {
  Hostname: '',
  Domainname: '',
  User: '',
  AttachStdin: false,
  AttachStdout: false,
  AttachStderr: false,
  Tty: false,
  OpenStdin: false,
  StdinOnce: false,
  Env: null,
  Cmd: null,
  Image: '',
  Volumes: null,
  WorkingDir: '',
  Entrypoint: null,
  OnBuild: null,
  Labels: null,
};

/** 64 digits that belong to the image, whatever the host. */
function digits(image: Image, purpose: string): string {
  return Rng.fromSeed(0)
    .fork(`${purpose}/${imageKey(image)}`)
    .hex(64);
}

export function imageDocument(image: Image): JsonObject {
  const { repoTags, repoDigests } = imageNames(image);
  const layer = `/var/lib/docker/overlay2/${imageId(image).replace('sha256:', '')}`;
  return {
    Id: imageId(image),
    RepoTags: repoTags,
    RepoDigests: repoDigests,
    Parent: '',
    Comment: '',
    Created: rfc3339Nano(CREATED_EPOCH_SECONDS, 0),
    Container: '',
    ContainerConfig: EMPTY_CONFIG,
    DockerVersion: '',
    Author: '',
    Config: configDocument(image),
    Architecture: 'amd64',
    Os: 'linux',
    Size: image.sizeBytes,
    VirtualSize: image.sizeBytes,
    GraphDriver: {
      Data: { MergedDir: `${layer}/merged`, UpperDir: `${layer}/diff`, WorkDir: `${layer}/work` },
      Name: 'overlay2',
    },
    RootFS: { Type: 'layers', Layers: [`sha256:${digits(image, 'layer')}`] },
    Metadata: { LastTagTime: rfc3339Nano(0, NEVER_NS) },
  };
}

function configDocument(image: Image): JsonObject {
  const { env, command, entrypoint, exposedPorts = [], workingDir = '', stopSignal, labels } = image;
  return {
    ...EMPTY_CONFIG,
    ...(exposedPorts.length === 0 ? {} : { ExposedPorts: sortedObject(exposedPorts.map((port) => [port, {}])) }),
    Env: env.length === 0 ? null : env,
    Cmd: command.length === 0 ? null : command,
    WorkingDir: workingDir,
    Entrypoint: entrypoint ?? null,
    Labels: labels === undefined ? null : sortedObject(labels),
    ...(stopSignal === undefined ? {} : { StopSignal: stopSignal }),
  };
}

/** What an image is called: it has one tag, and the digest under which it would have been pulled. */
export function imageNames(image: Image): { readonly repoTags: string[]; readonly repoDigests: string[] } {
  return {
    repoTags: [`${image.name}:${image.tag ?? 'latest'}`],
    repoDigests: [`${image.name}@sha256:${digits(image, 'digest')}`],
  };
}

/** An image in a list. */
export interface ImageSummary {
  readonly id: string;
  readonly repository: string;
  readonly tag: string;
  /** `<none>` where it is not asked for. */
  readonly digest: string;
  readonly createdSeconds: number;
  readonly sizeBytes: number;
  readonly document: JsonObject;
}

export function imageSummary(image: Image, hasDigest: boolean): ImageSummary {
  const { repoTags, repoDigests } = imageNames(image);
  const sizeBytes = image.sizeBytes;
  const document = {
    Containers: -1,
    Created: CREATED_EPOCH_SECONDS,
    Id: imageId(image),
    Labels: null,
    ParentId: '',
    RepoDigests: repoDigests,
    RepoTags: repoTags,
    SharedSize: -1,
    Size: sizeBytes,
    VirtualSize: sizeBytes,
  };
  return {
    id: document.Id,
    repository: image.name,
    tag: image.tag ?? 'latest',
    digest: hasDigest ? repoDigests[0]!.slice(image.name.length + 1) : '<none>',
    createdSeconds: CREATED_EPOCH_SECONDS,
    sizeBytes,
    document,
  };
}
