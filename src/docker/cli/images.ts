/** `docker images`, `docker image ls`: the list of images. Twin of docker/cli's image/list.go. */
import { imageSummary } from '../inspect/image-document.ts';
import type { ImageSummary } from '../inspect/image-document.ts';
import type { Client, Command } from './command.ts';
import type { Flags } from './flags.ts';
import { formatOf, printList } from './formatter.ts';
import { imageList } from './image-list.ts';
import { IMAGES_FORM } from './options/image.ts';

const NANOSECONDS_PER_SECOND = 1_000_000_000;
/** `*` stands for one part of a name only. */
const ANYTHING = /^/;
const DIGEST_FIELD = '{{.Digest}}';

export const IMAGES: Command = { ...IMAGES_FORM, run };

export const IMAGE_LS: Command = { ...IMAGES, path: 'image ls' };

function run(client: Client, flags: Flags): number {
  const { engine } = client;
  const epochNow = engine.host.epochSeconds + engine.now / NANOSECONDS_PER_SECOND;
  const [wanted] = flags.operands;
  const pattern = wanted === undefined ? ANYTHING : patternOf(wanted);
  if (pattern === undefined) {
    client.proc.writeError('Error response from daemon: syntax error in pattern\n');
    return 1;
  }
  const listed = engine.host.images
    .all()
    .filter(({ name, tag = 'latest' }) => pattern.test(name) || pattern.test(`${name}:${tag}`));
  return printImages(client, flags, epochNow, (hasDigest) => listed.map((image) => imageSummary(image, hasDigest)));
}

/** Prints what `ask` gives, which is told whether digests are shown; the exit code. */
export function printImages(
  client: Client,
  flags: Flags,
  epochNowSeconds: number,
  ask: (hasDigest: boolean) => readonly ImageSummary[],
): number {
  const hasDigests = flags.isSet('digests');
  const kind = imageList(epochNowSeconds, hasDigests);
  const wanted = flags.text('format') ?? '';
  const isLackingDigest = hasDigests && wanted.startsWith('table ') && !wanted.includes(DIGEST_FIELD);
  const format = formatOf(kind, wanted, flags.isSet('quiet')) + (isLackingDigest ? `\t${DIGEST_FIELD}` : '');
  const rows = ask(hasDigests || format.includes(DIGEST_FIELD));
  return printList(client, kind, rows, format, !flags.isSet('no-trunc'));
}

/**
 * `REPOSITORY[:TAG]`, in which `*`, `?` and `[…]` stand for what they do in file names (Go's path.Match); undefined for
 * bad syntax.
 */
function patternOf(text: string): RegExp | undefined {
  let source = '';
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (char === '[') {
      const close = text.indexOf(']', i + 1);
      const inner = text.slice(i + 1, Math.max(close, i));
      if (!/^\^?(?:[^\\\-\]](?:-[^\\\-\]])?)+$/.test(inner)) return undefined;
      source += `[${inner}]`;
      i = close;
    } else if (char === '*') source += '[^/]*';
    else if (char === '?') source += '[^/]';
    else if (char === '\\' && i + 1 === text.length) return undefined;
    else source += /\w/.test(char) ? char : `\\${char === '\\' ? text[++i]! : char}`;
  }
  return new RegExp(`^${source}$`);
}
