/**
 * Types of Go, as far as templates see them (package reflect): what a value is made of, what it is called in errors,
 * and which methods a template can call on it.
 */
import { assert } from '../../base/assert.ts';
import type { GoValue } from './go-value.ts';

export type IntKind = 'int' | 'int8' | 'int16' | 'int32' | 'int64';
export type UintKind = 'uint' | 'uint8' | 'uint16' | 'uint32' | 'uint64';
export type Kind =
  | IntKind
  | UintKind
  | 'bool'
  | 'float64'
  | 'complex128'
  | 'string'
  | 'slice'
  | 'array'
  | 'map'
  | 'struct'
  | 'ptr'
  | 'interface';

export interface GoField {
  readonly name: string;
  readonly type: GoType;
  /** Its fields and methods are this struct's, too. */
  readonly isEmbedded: boolean;
  readonly isExported: boolean;
  /** Its key in JSON. */
  readonly jsonName: string;
  readonly omitsEmpty: boolean;
}

/** A method with its receiver bound; what it gets are values of the types of `params`. */
export interface GoMethod {
  readonly params: readonly GoType[];
  /** How many results it has; templates can only call those of one. */
  readonly results?: number;
  readonly call: (receiver: GoValue, args: readonly (GoValue | undefined)[]) => GoValue | undefined;
}

export type GoMethods = Readonly<Record<string, GoMethod>>;

export interface GoType {
  readonly kind: Kind;
  /** As errors call it: `*types.ContainerState`, `map[string]string`. Types of one name are the same. */
  readonly name: string;
  /** Of a defined type, what it is made of: `[]string` of strslice.StrSlice. Else the name. */
  readonly underlying: string;
  /** Of slices, arrays, maps and pointers. */
  readonly elem?: GoType;
  /** Of maps; always a kind of string. */
  readonly key?: GoType;
  /** Of structs. */
  readonly fields?: readonly GoField[];
  readonly methods: GoMethods;
  /** How fmt shows it where it has a say: its String method. */
  readonly stringer?: (value: GoValue) => string;
  /** Its MarshalJSON method: JSON text. */
  readonly marshaler?: (value: GoValue) => string;
}

const NO_METHODS: GoMethods = {};

function basic(kind: Kind): GoType {
  return { kind, name: kind, underlying: kind, methods: NO_METHODS };
}

export const BOOL = basic('bool');
export const INT = basic('int');
export const INT64 = basic('int64');
export const UINT = basic('uint');
export const UINT8 = basic('uint8');
export const UINT16 = basic('uint16');
export const UINT32 = basic('uint32');
export const UINT64 = basic('uint64');
export const FLOAT64 = basic('float64');
export const COMPLEX128 = basic('complex128');
export const STRING = basic('string');
/** `interface {}`: holds anything. */
export const ANY: GoType = {
  kind: 'interface',
  name: 'interface {}',
  underlying: 'interface {}',
  methods: NO_METHODS,
};
/** Of parameters that take any value as it is, nothing included. */
export const REFLECT_VALUE: GoType = {
  kind: 'struct',
  name: 'reflect.Value',
  underlying: 'reflect.Value',
  methods: NO_METHODS,
};
export const EMPTY_STRUCT: GoType = {
  kind: 'struct',
  name: 'struct {}',
  underlying: 'struct {}',
  fields: [],
  methods: NO_METHODS,
};

const made = new Map<string, GoType>();

function unnamed(kind: Kind, name: string, parts: Pick<GoType, 'elem' | 'key'>): GoType {
  let type = made.get(name);
  if (type === undefined) made.set(name, (type = { kind, name, underlying: name, methods: NO_METHODS, ...parts }));
  return type;
}

export function sliceOf(elem: GoType): GoType {
  return unnamed('slice', `[]${elem.name}`, { elem });
}

export function arrayOf(length: number, elem: GoType): GoType {
  return unnamed('array', `[${length}]${elem.name}`, { elem });
}

/** Keys are strings of some kind here. */
export function mapOf(key: GoType, elem: GoType): GoType {
  assert(key.kind === 'string', 'the keys of a map are strings');
  return unnamed('map', `map[${key.name}]${elem.name}`, { key, elem });
}

/** Methods that are found on a pointer are those of what it points to. */
export function pointerTo(elem: GoType): GoType {
  return unnamed('ptr', `*${elem.name}`, { elem });
}

/** A field of a struct under its own name in JSON; what begins with a small letter is not for templates. */
export function goField(
  name: string,
  type: GoType,
  json: Partial<Pick<GoField, 'jsonName' | 'omitsEmpty'>> = {},
): GoField {
  const isExported = /^[A-Z]/.test(name);
  return {
    name,
    type,
    isEmbedded: false,
    isExported,
    jsonName: json.jsonName ?? name,
    omitsEmpty: json.omitsEmpty ?? false,
  };
}

/** A field without a name of its own: `*types.ContainerJSONBase`. */
export function embeddedField(type: GoType): GoField {
  const name = (type.kind === 'ptr' ? type.elem! : type).name.replace(/^.*\./, '');
  return { ...goField(name, type), isEmbedded: true };
}

export function structType(name: string, fields: readonly GoField[], more: Partial<GoType> = {}): GoType {
  return { kind: 'struct', name, underlying: name, fields, methods: NO_METHODS, ...more };
}

/** `type name of`: a type of its own that is made like another. */
export function definedType(name: string, like: GoType, more: Partial<GoType> = {}): GoType {
  return { ...like, name, underlying: like.underlying, methods: NO_METHODS, ...more };
}

/** Whether a value of a type can be handed over as one of another (reflect's AssignableTo). */
export function isAssignable(from: GoType, to: GoType): boolean {
  if (from.name === to.name) return true;
  if (to.kind === 'interface') return true;
  if (from.underlying !== to.underlying || !isComposite(from)) return false;
  return from.name === from.underlying || to.name === to.underlying;
}

/** The predeclared types are defined ones, so that only these have a nameless form. */
function isComposite(type: GoType): boolean {
  return type.kind === 'slice' || type.kind === 'map' || type.kind === 'array' || type.kind === 'ptr';
}

/** Whether nil is a value of the type. */
export function canBeNil(type: GoType): boolean {
  return ['interface', 'map', 'ptr', 'slice'].includes(type.kind) || type === REFLECT_VALUE;
}

/** The way to a field by name, through embedded structs: the shallowest counts. Undefined if there is none. */
export function fieldPath(type: GoType, name: string): readonly number[] | undefined {
  let level: { readonly type: GoType; readonly path: readonly number[] }[] = [{ type, path: [] }];
  while (level.length > 0) {
    const found = level.flatMap(({ type: struct, path }) => {
      const index = struct.fields!.findIndex((field) => field.name === name);
      return index < 0 ? [] : [[...path, index]];
    });
    if (found.length > 0) return found.length === 1 ? found[0] : undefined;
    level = level.flatMap(({ type: struct, path }) =>
      struct.fields!.flatMap((field, index) => {
        const inner = field.type.kind === 'ptr' ? field.type.elem! : field.type;
        return field.isEmbedded && inner.kind === 'struct' ? [{ type: inner, path: [...path, index] }] : [];
      }),
    );
  }
  return undefined;
}

export function isIntKind(kind: Kind): kind is IntKind {
  return kind.startsWith('int') && kind !== 'interface';
}

export function isUintKind(kind: Kind): kind is UintKind {
  return kind.startsWith('uint');
}
