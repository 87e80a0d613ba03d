/** The list commands' formats beside Docker's own client 20.10, over the same answers of an engine. */
import assert from 'node:assert/strict';
import type { Client } from '../../../src/docker/cli/command.ts';
import type { Flags } from '../../../src/docker/cli/flags.ts';
import { formatOf, printList } from '../../../src/docker/cli/formatter.ts';
import { printImages } from '../../../src/docker/cli/images.ts';
import { networkList } from '../../../src/docker/cli/network-list.ts';
import { printContainers } from '../../../src/docker/cli/ps.ts';
import type { ContainerSummary } from '../../../src/docker/inspect/container-summary.ts';
import { NO_CONTAINER, summaryDocument } from '../../../src/docker/inspect/container-summary.ts';
import type { ImageSummary } from '../../../src/docker/inspect/image-document.ts';
import { imageSummary } from '../../../src/docker/inspect/image-document.ts';
import { networkDocument } from '../../../src/docker/inspect/network-document.ts';
import { Lab } from '../lab.ts';
import { RealClient } from '../real-client.ts';

interface Printed {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

const NOW = Math.floor(Date.now() / 1000);

/** The youngest first, as the engine says them. */
const CONTAINERS: readonly ContainerSummary[] = [
  {
    id: '0123456789ab'.repeat(5) + 'cdef',
    names: ['/web', '/db/alias'],
    image: 'busybox',
    imageId: `sha256:${'ab'.repeat(32)}`,
    command: 'sh -c \'a <very> long & "quoted" one\'',
    createdSeconds: NOW - 5 * 3600 - 60,
    ports: [
      { ip: '0.0.0.0', privatePort: 80, publicPort: 8080, protocol: 'tcp' },
      { ip: '', privatePort: 99, publicPort: 0, protocol: 'tcp' },
    ],
    writtenBytes: 1234567,
    wholeBytes: 999_900_000,
    labels: new Map([['com.example.role-of', 'a b']]),
    state: 'running',
    status: 'Up 5 hours',
    networkMode: 'default',
    networks: {},
  },
  {
    ...NO_CONTAINER,
    id: 'f'.repeat(64),
    names: ['/ünïcode'],
    image: `docker.io/library/alpine:3.19@sha256:${'cd'.repeat(32)}`,
    imageId: `sha256:${'cd'.repeat(32)}`,
    command: 'é',
    createdSeconds: NOW - 3 * 24 * 3600 - 60,
    wholeBytes: 7_377_040,
    state: 'created',
    status: 'Created',
  },
];

/** Formats; `@` is a blank within one. */
const PS_FORMATS = String.raw`
{{.ID}} {{.Names}} {{.Image}} {{.Command}}
table
raw
table@{{.ID}}\t{{.Names}}\t{{.Image}}
table@{{.Names}}\t{{.Ports}}\t{{.Status}}
table{{.Names}}
@@table@{{.Names}}
table@@@{{.Names}}@@
{{.Names}}\t{{.State}}\n{{.Status}}
{{.CreatedAt}} {{.RunningFor}} [{{.Mounts}}] {{.LocalVolumes}} [{{.Networks}}] {{.Labels}}
{{json@.}}
{{json@.Command}} {{json@.Ports}}
{{.Size}}
table@{{.Names}}\t{{.Size}}\t{{.Label@"com.example.role-of"}}\t{{.Label@"x_y"}}
table@{{upper@.Names}}\t{{lower@.Image}}\t{{title@.State}}\t{{truncate@.ID@3}}\t{{json@.Names}}\t{{pad@.State@1@1}}|
table@{{join@(split@.Image@"b")@"-"}}\t{{split@.Image@"b"}}
table@{{.ID}}{{index@.ID@0}}
table@{{if@eq@.State@"running"}}{{.Names}}{{else}}-{{end}}\tx
table@a\tbb\tc\n{{.ID}}\t{{.Names}}
table@plain\n{{.ID}}\tx\n\n{{.Names}}\ty\tz
{{.}}
{{.Header}} {{.FullHeader}} {{.FieldsUsed}}
{{.MarshalJSON}}
{{len@.ID}}{{if@.Names}}{{slice@.ID@0@0}}{{end}}
{{range@(split@.Names@"")}}{{.}}.{{end}}
{{slice@.ID@0@4}}
{{.Foo}}
table@{{.Foo}}
{{.trunc}}
{{.Label}}
{{.ID@1}}
{{.Label@1}}
{{
{{foo}}
{{.ID
no@template
table@no@template
`
  .trim()
  .split('\n')
  .map((line) => line.replaceAll('@', ' '));

const NETWORK_FORMATS = String.raw`
{{.ID}} {{.Name}} {{.Driver}} {{.Scope}}
table
raw
{{json@.}}
{{.}}
{{.CreatedAt}} {{.IPv6}} {{.Internal}} {{.Labels}} {{.Label@"purpose"}}
table@{{.Name}}\t{{.Labels}}\t{{.Label@"purpose"}}\t{{.CreatedAt}}\t{{.IPv6}}\t{{.Internal}}
table@{{.Foo}}
{{.n}}
{{upper@.Name@1}}
{{
`
  .trim()
  .split('\n')
  .map((line) => line.replaceAll('@', ' '));

const IMAGE_FORMATS = String.raw`
{{.ID}} {{.Repository}} {{.Tag}} {{.Digest}}
table
raw
{{json@.}}
{{.}}
table@{{.VirtualSize}}\t{{.CreatedAt}}\t{{.SharedSize}}\t{{.UniqueSize}}\t{{.Containers}}\t{{.CreatedSince}}
table@{{.Repository}}
{{.Label@"x"}}
{{.Foo}}
`
  .trim()
  .split('\n')
  .map((line) => line.replaceAll('@', ' '));

function printed(print: (client: Client) => number): Printed {
  const answer = { stdout: '', stderr: '' };
  const proc = {
    write: (text: string) => {
      answer.stdout += text;
    },
    writeError: (text: string) => {
      answer.stderr += text;
    },
  };
  return { exit: print({ proc } as unknown as Client), ...answer };
}

function flagsOf(format: string, options: readonly string[]): Flags {
  const isSet = (long: string): boolean => options.includes(`--${long}`);
  return { text: () => format, isSet } as unknown as Flags;
}

/** The order of a map and addresses in memory are nobody's to know. */
function comparable({ exit, stdout, stderr }: Printed): Printed {
  return { exit, stdout: stdout.replaceAll(/0xc[0-9a-f]{9}/g, '0xc…'), stderr };
}

describe('formats of lists', () => {
  const lab = new Lab();
  const bridge = lab.engine.getNetwork('bridge');
  const own = { ...bridge, name: 'n1', isInternal: true, labels: new Map([['purpose', 'test']]), createdNs: 1_500 };
  const networks = [bridge, own, lab.engine.getNetwork('none')];
  const image = lab.engine.host.images.all()[0]!;
  let client: RealClient;

  before(async function () {
    client = new RealClient(this, {
      '/containers/json': CONTAINERS.map(summaryDocument),
      '/images/json': [imageSummary(image, false).document],
      '/networks': networks.map((network) => networkDocument(lab.engine, network)),
    });
    await client.open();
  });

  after(() => {
    // Not there where the client was not found.
    (client as RealClient | undefined)?.close();
  });

  it('of docker ps are those of the real client', async () => {
    const more = [['--size'], ['--quiet'], ['--no-trunc']];
    const cases = PS_FORMATS.flatMap((format, i) => [[], more[i % 3]!].map((options) => ({ format, options })));
    const answers = await client.askAll(cases.map(({ format, options }) => ['ps', ...options, '--format', format]));
    cases.forEach(({ format, options }, i) => {
      const flags = flagsOf(format, options);
      const ours = printed((proc) =>
        printContainers(proc, flags, { epochNowSeconds: NOW, hasBrackets: false }, () => CONTAINERS),
      );
      assert.deepEqual(comparable(ours), comparable(answers[i]!), `${format} ${options.join(' ')}`);
    });
  });

  it('of docker network ls are those of the real client', async () => {
    const kind = networkList(lab.engine);
    const answers = await client.askAll(NETWORK_FORMATS.map((format) => ['network', 'ls', '--format', format]));
    NETWORK_FORMATS.forEach((format, i) => {
      const ours = printed((proc) => printList(proc, kind, networks, formatOf(kind, format, false), true));
      assert.deepEqual(comparable(ours), comparable(answers[i]!), format);
    });
  });

  it('of docker images are those of the real client', async () => {
    const cases = IMAGE_FORMATS.flatMap((format) =>
      [[], ['--digests'], ['--quiet'], ['--no-trunc']].map((options) => ({ format, options })),
    );
    const answers = await client.askAll(cases.map(({ format, options }) => ['images', ...options, '--format', format]));
    cases.forEach(({ format, options }, i) => {
      const ask = (hasDigest: boolean): ImageSummary[] => [imageSummary(image, hasDigest)];
      const ours = printed((proc) => printImages(proc, flagsOf(format, options), NOW, ask));
      assert.deepEqual(comparable(ours), comparable(answers[i]!), `${format} ${options.join(' ')}`);
    });
  });
});
