/**
 * Images: what a name stands for, what its containers run, and which programs they have. An engine has its images from
 * the start; what it does not have, it could only pull, and there is no registry to pull from.
 */
import type { ProgramEntry, ProgramRegistry } from '../kernel/proc/program-registry.ts';
import { Rng } from '../sim/rng.ts';
import { BUSYBOX_APPLETS } from '../userland/busybox/applets.ts';

export interface Image {
  /** The familiar name: `busybox`, `quay.io/team/shop`. */
  readonly name: string;
  /** `latest` when left out. */
  readonly tag?: string;
  /** What a container runs when the command line names nothing (CMD). */
  readonly command: readonly string[];
  /** What stands before the command (ENTRYPOINT). */
  readonly entrypoint?: readonly string[];
  readonly env: readonly string[];
  /** `80/tcp`, as EXPOSE names them. */
  readonly exposedPorts?: readonly string[];
  readonly workingDir?: string;
  /** STOPSIGNAL; SIGTERM when left out. */
  readonly stopSignal?: string;
  readonly labels?: ReadonlyMap<string, string>;
  readonly files?: readonly ImageFile[];
  readonly programs: ProgramRegistry;
  /** Programs that the real image has; those that are not in `programs` Dockwire lacks. */
  readonly realPrograms: readonly string[];
  /** Of all its files. */
  readonly sizeBytes: number;
}

/** A file that its containers have from the start. */
export interface ImageFile {
  readonly path: string;
  readonly text: string;
  /** When it was written, in seconds since 1970. */
  readonly modifiedSeconds: number;
}

/** An image name as people write it, taken apart. */
export interface ImageReference {
  /** Without `docker.io/` and `library/`: the name by which images are kept. */
  readonly name: string;
  /** The name with its tag, `latest` when none was written. */
  readonly tagged: string;
  /** Where it would be pulled from. */
  readonly registryHost: string;
}

export const DEFAULT_PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** Sizes of the real images, busybox 1.36 and alpine 3.19. */
const BUSYBOX_BYTES = 4_261_574;
const ALPINE_BYTES = 7_377_040;
/** Where the programs of an image lie; a path elsewhere leads to nothing. */
const PROGRAM_FOLDER = /^\/(?:usr\/(?:local\/(?:apache2\/)?)?)?s?bin$/;
/** Entry points lie in the root. */
const ROOT_SCRIPT = /^\/[\w-]+\.sh$/;
const LATEST = 'latest';
const DOCKER_HUB = 'registry-1.docker.io';

const PATH_COMPONENT = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
/** A host with a port or dots may stand before the path. */
const NAME = String.raw`(?:[\w.-]+(?::\d+)?/)?${PATH_COMPONENT}(?:/${PATH_COMPONENT})*`;
const REFERENCE = new RegExp(String.raw`^(${NAME})(?::(\w[\w.-]{0,127}))?(?:@sha256:[0-9a-f]{64})?$`);

/** Reads an image name (distribution/reference). A string is the reason why it is none. */
export function parseReference(text: string): ImageReference | string {
  const match = REFERENCE.exec(text);
  if (match === null) {
    const isOnlyCase = REFERENCE.test(text.toLowerCase());
    return `invalid reference format${isOnlyCase ? ': repository name must be lowercase' : ''}`;
  }
  const [domain, path] = splitDomain(match[1]!);
  const isHub = domain === 'docker.io' || domain === 'index.docker.io';
  const name = isHub ? path.replace(/^library\//, '') : `${domain}/${path}`;
  return { name, tagged: `${name}:${match[2] ?? 'latest'}`, registryHost: isHub ? DOCKER_HUB : domain };
}

/** The first part is a host if it looks like one; otherwise the name is Docker Hub's. */
function splitDomain(name: string): [string, string] {
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(slash, 0));
  const isDomain = /[.:]/.test(first) || first === 'localhost';
  return isDomain ? [first, name.slice(slash + 1)] : ['docker.io', name];
}

/** busybox and alpine; `busybox` are the programs that both have. */
export function builtInImages(busybox: ProgramRegistry): Image[] {
  const common = { env: [DEFAULT_PATH], programs: busybox, realPrograms: BUSYBOX_APPLETS };
  return [
    { ...common, name: 'busybox', command: ['sh'], sizeBytes: BUSYBOX_BYTES },
    { ...common, name: 'alpine', command: ['/bin/sh'], sizeBytes: ALPINE_BYTES },
  ];
}

/** The image's id, `sha256:` and 64 digits: the same on every host. */
export function imageId(image: Image): string {
  return `sha256:${Rng.fromSeed(0)
    .fork(`image/${imageKey(image)}`)
    .hex(64)}`;
}

/** What an image is known by: its name, with its tag where that is not the usual one. */
export function imageKey({ name, tag = LATEST }: Pick<Image, 'name' | 'tag'>): string {
  return tag === LATEST ? name : `${name}:${tag}`;
}

/** The program that a command's first word stands for, by name along the PATH or by its whole path. */
export function findProgram(image: Image, word: string): ProgramEntry | undefined {
  return image.programs.get(programName(word));
}

/** Whether the word stands for a program that the real image has and Dockwire lacks. */
export function isLackingProgram(image: Image, word: string): boolean {
  return findProgram(image, word) === undefined && image.realPrograms.includes(programName(word));
}

/** Empty for a path to where no programs lie. */
function programName(word: string): string {
  if (ROOT_SCRIPT.test(word)) return word.slice(1);
  const slash = word.lastIndexOf('/');
  return slash >= 0 && !PROGRAM_FOLDER.test(word.slice(0, slash)) ? '' : word.slice(slash + 1);
}

/** The images of one engine. */
export class ImageStore {
  private readonly images = new Map<string, Image>();

  constructor(images: readonly Image[]) {
    for (const image of images) this.images.set(imageKey(image), image);
  }

  /**
   * The image that a reference means. Whatever its tag: of an image with variants, `3.19-alpine` means the one of that
   * name, everything else the latest.
   */
  find({ name, tagged }: ImageReference): Image | undefined {
    const tag = tagged.slice(name.length + 1);
    const variant = tag.slice(tag.lastIndexOf('-') + 1);
    return this.images.get(imageKey({ name, tag })) ?? this.images.get(`${name}:${variant}`) ?? this.images.get(name);
  }

  /** Sorted by name. */
  all(): Image[] {
    return this.names().map((name) => this.images.get(name)!);
  }

  /** Familiar names, sorted; a variant with its tag. */
  names(): string[] {
    return [...this.images.keys()].sort((left, right) => (left < right ? -1 : 1));
  }
}
