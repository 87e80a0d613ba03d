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
  'more/a b.txt': 'äöü\n',
  'more/empty.txt': '',
  'more/big.txt': 'x'.repeat(200_000),
};
const HOSTS = '10.77.0.2 web\n10.77.0.50 two\n10.77.0.2 two\n';
const MODIFIED_SECONDS = 1_700_000_000;

/**
 * Lines for a server, typed one after the other; `@out@` is a folder for files, the same on both sides. A server that
 * ends connections without a word is asked for one URL a line: a real wget may see too late that it has.
 */
const CLIENTS: Readonly<Record<string, readonly string[]>> = {
  kept: [
    'wget -O /dev/null @/a.txt',
    'wget -P @out@/1 @/a.txt @/a.txt @/sub/ @/sub',
    'wget -P @out@/1 @/a.txt',
    'wget -nc -P @out@/1 @/a.txt',
    'wget -nv -P @out@/1 @/a.txt @/nope @/sub',
    'wget -O- @/nope @/a.txt @/nope @/a.txt',
    'wget -O- --no-http-keep-alive @/a.txt @/a.txt',
    'wget -O- http://web:8000/a.txt http://WEB:8000/nope http://web:8000/sub/ @/sub',
    'wget -O- -T 0.5 http://two:8000/a.txt http://two:8000/a.txt',
    'wget -O- --no-dns-cache --no-http-keep-alive http://web:8000/a.txt http://web:8000/a.txt',
    'wget --spider @/a.txt @/sub @/nope',
    'wget -S -O- @/sub',
    'wget -S -O @out@/y @/sub @/a.txt',
    'wget -q -O - @/a.txt @/nope',
    'wget -nv -O - @/a.txt @/nope',
    'wget -O - http://10.77.0.2.:1/ http://:1/ @/a.txt',
  ],
  python: [
    'wget -O - @/a.txt',
    'wget -q -O - @/a.txt',
    'wget -q @/nope',
    'wget -nv @/nope',
    'wget -S -O @out@/x @/sub',
    'wget -O @out@/x -nc @/a.txt',
    'wget -O /dev/null @/more/big.txt',
    'wget -O /dev/null --progress=dot:binary @/more/big.txt',
    'wget -q --show-progress -O /dev/null @/more/big.txt',
    'wget -O /dev/null --progress=bar @/more/empty.txt',
    'wget -P @out@/2 "@/more/a b.txt"',
    'wget -P @out@/2 "@/more/a%20b.txt?x=y/z&q#f"',
    'wget -P @out@/2 @/',
    'wget --spider @/a.txt',
    'wget -nv --spider @/sub',
    'wget -nv --spider @/nope',
    'wget -S --spider @/nope',
    'wget --post-data a=b @/a.txt',
    'wget --method PUT --body-data a=b @/a.txt',
    'wget --method DELETE -nv @/a.txt',
    'wget --max-redirect 0 @/sub',
    'wget --max-redirect=0 -q @/sub',
    'wget -O- -4 --no-check-certificate --no-proxy -nH -nd @/a.txt/../sub/./index.html',
  ],
  busybox: [
    'wget -S -O- @/a.txt',
    'wget -O- @/nope',
    'wget --spider @/sub/',
    'wget -qO- -U me --header "X: y" --user u --password p @/sub',
  ],
  nobody: [
    'wget @/',
    'wget -nv @/',
    'wget -q @/',
    'wget -t 2 --retry-connrefused @/ @/',
    'wget http://10.9.9.9/',
    'wget -T 0.5 -t 2 http://10.77.0.50/',
    'wget -nv --connect-timeout=0.5 -t 1 http://10.77.0.50:81/x?y',
    'wget -t 2 --bind-address 1.2.3.4 @/',
    'wget -t 2 --waitretry=0 --bind-address 1.2.3.4 @/',
    'wget -q -O /nosuch/x @/',
    'wget http://',
    'wget foo://x/',
    'wget http://:80/ http://a:99999999/',
    'wget -nv http://a:b/',
    'wget',
    'wget -q',
    'wget --bogus',
    'wget -O',
    'wget --output-document',
    'wget --quiet=off --spider=x @/',
    'wget --no-verbose=x @/',
    'wget -T x @/',
    'wget --wait=1y @/',
    'wget -Z @/',
    'wget --he @/',
    'wget --no-h @/',
    'wget -nx @/',
    'wget --header foo @/',
    'wget --progress=foo @/',
    'wget --method GET --post-data x @/',
    'wget --body-data x @/',
    'wget --post-file /nosuch/file @/',
    'wget -v -q @/',
  ],
};
const PORTS: Readonly<Record<string, number>> = { kept: 8000, python: 8001, busybox: 8002, nobody: 9 };
const SERVERS: Readonly<Record<string, string>> = {
  kept: 'python3 -u -m http.server -p HTTP/1.1 -d @dir@ 8000',
  python: 'python3 -u -m http.server -d @dir@ 8001',
  busybox: 'httpd -f -h @dir@ -p 8002',
};

/** What differs from run to run: times and rates. */
function masked({ stdout, stderr, exit }: Result): Result {
  const clean = (text: string): string =>
    text
      .replace(/\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT/g, 'DATE')
      .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, 'TIME')
      .replace(/Python\/3\.\d+\.\d+/g, 'Python/3')
      .replace(/\((?!0\.00)[\d.]+ [KMG]?B\/s\)/g, '(RATE)')
      .replace(/(%| {56}) *[\d.]+[KMG ](=| )[\d.]+m?\d*s/g, '$1 RATE$2')
      .replace(/(clock time:|\d in) [\d.]+m?s/g, '$1 SPAN');
  return { stdout: clean(stdout), stderr: clean(stderr), exit };
}

describe('wget beside a real one', function () {
  this.timeout(60_000);
  let real: RealLab;
  const folder = mkdtempSync(join(tmpdir(), 'dockwire-wget-'));
  const out = mkdtempSync(join(tmpdir(), 'dockwire-wget-out-'));

  before(function () {
    need(this, 'netns');
    needTools(this, ['wget', 'python3', 'busybox']);
    needTool(this, ['wget', '--version'], 'GNU Wget 1.21.3');
    for (const [name, text] of Object.entries(SERVED)) {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      utimesSync(path, MODIFIED_SECONDS, MODIFIED_SECONDS);
    }
    real = new RealLab(PAIR, 'wget');
    real.writeEtc('a', 'hosts', HOSTS);
  });
  after(() => {
    rmSync(folder, { recursive: true });
    rmSync(out, { recursive: true });
    real.dispose();
  });

  for (const [kind, lines] of Object.entries(CLIENTS)) {
    it(`says and does the same with ${kind}`, async () => {
      const clients = lines.map((line): Typed => {
        const whole = line.replaceAll('@out@', out).replaceAll('@/', `${WEB}:${PORTS[kind]!}/`);
        return { ns: 'a', line: whole, stdin: '' };
      });
      const server = SERVERS[kind]?.replace('@dir@', folder);
      const expected = await answersOf(clients, server);
      const actual = emulated(clients, server);
      for (const [index, { line }] of clients.entries()) {
        assert.deepEqual(masked(actual[index]!), masked(expected[index]!), line);
      }
    });
  }

  async function answersOf(clients: readonly Typed[], server: string | undefined): Promise<Result[]> {
    // Those that say it in English, in UTF-8.
    const typed = clients.map((each) => ({ ...each, line: `LC_ALL=C.UTF-8 ${each.line}` }));
    if (server === undefined) return real.run(typed);
    const child = real.spawn('b', server.startsWith('httpd') ? ['busybox', ...server.split(' ')] : server.split(' '));
    try {
      await ready(clients[0]!.line.replace(/.*(http:.*?\/\/[^/]*\/).*/, '$1'));
      const results: Result[] = [];
      for (const client of typed) results.push(await real.runOne(client));
      return results;
    } finally {
      child.kill();
    }
  }

  /** Waits until somebody answers there. */
  async function ready(url: string): Promise<void> {
    for (let attempts = 0; attempts < 50; attempts++) {
      if ((await real.runOne({ ns: 'a', line: `wget -q -t 1 -O /dev/null ${url}a.txt` })).exit === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.fail(`nobody answers at ${url}`);
  }

  /** The same on an emulated machine, on which the files lie at the same paths. */
  function emulated(clients: readonly Typed[], server: string | undefined): Result[] {
    const lab = new EmulatedLab(PAIR);
    for (const [name, text] of Object.entries(SERVED)) {
      lab.files.write(`${folder}/${name}`, text);
      lab.files.setModified(`${folder}/${name}`, MODIFIED_SECONDS);
    }
    lab.files.makeDirectory(out);
    lab.files.write('/etc/hosts', HOSTS);
    const registry = new ProgramRegistry(hostPrograms());
    registry.add(BUSYBOX_HTTPD);
    if (server !== undefined) lab.start(registry, { ns: 'b', line: server });
    return clients.map((client) => lab.run(registry, [client])[0]!);
  }
});
