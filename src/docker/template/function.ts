/** What a function of templates is: its parameters' types, which the execution checks, and what it does. */
import type { GoType } from './go-type.ts';
import { REFLECT_VALUE } from './go-type.ts';
import type { GoValue } from './go-value.ts';

export type GoArg = GoValue | undefined;

export interface TemplateFunction {
  /** The last one's type holds for all further arguments if it is variadic. */
  readonly params: readonly GoType[];
  readonly isVariadic: boolean;
  /** How many results it has; more than one cannot be had. */
  readonly results?: number;
  /** `and` and `or` do not look at arguments behind the one that decides: true for `or`, false for `and`. */
  readonly decidesOn?: boolean;
  /** Throws a CallError. */
  readonly call: (args: readonly GoArg[]) => GoArg;
}

export type FunctionTable = Readonly<Record<string, TemplateFunction>>;

/** A function of a fixed number of parameters. */
export function fixed(params: readonly GoType[], call: TemplateFunction['call']): TemplateFunction {
  return { params, isVariadic: false, call };
}

/** A function whose last parameter can come any number of times, or not at all. */
export function variadic(params: readonly GoType[], call: TemplateFunction['call']): TemplateFunction {
  return { params, isVariadic: true, call };
}

/** Functions of `count` arguments of whatever type. */
export function ofAnything(count: number, call: TemplateFunction['call']): TemplateFunction {
  return fixed(
    Array.from({ length: count }, () => REFLECT_VALUE),
    call,
  );
}

/** The same with any number of further ones. */
export function ofAnythings(call: TemplateFunction['call']): TemplateFunction {
  return variadic([REFLECT_VALUE, REFLECT_VALUE], call);
}
