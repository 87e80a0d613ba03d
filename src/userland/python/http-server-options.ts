/** The arguments of `python3 -m http.server`, read as argparse does. */

export interface HttpServerOptions {
  readonly port: number;
  /** Empty for all interfaces. */
  readonly address: string;
  readonly directory: string;
  /** `HTTP/1.0` unless asked for otherwise. */
  readonly protocol: string;
}

/** What it says instead of serving. */
export interface HttpServerAnswer {
  readonly answer: string;
  readonly exit: number;
}

const USAGE = 'usage: server.py [-h] [--cgi] [-b ADDRESS] [-d DIRECTORY] [-p VERSION] [port]\n';
const HELP = `${USAGE}
positional arguments:
  port                  bind to this port (default: 8000)

options:
  -h, --help            show this help message and exit
  --cgi                 run as CGI server
  -b ADDRESS, --bind ADDRESS
                        bind to this address (default: all interfaces)
  -d DIRECTORY, --directory DIRECTORY
                        serve this directory (default: current directory)
  -p VERSION, --protocol VERSION
                        conform to this HTTP version (default: HTTP/1.0)
`;
const EXIT_USAGE = 2;
const OPTIONS: ReadonlyMap<string, 'address' | 'directory' | 'protocol'> = new Map([
  ['-b', 'address'],
  ['--bind', 'address'],
  ['-d', 'directory'],
  ['--directory', 'directory'],
  ['-p', 'protocol'],
  ['--protocol', 'protocol'],
]);
const DISPLAYED = { address: '-b/--bind', directory: '-d/--directory', protocol: '-p/--protocol' };
const PORT_DEFAULT = 8000;

export function readHttpServer(args: readonly string[]): HttpServerOptions | HttpServerAnswer {
  const given = { address: '', directory: '.', protocol: 'HTTP/1.0' };
  const operands: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!;
    if (arg === '-h' || arg === '--help') return { answer: HELP, exit: 0 };
    const [, name = arg, attached] = /^(--\w+)=(.*)$/s.exec(arg) ?? /^(-[bdp])(.+)$/s.exec(arg) ?? [];
    const key = OPTIONS.get(name);
    if (key === undefined) {
      if (arg.startsWith('-') && arg !== '--cgi') return refuse(`unrecognized arguments: ${arg}`);
      if (arg !== '--cgi') operands.push(arg);
      continue;
    }
    const value = attached ?? args[++at];
    if (value === undefined) return refuse(`argument ${DISPLAYED[key]}: expected one argument`);
    given[key] = value;
  }
  const [portText, ...rest] = operands;
  if (portText !== undefined && !/^[+-]?\d+$/.test(portText)) {
    return refuse(`argument port: invalid int value: '${portText}'`);
  }
  if (rest.length > 0) return refuse(`unrecognized arguments: ${rest.join(' ')}`);
  return { ...given, port: portText === undefined ? PORT_DEFAULT : Number(portText) };
}

function refuse(what: string): HttpServerAnswer {
  return { answer: `${USAGE}server.py: error: ${what}\n`, exit: EXIT_USAGE };
}
