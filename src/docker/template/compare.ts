/** eq, ne, lt, le, gt, ge of templates: what can be compared with what, and how. */
import { CallError } from './errors.ts';
import { sprintf } from './format.ts';
import type { GoArg } from './function.ts';
import type { GoType } from './go-type.ts';
import { canBeNil, isIntKind, isUintKind } from './go-type.ts';
import type { GoValue } from './go-value.ts';
import { complexData, listOf, stringValue, unwrap } from './go-value.ts';

type BasicKind = 'bool' | 'complex' | 'int' | 'uint' | 'float' | 'string';

function basicKind(value: GoArg): BasicKind | undefined {
  if (value === undefined) return undefined;
  const { kind } = value.type;
  if (isIntKind(kind)) return 'int';
  if (isUintKind(kind)) return 'uint';
  if (kind === 'float64') return 'float';
  if (kind === 'complex128') return 'complex';
  return kind === 'bool' || kind === 'string' ? kind : undefined;
}

const INCOMPATIBLE = 'incompatible types for comparison';
const INVALID = 'invalid type for comparison';

/** Whether the first equals any of the others. */
export function isEqualToAny(first: GoArg, others: readonly GoArg[]): boolean {
  if (others.length === 0) throw new CallError('missing argument for comparison');
  const left = unwrap(first);
  return others.some((other) => isEqual(left, unwrap(other)));
}

function isEqual(left: GoArg, right: GoArg): boolean {
  const [leftKind, rightKind] = [basicKind(left), basicKind(right)];
  if (leftKind === rightKind) return leftKind === undefined ? isSameThing(left, right) : isSameBasic(left!, right!);
  if (areIntegers(leftKind, rightKind)) return left!.data === right!.data;
  if (left !== undefined && right !== undefined) throw new CallError(INCOMPATIBLE);
  return false;
}

function areIntegers(left: BasicKind | undefined, right: BasicKind | undefined): boolean {
  return (left === 'int' || left === 'uint') && (right === 'int' || right === 'uint');
}

function isSameBasic(left: GoValue, right: GoValue): boolean {
  if (left.type.kind !== 'complex128') return left.data === right.data;
  const [one, other] = [complexData(left), complexData(right)];
  return one.re === other.re && one.im === other.im;
}

/** Structs, lists, maps, pointers and nothing at all. */
function isSameThing(left: GoArg, right: GoArg): boolean {
  if (left !== undefined && right !== undefined && left.type.kind !== right.type.kind) {
    const types = [left, typeName(left), typeName(right), right];
    throw new CallError(sprintf('non-comparable types %s: %v, %s: %v', types));
  }
  if (isNil(left) || isNil(right)) return isNil(left) === isNil(right);
  if (!isComparable(right!.type)) {
    throw new CallError(sprintf('non-comparable type %s: %v', [right, typeName(right!)]));
  }
  return isIdentical(left!, right!);
}

function typeName(value: GoValue): GoValue {
  return stringValue(value.type.name);
}

function isNil(value: GoArg): boolean {
  return value === undefined || (canBeNil(value.type) && value.data === null);
}

function isComparable(type: GoType): boolean {
  if (type.kind === 'slice' || type.kind === 'map') return false;
  if (type.kind === 'array') return isComparable(type.elem!);
  return type.kind !== 'struct' || type.fields!.every((field) => isComparable(field.type));
}

/** Go's `==` of two values in interfaces. */
function isIdentical(left: GoValue, right: GoValue): boolean {
  if (left.type.name !== right.type.name) return false;
  if (basicKind(left) !== undefined) return isSameBasic(left, right);
  if (left.type.kind === 'struct' || left.type.kind === 'array') {
    return listOf(left).every((item, i) => isIdentical(item, listOf(right)[i]!));
  }
  return left.data === right.data;
}

export function isLess(first: GoArg, second: GoArg): boolean {
  const [left, right] = [unwrap(first), unwrap(second)];
  const [leftKind, rightKind] = [basicKind(left), basicKind(right)];
  if (leftKind === undefined || rightKind === undefined) throw new CallError(INVALID);
  if (leftKind !== rightKind && !areIntegers(leftKind, rightKind)) throw new CallError(INCOMPATIBLE);
  if (leftKind === 'bool' || leftKind === 'complex') throw new CallError(INVALID);
  return left!.data! < right!.data!;
}
