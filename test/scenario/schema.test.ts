import { strict as assert } from 'node:assert';
import { parse } from 'yaml';
import { ScenarioSchema, scenarioJsonSchema } from '../../src/scenario/schema.ts';
import { CONTRACT_EXAMPLE } from './contract-example.ts';

interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly pattern?: string;
  readonly required?: readonly string[];
}

function schema(): JsonSchema {
  return JSON.parse(JSON.stringify(scenarioJsonSchema())) as JsonSchema;
}

/** Every schema inside, with its path. */
function* parts(node: JsonSchema, path = ''): Generator<readonly [string, JsonSchema]> {
  yield [path, node];
  for (const [key, value] of Object.entries(node.properties ?? {})) yield* parts(value, `${path}.${key}`);
  if (typeof node.additionalProperties === 'object') yield* parts(node.additionalProperties, `${path}.*`);
  if (node.items !== undefined) yield* parts(node.items, `${path}[]`);
  for (const branch of node.anyOf ?? []) yield* parts(branch, path);
}

/** The paths of all keys in a value; `paths` of the schema decides where keys are names. */
function* keyPaths(value: unknown, paths: ReadonlySet<string>, path = ''): Generator<string> {
  if (Array.isArray(value)) for (const item of value) yield* keyPaths(item, paths, `${path}[]`);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      const next = paths.has(`${path}.*`) ? `${path}.*` : `${path}.${key}`;
      yield next;
      yield* keyPaths(inner, paths, next);
    }
  }
}

describe('the JSON Schema of a scenario', () => {
  it('is JSON of draft 7 with a title', () => {
    const { $schema, title, type, required } = schema() as JsonSchema & { $schema: string; title: string };
    assert.deepEqual(
      [$schema, title, type, required],
      ['http://json-schema.org/draft-07/schema#', 'Dockwire scenario', 'object', ['hosts']],
    );
  });

  it('describes every key', () => {
    const keys = [...parts(schema())].flatMap(([path, { properties }]) =>
      Object.entries(properties ?? {}).map(([key, value]) => [`${path}.${key}`, value.description] as const),
    );
    assert.ok(keys.length > 70);
    for (const [path, description] of keys) assert.match(description ?? '', /^[^]{5,}$/, path);
  });

  it('has every key of the example in the contract', () => {
    const paths = new Set([...parts(schema())].map(([path]) => path));
    const used = [...keyPaths(parse(CONTRACT_EXAMPLE), paths)];
    assert.ok(used.length > 60);
    for (const path of used) assert.ok(paths.has(path), path);
  });

  it('allows no other keys', () => {
    for (const [path, part] of parts(schema())) {
      if (part.properties !== undefined) assert.equal(part.additionalProperties, false, path);
    }
  });

  it('has patterns that compile and take what the contract writes', () => {
    const withPattern = [...parts(schema())].filter(([, part]) => part.pattern !== undefined);
    for (const [, { pattern }] of withPattern) assert.doesNotThrow(() => new RegExp(pattern!, 'u'));
    const byPath = new Map(withPattern);
    const takes = (path: string, text: string): void => {
      assert.match(text, new RegExp(byPath.get(path)!.pattern!, 'u'), path);
    };
    takes('.lans.*.rate', '1Gbit');
    takes('.linger', '50us');
    takes('.hosts.*.address', '192.168.50.11/24');
    takes('.hosts.*.mac', '52:54:00:00:50:0b');
  });

  it('is made of the schema that takes the example as a whole', () => {
    const result = ScenarioSchema.safeParse(parse(CONTRACT_EXAMPLE));
    assert.ok(result.success, result.error?.message);
  });
});
