import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ProgramRegistry } from '../../../src/kernel/proc/program-registry.ts';
import { BUSYBOX_HTTPD } from '../../../src/userland/busybox/httpd.ts';
import { hostPrograms } from '../../../src/userland/registry.ts';
import { need, needTool, needTools } from '../../machine.ts';
import type { Result, Typed } from '../net-lab.ts';
import { EmulatedLab, PAIR, RealLab } from '../net-lab.ts';

const WEB = 'http://10.77.0.2';
const SERVED: Readonly<Record<string, string>> = {
  'a.txt': 'hello\n',
  'sub/index.html': '<p>hi</p>\n',
  'more/umlaut.txt': 'äöü\n',
  'more/UPPER & lower.txt': '',
};
const MODIFIED_SECONDS = 1_700_000_000;

/** Lines for a server: they are typed one after the other, and its words are those of all together. */
const CLIENTS: Readonly<Record<string, readonly string[]>> = {
  python: [
    'curl -sv @/a.txt',
    'curl -s @/a.txt @/nope @/sub/',
    'curl -sv @/a.txt @/a.txt -o /dev/null -o /dev/null',
    'curl -sSi @/sub',
    'curl -sSvL @/sub',
    'curl -sL --max-redirs 0 -w "%{http_code} %{redirect_url} %{num_redirects}|" @/sub',
    'curl -sI @/a.txt',
    'curl -sS -f @/nope',
    'curl -f @/nope',
    'curl --fail-with-body -sS @/nope -o /dev/null',
    'curl -sv -d a=b -d c=d @/a.txt',
    'curl -sv -G -d a=b -d c=d @/nope',
    'curl -sv -X FOO @/a.txt',
    'curl -sv -u me:secret -A agent -e from -H "X-A: b" -H Accept: -H "X-B;" -H "Host: other" @/a.txt',
    'curl -sv --json {} -b a=b @/a.txt',
    'curl -sv -0 @/a.txt',
    'curl -sv -r 0-3 @/a.txt',
    'curl -sv --resolve web:8000:10.77.0.2 http://web:8000/a.txt',
    'curl -sv --local-port 5000 --interface eth0 @/a.txt',
    'curl -sv --interface 10.77.0.1 @/a.txt -o /dev/null',
    'curl -sSv --interface 1.2.3.4 @/a.txt',
    'curl -s @/more/',
    'curl -s @/more/umlaut.txt',
    'curl -o /dev/null @/nope',
    'curl -v -o /dev/null -o /dev/null @/a.txt @/a.txt',
    'curl -s -o /dev/null -w "%{http_code} %{size_download} %{content_type} %{remote_ip} %{method}\\n" @/a.txt',
    'curl -s -o /dev/null -w "%{num_connects} %{scheme} %{num_headers} %{urlnum}%%%{x}" @/a.txt',
    'curl -s -o /dev/null -w "%{http_version} %{size_header} %{size_request}" @/a.txt',
    'curl -s -o /dev/null -w "%{exitcode} %{errormsg}|%{filename_effective}|%{stderr}e%{onerror}x" @/a.txt',
    'curl -s -o /dev/null -w "%{url_effective} %{local_ip} %{redirect_url}" @/a.txt',
  ],
  busybox: [
    'curl -si @/a.txt',
    'curl -sv @/sub',
    'curl -sSi @/nope',
    'curl -si -r 1-2 @/a.txt',
    'curl -si -d x @/a.txt',
  ],
  nobody: [
    'curl @/',
    'curl -sS @/',
    'curl -s @/',
    'curl -v @/',
    'curl -sSv @/',
    'curl -sS --retry 2 --retry-connrefused @/',
    'curl --retry 1 --retry-connrefused @/',
    'curl -s -w "%{http_code} %{exitcode} %{errormsg}" @/',
    'curl -sSv http://10.9.9.9/',
    'curl -sSv --connect-timeout 1 http://10.77.0.50/',
    'curl -sSv -m 1 http://10.77.0.50/',
    'curl -sS foo://x/',
    'curl -sS http://',
    'curl -sS http://:80/',
    'curl -sS http://10.77.0.2:99999/',
    'curl -sSO @/',
    'curl',
    'curl -s',
    'curl --bogus',
    'curl -o',
    'curl -sx',
    'curl -s --max 3 @/',
    'curl --no-header @/',
    'curl -m abc @/',
    'curl -m -1 @/',
    'curl --retry x @/',
    'curl -sS -T /nosuch/file @/',
    'curl --help',
  ],
};
const PORTS: Readonly<Record<string, number>> = { python: 8000, busybox: 8001, nobody: 9 };
const SERVERS: Readonly<Record<string, string>> = {
  python: 'python3 -u -m http.server -d @dir@ 8000',
  busybox: 'httpd -f -v -h @dir@ -p 8001',
};

/** What differs from run to run: times, speeds, ports, addresses in memory. */
function masked({ stdout, stderr, exit }: Result): Result {
  const clean = (text: string): string =>
    text
      .replace(/\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT/g, 'DATE')
      .replace(/\[\d\d\/\w{3}\/\d{4}[ :]\d\d:\d\d:\d\d(?: \+0000)?\]/g, '[DATE]')
      .replace(/after \d+ ?m/g, 'after N m')
      .replace(/Python\/3\.\d+\.\d+/g, 'Python/3')
      .replace(/(10\.77\.0\.1\]?:?) ?\d{4,5}/g, '$1 PORT')
      .replace(/0x[0-9a-f]+/g, 'POINTER')
      .replace(/Local port: \d+/, 'Local port: N')
      .replace(/(\r(?:100| {2}0).{30}).*?(?=\r|\n|$|\*|curl|Warn)/g, '$1');
  return { stdout: clean(stdout), stderr: clean(stderr), exit };
}

function typedTo(kind: string): Typed[] {
  const lines = CLIENTS[kind]!;
  const server = SERVERS[kind];
  const clients = lines.map((line): Typed => {
    return { ns: 'a', line: line.replaceAll('@/', `${WEB}:${PORTS[kind]!}/`), stdin: '' };
  });
  return server === undefined ? clients : [...clients, { ns: 'b', line: server, stdin: '' }];
}

describe('curl beside a real one', function () {
  this.timeout(60_000);
  let real: RealLab;
  const folder = mkdtempSync(join(tmpdir(), 'dockwire-curl-'));

  before(function () {
    need(this, 'netns');
    needTools(this, ['curl', 'python3', 'busybox']);
    needTool(this, ['curl', '--version'], 'curl 7.88.1');
    for (const [name, text] of Object.entries(SERVED)) {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      utimesSync(path, MODIFIED_SECONDS, MODIFIED_SECONDS);
    }
    real = new RealLab(PAIR, 'curl');
  });
  after(() => {
    rmSync(folder, { recursive: true });
    real.dispose();
  });

  for (const kind of Object.keys(CLIENTS)) {
    it(`says and does the same with ${kind}`, async () => {
      const typed = typedTo(kind).map((each) => ({ ...each, line: each.line.replace('@dir@', folder) }));
      const isServed = SERVERS[kind] !== undefined;
      const clients = isServed ? typed.slice(0, -1) : typed;
      const server = isServed ? typed.at(-1)! : null;
      const seconds = Math.ceil(clients.length / 8) + 2;
      const realServer = server === null ? null : real.runOne({ ...server, line: onlyFor(seconds, server.line) });
      if (realServer !== null) await new Promise((resolve) => setTimeout(resolve, 700));
      const expected: Result[] = [];
      if (server === null) expected.push(...(await real.run(clients)));
      else for (const client of clients) expected.push(await real.runOne(client));
      if (realServer !== null) expected.push(await realServer);
      const actual = emulated(clients, server, seconds);
      const seen = [...clients, ...(server === null ? [] : [server])];
      for (const [index, { line }] of seen.entries()) {
        assert.deepEqual(masked(actual[index]!), masked(expected[index]!), line);
      }
    });
  }

  /** The same on an emulated machine, on which the files lie at the same paths. */
  function emulated(clients: readonly Typed[], server: Typed | null, seconds: number): Result[] {
    const lab = new EmulatedLab(PAIR);
    for (const [name, text] of Object.entries(SERVED)) {
      lab.files.write(`${folder}/${name}`, text);
      lab.files.setModified(`${folder}/${name}`, MODIFIED_SECONDS);
    }
    const registry = new ProgramRegistry(hostPrograms());
    registry.add(BUSYBOX_HTTPD);
    const served =
      server === null ? null : lab.start(registry, { ...server, line: `timeout ${seconds} ${server.line}` });
    const results = clients.map((client) => lab.run(registry, [client])[0]!);
    if (served !== null) {
      lab.world.run((seconds + 1) * 1_000_000_000);
      results.push({ ...served.output, exit: served.proc.exitCode });
    }
    return results;
  }
});

function onlyFor(seconds: number, line: string): string {
  return `timeout ${seconds} ${line.startsWith('httpd') ? 'busybox ' : ''}${line}`;
}
