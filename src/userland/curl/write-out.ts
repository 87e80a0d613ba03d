/** `-w`: what curl tells of a transfer when it is done (tool_writeout.c). */
import { MICROSECOND, SECOND } from '../../sim/units.ts';

/** What became of a transfer. */
export interface TransferInfo {
  url: string;
  effectiveUrl: string;
  urlNumber: number;
  status: number;
  version: number;
  method: string;
  contentType: string | null;
  redirectUrl: string;
  remoteIp: string;
  remotePort: number;
  localIp: string;
  localPort: number;
  filename: string;
  referer: string;
  connects: number;
  redirects: number;
  headerCount: number;
  headerBytes: number;
  requestBytes: number;
  downloaded: number;
  uploaded: number;
  downloadSpeed: number;
  uploadSpeed: number;
  /** Durations since the start. */
  resolvedNs: number;
  connectedNs: number;
  readyNs: number;
  firstByteNs: number;
  redirectNs: number;
  totalNs: number;
  exit: number;
  error: string;
}

export function emptyInfo(url: string, urlNumber: number): TransferInfo {
  return {
    url,
    effectiveUrl: url,
    urlNumber,
    status: 0,
    version: 0,
    method: 'GET',
    contentType: null,
    redirectUrl: '',
    remoteIp: '',
    remotePort: 0,
    localIp: '',
    localPort: 0,
    filename: '',
    referer: '',
    connects: 0,
    redirects: 0,
    headerCount: 0,
    headerBytes: 0,
    requestBytes: 0,
    downloaded: 0,
    uploaded: 0,
    downloadSpeed: 0,
    uploadSpeed: 0,
    resolvedNs: 0,
    connectedNs: 0,
    readyNs: 0,
    firstByteNs: 0,
    redirectNs: 0,
    totalNs: 0,
    exit: 0,
    error: '',
  };
}

/** Seconds with microseconds. */
function time(ns: number): string {
  const us = Math.floor(ns / MICROSECOND);
  const whole = Math.floor(us / (SECOND / MICROSECOND));
  return `${whole}.${String(us % (SECOND / MICROSECOND)).padStart(6, '0')}`;
}

function code(status: number): string {
  return String(status).padStart(3, '0');
}

const VARIABLES: Readonly<Record<string, (info: TransferInfo) => string>> = {
  certs: () => '',
  content_type: ({ contentType }) => contentType ?? '',
  errormsg: ({ error }) => error,
  exitcode: ({ exit }) => String(exit),
  filename_effective: ({ filename }) => filename,
  ftp_entry_path: () => '',
  http_code: ({ status }) => code(status),
  http_connect: () => '000',
  http_version: ({ version }) =>
    version === 0 ? '0' : `${Math.floor(version / 10)}.${version % 10}`.replace('.0', ''),
  local_ip: ({ localIp }) => localIp,
  local_port: ({ localPort }) => String(localPort),
  method: ({ method }) => method,
  num_certs: () => '0',
  num_connects: ({ connects }) => String(connects),
  num_headers: ({ headerCount }) => String(headerCount),
  num_redirects: ({ redirects }) => String(redirects),
  proxy_ssl_verify_result: () => '0',
  redirect_url: ({ redirectUrl }) => redirectUrl,
  referer: ({ referer }) => referer,
  remote_ip: ({ remoteIp }) => remoteIp,
  remote_port: ({ remotePort }) => String(remotePort),
  response_code: ({ status }) => code(status),
  scheme: ({ connects, version }) => (connects > 0 || version > 0 ? 'HTTP' : ''),
  size_download: ({ downloaded }) => String(downloaded),
  size_header: ({ headerBytes }) => String(headerBytes),
  size_request: ({ requestBytes }) => String(requestBytes),
  size_upload: ({ uploaded }) => String(uploaded),
  speed_download: ({ downloadSpeed }) => String(downloadSpeed),
  speed_upload: ({ uploadSpeed }) => String(uploadSpeed),
  ssl_verify_result: () => '0',
  time_appconnect: () => '0.000000',
  time_connect: ({ connectedNs }) => time(connectedNs),
  time_namelookup: ({ resolvedNs }) => time(resolvedNs),
  time_pretransfer: ({ readyNs }) => time(readyNs),
  time_redirect: ({ redirectNs }) => time(redirectNs),
  time_starttransfer: ({ firstByteNs }) => time(firstByteNs),
  time_total: ({ totalNs }) => time(totalNs),
  url: ({ url }) => url,
  url_effective: ({ effectiveUrl }) => effectiveUrl,
  urlnum: ({ urlNumber }) => String(urlNumber),
};

const ESCAPES: Readonly<Record<string, string>> = { r: '\r', n: '\n', t: '\t' };
const PIECE = /%%|%\{([^}]*)\}|%header\{[^}]*\}|\\([\s\S])/g;

/** Where the text of a format goes. */
export interface WriteOutSink {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
}

/** Writes the format with what is known of a transfer. */
export function writeOut(format: string, info: TransferInfo, sink: WriteOutSink): void {
  let write = sink.stdout;
  let from = 0;
  for (const match of format.matchAll(PIECE)) {
    write(format.slice(from, match.index));
    from = match.index + match[0].length;
    const [whole, name, escaped] = match;
    if (whole === '%%') write('%');
    else if (escaped !== undefined) write(ESCAPES[escaped] ?? whole);
    else if (name === 'stderr') write = sink.stderr;
    else if (name === 'stdout') write = sink.stdout;
    else if (name === 'onerror') {
      if (info.exit === 0) return;
    } else if (name !== undefined) {
      const variable = Object.hasOwn(VARIABLES, name) ? VARIABLES[name] : undefined;
      if (variable === undefined) sink.stderr(`curl: unknown --write-out variable: '${name}'\n`);
      else write(variable(info));
    }
  }
  write(format.slice(from));
}
