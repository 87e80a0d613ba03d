/** What a name means at a place of a program: functions with what they saw where they were defined, and variables. */
import type { Filter } from './syntax.ts';
import type { JqValue } from './value.ts';

/** A function, or a program handed to one. */
export interface Closure {
  readonly parameters: readonly string[];
  readonly body: Filter;
  /** Null until it has been defined: a function sees itself. */
  scope: Scope;
}

/** A chain of bindings, the newest first. */
export class Scope {
  private readonly parent: Scope | null;
  private readonly key: string;
  private readonly bound: Closure | { readonly value: JqValue };

  private constructor(parent: Scope | null, key: string, bound: Scope['bound']) {
    this.parent = parent;
    this.key = key;
    this.bound = bound;
  }

  /** A scope in which nothing but these variables is known. */
  static of(variables: ReadonlyMap<string, JqValue>): Scope {
    let scope = new Scope(null, '', { value: null });
    for (const [name, value] of variables) scope = scope.withVariable(name, value);
    return scope;
  }

  withVariable(name: string, value: JqValue): Scope {
    return new Scope(this, `$${name}`, { value });
  }

  /** Binds a program of the caller's to a name. */
  withProgram(name: string, body: Filter, scope: Scope): Scope {
    return new Scope(this, `${name}/0`, { parameters: [], body, scope });
  }

  /** Binds a function that sees itself. */
  withFunction(name: string, parameters: readonly string[], body: Filter): Scope {
    const closure: Closure = { parameters, body, scope: this };
    const scope = new Scope(this, `${name}/${parameters.length}`, closure);
    closure.scope = scope;
    return scope;
  }

  /** The function of that name and number of arguments. */
  function(name: string, arity: number): Closure | undefined {
    const bound = this.find(`${name}/${arity}`);
    return bound === undefined || 'value' in bound ? undefined : bound;
  }

  /** The value of a variable; undefined if there is none. */
  variable(name: string): JqValue | undefined {
    const bound = this.find(`$${name}`);
    return bound === undefined || !('value' in bound) ? undefined : bound.value;
  }

  private find(key: string): Scope['bound'] | undefined {
    if (this.key === key) return this.bound;
    for (let scope = this.parent; scope !== null; scope = scope.parent) if (scope.key === key) return scope.bound;
    return undefined;
  }
}
