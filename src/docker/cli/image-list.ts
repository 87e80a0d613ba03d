/** What `docker images` can show of an image. Twin of docker/cli's command/formatter/image.go. */
import { shortId } from '../ids.ts';
import { typedValue } from '../inspect/go-document.ts';
import { secondsText } from '../inspect/go-time.ts';
import { IMAGE_SUMMARY } from '../inspect/go-types.ts';
import type { ImageSummary } from '../inspect/image-document.ts';
import { textValue } from '../template/go-value.ts';
import type { Column, ListKind } from './formatter.ts';
import { humanDuration } from './human-duration.ts';
import { humanSize } from './human-size.ts';

const NANOSECONDS_PER_SECOND = 1_000_000_000;
const SIZE_DIGITS = 3;
const VIRTUAL_SIZE_DIGITS = 4;
/** The engine works out neither how many containers an image has nor what it shares, unless asked by another way. */
const UNKNOWN = 'N/A';

/** The list as it looks at an instant; with `hasDigest` what stands for `table` and `raw` shows digests. */
export function imageList(epochNowSeconds: number, hasDigest: boolean): ListKind<ImageSummary> {
  const digestColumn = hasDigest ? '{{.Digest}}\t' : '';
  const created = '{{if .CreatedSince }}{{.CreatedSince}}{{else}}N/A{{end}}';
  const digestLine = hasDigest ? 'digest: {{.Digest}}\n' : '';
  const lines = `image_id: {{.ID}}\ncreated_at: {{.CreatedAt}}\nvirtual_size: {{.Size}}\n`;
  return {
    columns: imageColumns(epochNowSeconds),
    contextName: 'formatter.imageContext',
    hiddenFields: (row) => [
      ['i', typedValue(row.document, IMAGE_SUMMARY)],
      ['repo', textValue(row.repository)],
      ['tag', textValue(row.tag)],
      ['digest', textValue(row.digest)],
    ],
    tableFormat: `table {{.Repository}}\t{{.Tag}}\t${digestColumn}{{.ID}}\t${created}\t{{.Size}}`,
    rawFormat: `repository: {{ .Repository }}\ntag: {{.Tag}}\n${digestLine}${lines}`,
    rawQuietFormat: 'image_id: {{.ID}}',
  };
}

function imageColumns(epochNowSeconds: number): readonly Column<ImageSummary>[] {
  return [
    { name: 'ID', header: 'IMAGE ID', text: ({ id }, isShort) => (isShort ? shortId(id.replace('sha256:', '')) : id) },
    { name: 'Repository', header: 'REPOSITORY', text: ({ repository }) => repository },
    { name: 'Tag', header: 'TAG', text: ({ tag }) => tag },
    { name: 'Digest', header: 'DIGEST', text: ({ digest }) => digest },
    {
      name: 'CreatedSince',
      header: 'CREATED',
      text: ({ createdSeconds }) => `${humanDuration((epochNowSeconds - createdSeconds) * NANOSECONDS_PER_SECOND)} ago`,
    },
    { name: 'CreatedAt', header: 'CREATED AT', text: ({ createdSeconds }) => secondsText(createdSeconds) },
    { name: 'Size', header: 'SIZE', text: ({ sizeBytes }) => humanSize(sizeBytes, SIZE_DIGITS) },
    { name: 'Containers', header: 'CONTAINERS', text: () => UNKNOWN },
    { name: 'VirtualSize', header: 'SIZE', text: ({ sizeBytes }) => humanSize(sizeBytes, VIRTUAL_SIZE_DIGITS) },
    { name: 'SharedSize', header: 'SHARED SIZE', text: () => UNKNOWN },
    { name: 'UniqueSize', header: 'UNIQUE SIZE', text: () => UNKNOWN },
  ];
}
