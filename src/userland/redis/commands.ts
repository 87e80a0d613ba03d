/** The commands of a Redis server, by name: how many words each takes, and what it answers. */
import type { Keyspace, Value } from './keyspace.ts';
import type { Reply } from './resp.ts';
import { array, bulk, failure, integer, NIL, OK, status } from './resp.ts';

const WRONG_TYPE = failure('WRONGTYPE Operation against a key holding the wrong kind of value');
const NO_INTEGER = failure('ERR value is not an integer or out of range');
const SYNTAX = failure('ERR syntax error');

/** A command's arity counts its name, as COMMAND INFO says it: negative for at least so many. */
interface Command {
  readonly arity: number;
  readonly run: (keys: Keyspace, args: readonly string[], nowMs: number) => Reply;
}

/** The answer to a command on data; undefined for one that there is not. */
export function dataCommand(keys: Keyspace, words: readonly string[], nowMs: number): Reply | undefined {
  const name = words[0]!.toLowerCase();
  const command = COMMANDS.get(name);
  if (command === undefined) return undefined;
  return wrongCount(name, words.length, command.arity) ?? command.run(keys, words.slice(1), nowMs);
}

/** The complaint about too few or too many words. */
export function wrongCount(name: string, count: number, arity: number): Reply | undefined {
  if (arity < 0 ? count >= -arity : count === arity) return undefined;
  return failure(`ERR wrong number of arguments for '${name}' command`);
}

/** How many commands there are for data. */
export const commandNames = (): readonly string[] => [...COMMANDS.keys()];

function stringOf(value: Value | undefined): string | null | undefined {
  if (value === undefined) return undefined;
  return value.type === 'string' ? value.text : null;
}

const get: Command['run'] = (keys, [key]) => {
  const text = stringOf(keys.get(key!));
  if (text === null) return WRONG_TYPE;
  return text === undefined ? NIL : bulk(text);
};

/** SET key value [NX | XX] [GET] [EX s | PX ms | KEEPTTL] */
const set: Command['run'] = (keys, args, nowMs) => {
  const [key, text, ...options] = args;
  let untilMs = Infinity;
  let isOld = false;
  let mayBe: (isThere: boolean) => boolean = () => true;
  for (let i = 0; i < options.length; i++) {
    const option = options[i]!.toUpperCase();
    if (option === 'NX') mayBe = (isThere) => !isThere;
    else if (option === 'XX') mayBe = (isThere) => isThere;
    else if (option === 'GET') isOld = true;
    else if (option === 'KEEPTTL') untilMs = keys.untilMs(key!) ?? Infinity;
    else if ((option === 'EX' || option === 'PX') && i + 1 < options.length) {
      const time = wholeNumber(options[++i]!);
      if (time === undefined) return NO_INTEGER;
      if (time <= 0) return failure("ERR invalid expire time in 'set' command");
      untilMs = nowMs + time * (option === 'EX' ? 1000 : 1);
    } else return SYNTAX;
  }
  const old = isOld ? get(keys, [key!], nowMs) : NIL;
  if (old === WRONG_TYPE) return old;
  if (!mayBe(keys.get(key!) !== undefined)) return isOld ? old : NIL;
  keys.set(key!, { type: 'string', text: text! }, untilMs);
  return isOld ? old : OK;
};

function wholeNumber(text: string): number | undefined {
  return /^-?(0|[1-9]\d*)$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
}

function add(keys: Keyspace, key: string, by: number | undefined): Reply {
  const text = stringOf(keys.get(key));
  if (text === null) return WRONG_TYPE;
  const old = wholeNumber(text ?? '0');
  if (old === undefined || by === undefined) return NO_INTEGER;
  if (!Number.isSafeInteger(old + by)) return failure('ERR increment or decrement would overflow');
  keys.set(key, { type: 'string', text: String(old + by) }, keys.untilMs(key) ?? Infinity);
  return integer(old + by);
}

/** The list at a key, made when asked for; null for a value of another type. */
function listOf(keys: Keyspace, key: string, isMade: boolean): string[] | null | undefined {
  const value = keys.get(key);
  if (value !== undefined) return value.type === 'list' ? value.items : null;
  if (!isMade) return undefined;
  const items: string[] = [];
  keys.set(key, { type: 'list', items });
  return items;
}

function push(atHead: boolean): Command {
  return {
    arity: -3,
    run: (keys, [key, ...texts]) => {
      const items = listOf(keys, key!, true);
      if (!items) return WRONG_TYPE;
      for (const text of texts)
        if (atHead) items.unshift(text);
        else items.push(text);
      return integer(items.length);
    },
  };
}

function pop(atHead: boolean): Command {
  return {
    arity: 2,
    run: (keys, [key]) => {
      const items = listOf(keys, key!, false);
      if (items === undefined) return NIL;
      if (items === null) return WRONG_TYPE;
      const text = atHead ? items.shift() : items.pop();
      if (items.length === 0) keys.delete(key!);
      return text === undefined ? NIL : bulk(text);
    },
  };
}

function hashOf(keys: Keyspace, key: string, isMade: boolean): Map<string, string> | null | undefined {
  const value = keys.get(key);
  if (value !== undefined) return value.type === 'hash' ? value.fields : null;
  if (!isMade) return undefined;
  const fields = new Map<string, string>();
  keys.set(key, { type: 'hash', fields });
  return fields;
}

function setOf(keys: Keyspace, key: string, isMade: boolean): Set<string> | null | undefined {
  const value = keys.get(key);
  if (value !== undefined) return value.type === 'set' ? value.members : null;
  if (!isMade) return undefined;
  const members = new Set<string>();
  keys.set(key, { type: 'set', members });
  return members;
}

const lrange: Command['run'] = (keys, [key, first, last]) => {
  const items = listOf(keys, key!, false);
  const [from, to] = [wholeNumber(first!), wholeNumber(last!)];
  if (from === undefined || to === undefined) return NO_INTEGER;
  if (items === null) return WRONG_TYPE;
  if (items === undefined) return array([]);
  const at = (index: number): number => (index < 0 ? Math.max(items.length + index, 0) : index);
  const end = to < 0 ? items.length + to : to;
  return array(items.slice(at(from), end + 1).map(bulk));
};

const hset: Command['run'] = (keys, [key, ...pairs]) => {
  if (pairs.length % 2 === 1) return failure("ERR wrong number of arguments for 'hset' command");
  const fields = hashOf(keys, key!, true);
  if (!fields) return WRONG_TYPE;
  const before = fields.size;
  for (let i = 0; i < pairs.length; i += 2) fields.set(pairs[i]!, pairs[i + 1]!);
  return integer(fields.size - before);
};

const expire =
  (msPerUnit: number): Command['run'] =>
  (keys, [key, time], nowMs) => {
    const value = wholeNumber(time!);
    if (value === undefined) return NO_INTEGER;
    return integer(keys.expireAt(key!, nowMs + value * msPerUnit) ? 1 : 0);
  };

const ttl =
  (msPerUnit: number): Command['run'] =>
  (keys, [key], nowMs) => {
    const untilMs = keys.untilMs(key!);
    if (untilMs === undefined) return integer(-2);
    return integer(untilMs === Infinity ? -1 : Math.round((untilMs - nowMs) / msPerUnit));
  };

/** Whether a glob of Redis fits; sets in brackets are those of regular expressions. */
function globTest(pattern: string): (key: string) => boolean {
  const source = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const regex = new RegExp(`^${source}$`, 's');
  return (key) => regex.test(key);
}

const count = (list: readonly string[], isOne: (each: string) => boolean): Reply => integer(list.filter(isOne).length);

const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['get', { arity: 2, run: get }],
  ['set', { arity: -3, run: set }],
  ['setnx', { arity: 3, run: (keys, [key, text], now) => integer(set(keys, [key!, text!, 'NX'], now) === OK ? 1 : 0) }],
  ['setex', { arity: 4, run: (keys, [key, time, text], now) => set(keys, [key!, text!, 'EX', time!], now) }],
  ['getset', { arity: 3, run: (keys, [key, text], now) => set(keys, [key!, text!, 'GET'], now) }],
  ['mget', { arity: -2, run: (keys, args) => array(args.map((key) => bulkOrNil(stringOf(keys.get(key))))) }],
  ['mset', { arity: -3, run: mset }],
  ['incr', { arity: 2, run: (keys, [key]) => add(keys, key!, 1) }],
  ['decr', { arity: 2, run: (keys, [key]) => add(keys, key!, -1) }],
  ['incrby', { arity: 3, run: (keys, [key, by]) => add(keys, key!, wholeNumber(by!)) }],
  ['decrby', { arity: 3, run: (keys, [key, by]) => add(keys, key!, negative(wholeNumber(by!))) }],
  ['append', { arity: 3, run: append }],
  ['strlen', { arity: 2, run: (keys, [key]) => lengthOrWrong(stringOf(keys.get(key!))) }],
  ['del', { arity: -2, run: (keys, args) => count(args, (key) => keys.delete(key)) }],
  ['unlink', { arity: -2, run: (keys, args) => count(args, (key) => keys.delete(key)) }],
  ['exists', { arity: -2, run: (keys, args) => count(args, (key) => keys.get(key) !== undefined) }],
  ['type', { arity: 2, run: (keys, [key]) => status(keys.get(key!)?.type ?? 'none') }],
  ['keys', { arity: 2, run: (keys, [pattern]) => array(keys.keys().filter(globTest(pattern!)).map(bulk)) }],
  ['dbsize', { arity: 1, run: (keys) => integer(keys.keys().length) }],
  ['flushdb', { arity: -1, run: flush }],
  ['flushall', { arity: -1, run: flush }],
  ['expire', { arity: -3, run: expire(1000) }],
  ['pexpire', { arity: -3, run: expire(1) }],
  ['ttl', { arity: 2, run: ttl(1000) }],
  ['pttl', { arity: 2, run: ttl(1) }],
  ['persist', { arity: 2, run: persist }],
  ['lpush', push(true)],
  ['rpush', push(false)],
  ['lpop', pop(true)],
  ['rpop', pop(false)],
  ['llen', { arity: 2, run: (keys, [key]) => lengthOrWrong(listOf(keys, key!, false)) }],
  ['lrange', { arity: 4, run: lrange }],
  ['hset', { arity: -4, run: hset }],
  ['hget', { arity: 3, run: (keys, [key, field]) => bulkOrWrong(hashOf(keys, key!, false), (map) => map.get(field!)) }],
  ['hgetall', { arity: 2, run: (keys, [key]) => listOrWrong(hashOf(keys, key!, false), (map) => [...map].flat()) }],
  ['hlen', { arity: 2, run: (keys, [key]) => sizeOrWrong(hashOf(keys, key!, false)) }],
  ['hdel', { arity: -3, run: (keys, [key, ...names]) => removed(keys, key!, hashOf(keys, key!, false), names) }],
  ['sadd', { arity: -3, run: sadd }],
  ['srem', { arity: -3, run: (keys, [key, ...names]) => removed(keys, key!, setOf(keys, key!, false), names) }],
  ['smembers', { arity: 2, run: (keys, [key]) => listOrWrong(setOf(keys, key!, false), (all) => [...all]) }],
  ['scard', { arity: 2, run: (keys, [key]) => sizeOrWrong(setOf(keys, key!, false)) }],
]);

const negative = (value: number | undefined): number | undefined => (value === undefined ? undefined : -value);

const bulkOrNil = (text: string | null | undefined): Reply => (text === null || text === undefined ? NIL : bulk(text));

function lengthOrWrong(value: { readonly length: number } | string | null | undefined): Reply {
  return value === null ? WRONG_TYPE : integer(value?.length ?? 0);
}

function sizeOrWrong(value: { readonly size: number } | null | undefined): Reply {
  return value === null ? WRONG_TYPE : integer(value?.size ?? 0);
}

function listOrWrong<T>(value: T | null | undefined, list: (value: T) => readonly string[]): Reply {
  if (value === null) return WRONG_TYPE;
  return array(value === undefined ? [] : list(value).map(bulk));
}

function bulkOrWrong<T>(value: T | null | undefined, text: (value: T) => string | undefined): Reply {
  if (value === null) return WRONG_TYPE;
  return bulkOrNil(value === undefined ? undefined : text(value));
}

interface Removable {
  readonly size: number;
  delete(name: string): boolean;
}

function removed(keys: Keyspace, key: string, from: Removable | null | undefined, names: readonly string[]): Reply {
  if (from === null) return WRONG_TYPE;
  const reply = count(names, (name) => from?.delete(name) === true);
  if (from?.size === 0) keys.delete(key);
  return reply;
}

function sadd(keys: Keyspace, [key, ...texts]: readonly string[]): Reply {
  const members = setOf(keys, key!, true);
  if (!members) return WRONG_TYPE;
  const before = members.size;
  for (const text of texts) members.add(text);
  return integer(members.size - before);
}

function append(keys: Keyspace, [key, more]: readonly string[]): Reply {
  const text = stringOf(keys.get(key!));
  if (text === null) return WRONG_TYPE;
  const joined = (text ?? '') + more!;
  keys.set(key!, { type: 'string', text: joined }, keys.untilMs(key!) ?? Infinity);
  return integer(joined.length);
}

function mset(keys: Keyspace, args: readonly string[]): Reply {
  if (args.length % 2 === 1) return failure("ERR wrong number of arguments for 'mset' command");
  for (let i = 0; i < args.length; i += 2) keys.set(args[i]!, { type: 'string', text: args[i + 1]! });
  return OK;
}

function flush(keys: Keyspace): Reply {
  keys.clear();
  return OK;
}

function persist(keys: Keyspace, [key]: readonly string[]): Reply {
  const untilMs = keys.untilMs(key!);
  if (untilMs === undefined || untilMs === Infinity) return integer(0);
  keys.expireAt(key!, Infinity);
  return integer(1);
}
