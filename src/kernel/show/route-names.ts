/** Names for numbers of routes and rules, as Debian’s /etc/iproute2 has them; how iproute2 reads and prints them. */
import type { RouteType } from '../ip/fib.ts';
import { ROUTE_TYPES } from '../ip/fib.ts';

/** A table of names, read both ways. */
class NameTable {
  private readonly byName: ReadonlyMap<string, number>;
  private readonly byNumber: ReadonlyMap<number, string>;
  private readonly max: number;

  constructor(text: string, max: number) {
    const pairs = text.split(' ').map((word) => word.split('=') as [string, string]);
    this.byName = new Map(pairs.map(([name, number]) => [name, Number(number)]));
    this.byNumber = new Map(pairs.map(([name, number]) => [Number(number), name]));
    this.max = max;
  }

  /** The number of a name, or as it is written; undefined for neither. */
  read(text: string, isHex = false): number | undefined {
    const named = this.byName.get(text);
    if (named !== undefined) return named;
    if (!/^(?:0x[\da-f]+|\d+)$/i.test(text)) return undefined;
    const value = isHex ? Number.parseInt(text, 16) : octalOrNumber(text);
    return value <= this.max ? value : undefined;
  }

  format(value: number, isNumeric: boolean): string {
    return (isNumeric ? undefined : this.byNumber.get(value)) ?? String(value);
  }
}

function octalOrNumber(text: string): number {
  return /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number(text);
}

const U8_MAX = 255;
const U32_MAX = 2 ** 32 - 1;

export const TABLE_NAMES = new NameTable('unspec=0 default=253 main=254 local=255', U32_MAX);
export const SCOPE_NAMES = new NameTable('global=0 site=200 link=253 host=254 nowhere=255', U8_MAX);
export const PROTOCOL_NAMES = new NameTable(
  'unspec=0 redirect=1 kernel=2 boot=3 static=4 gated=8 ra=9 mrt=10 zebra=11 bird=12 dnrouted=13 xorp=14 ntk=15 ' +
    'dhcp=16 keepalived=18 babel=42 openr=99 bgp=186 isis=187 ospf=188 rip=189 eigrp=192',
  U8_MAX,
);
const DSFIELD_NAMES = new NameTable(
  'default=0 AF11=40 AF12=48 AF13=56 AF21=72 AF22=80 AF23=88 AF31=104 AF32=112 AF33=120 AF41=136 AF42=144 AF43=152 ' +
    'CS1=32 CS2=64 CS3=96 CS4=128 CS5=160 CS6=192 CS7=224 EF=184',
  U8_MAX,
);

/** The type of service, by name or in hexadecimal. */
export function readDsfield(text: string): number | undefined {
  return DSFIELD_NAMES.read(text, true);
}

export function formatDsfield(value: number, isNumeric: boolean): string {
  const name = DSFIELD_NAMES.format(value, isNumeric);
  return /^\d+$/.test(name) ? `0x${value.toString(16).padStart(2, '0')}` : name;
}

/** The number of a route's type, from 1 on. */
export function routeTypeNumber(type: RouteType): number {
  return ROUTE_TYPES.indexOf(type) + 1;
}

/** The type of that name (iproute2: rtnl_rtntype_a2n); undefined for none. */
export function readRouteType(text: string): RouteType | undefined {
  const named = ROUTE_TYPES.find((type) => type === text);
  if (named !== undefined || text === '') return named;
  const aliases: [string, RouteType][] = [
    ['brd', 'broadcast'],
    ['reject', 'unreachable'],
  ];
  for (const [alias, type] of aliases) if (alias === text) return type;
  return undefined;
}

export function formatRouteType(type: RouteType, isNumeric: boolean): string {
  return isNumeric ? String(routeTypeNumber(type)) : type;
}
