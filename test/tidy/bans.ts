/**
 * What would make a run depend on anything but its scenario and seed: clocks, chance, promises, timers, Node, and
 * mathematics whose last bit differs between machines. And what should never be left in any code.
 */
import ts from 'typescript';
import { importsOf } from './import-table.ts';
import type { Finding, Source, Tree } from './source.ts';
import { findingAt, isUnder, linesMatching, walk } from './source.ts';

/** The command line and terminals are where the real world begins. */
const REAL_WORLD = 'src/cli';

/** Globals by what to use instead. */
const BANNED_GLOBALS: Readonly<Record<string, string>> = {
  performance: 'virtual time',
  setTimeout: 'a timer of the scheduler',
  setInterval: 'a timer of the scheduler',
  setImmediate: 'a timer of the scheduler',
  queueMicrotask: 'a timer of the scheduler',
  Promise: 'a generator that yields a wait',
  console: 'the output of the process, or a result',
  process: 'what is handed in',
  Buffer: 'Uint8Array',
  crypto: 'the generator handed in',
  fetch: 'nothing: the emulator talks to no one',
  require: 'import',
  globalThis: 'imports',
  eval: 'code',
  Intl: 'text that is the same everywhere',
};

/** The language leaves their last bits to the implementation (ECMA-262, "function properties of the Math object"). */
const DRIFTING_MATH = new Set(
  (
    'acos acosh asin asinh atan atanh atan2 cbrt cos cosh exp expm1 ' +
    'hypot log log1p log10 log2 pow sin sinh tan tanh'
  ).split(' '),
);

/** They answer by the machine's time zone or language. */
const LOCAL_MEMBERS = new RegExp(
  '^(localeCompare|toLocale\\w*|toDateString|toTimeString|getTimezoneOffset' +
    '|[gs]et(Year|FullYear|Month|Date|Day|Hours|Minutes|Seconds))$',
);

/** Each with its reason. */
const EXCEPTIONS: Readonly<Record<string, readonly string[]>> = {
  // The package buffer-layout calls Buffer's own methods on what it is given.
  'src/wire/layout.ts': ['Buffer'],
};

/** What a file below the command line may import of Node: functions of their arguments, and nothing else. */
const NODE_MODULES: Readonly<Record<string, string>> = {
  'src/base/crypto.ts': 'node:crypto',
};

/** For all of `src` but the command line. */
export function checkVirtualOnly(sources: readonly Source[]): Finding[] {
  return sources
    .filter(({ path }) => isUnder(path, 'src') && !isUnder(path, REAL_WORLD))
    .flatMap((source) => {
      const declared = namesDeclaredIn(source);
      const findings = importsOf(source)
        .filter(({ specifier }) => specifier.startsWith('node:') && NODE_MODULES[source.path] !== specifier)
        .map(({ specifier, node }) => findingAt(source, node, `${specifier}; only ${REAL_WORLD} knows Node`));
      walk(source.ast, (node) => {
        const problem = problemOf(node, declared);
        if (problem === undefined || EXCEPTIONS[source.path]?.includes(node.getText(source.ast)) === true) return;
        findings.push(findingAt(source, node, problem));
      });
      return findings;
    });
}

/** For all code: work left undone, checks switched off, tests left out or singled out. */
export function checkNothingLeft(tree: Tree, sources: readonly Source[]): Finding[] {
  // Written so that this file does not find itself.
  const unfinished = /\b(TO[D]O|FIX[M]E|XX[X])\b/;
  const switchedOff = /eslint-disabl[e]|@ts-(ignor[e]|expect-erro[r]|nochec[k])|prettier-ignor[e]|c8 ignor[e]/;
  return [
    ...[...tree].flatMap(([path, text]) =>
      /\.(ts|js|mjs|sh|yaml|yml|md|json)$|^\.ci\//.test(path) && path !== 'package-lock.json'
        ? [
            ...linesMatching(path, text, unfinished, 'unfinished work'),
            ...linesMatching(path, text, switchedOff, 'a check switched off'),
          ]
        : [],
    ),
    ...sources.flatMap(checkFocus),
  ];
}

/** For all code: sorting without a comparator sorts numbers as texts. */
export function checkSorts(sources: readonly Source[]): Finding[] {
  return sources.flatMap((source) => {
    const findings: Finding[] = [];
    walk(source.ast, (node) => {
      const name = methodCalled(node);
      if ((name === 'sort' || name === 'toSorted') && (node as ts.CallExpression).arguments.length === 0) {
        findings.push(findingAt(source, node, `${name} without a comparator`));
      }
    });
    return findings;
  });
}

/** What mocha calls suites and tests; each has `.only` and `.skip`. */
const MOCHA_NAMES: ReadonlySet<string> = new Set(['describe', 'context', 'suite', 'it', 'specify', 'test']);

function checkFocus(source: Source): Finding[] {
  const findings: Finding[] = [];
  walk(source.ast, (node) => {
    const name = methodCalled(node);
    if (name !== 'only' && name !== 'skip') return;
    const { expression } = (node as ts.CallExpression).expression as ts.PropertyAccessExpression;
    // What a machine lacks is known only at run time: such a test skips itself, without a title, and says so.
    const call = node as ts.CallExpression;
    if (!MOCHA_NAMES.has(expression.getText(source.ast)) || call.arguments.length === 0) return;
    findings.push(findingAt(source, node, `${expression.getText(source.ast)}.${name}`));
  });
  return findings;
}

/** `name` of a call `something.name(…)`. */
function methodCalled(node: ts.Node): string | undefined {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined;
  return node.expression.name.text;
}

function problemOf(node: ts.Node, declared: ReadonlySet<string>): string | undefined {
  if (ts.isAwaitExpression(node)) return 'await; use a generator that yields a wait';
  if (ts.isForOfStatement(node) && node.awaitModifier !== undefined) return 'for await; use a generator';
  if (node.kind === ts.SyntaxKind.AsyncKeyword) return 'async; use a generator that yields a wait';
  if (ts.isPropertyAccessExpression(node) && LOCAL_MEMBERS.test(node.name.text)) {
    return `${node.name.text} depends on the machine's zone or language`;
  }
  if (!ts.isIdentifier(node) || !isReference(node) || declared.has(node.text)) return undefined;
  if (node.text === 'Math') return mathProblem(node);
  if (node.text === 'Date') return dateProblem(node);
  if (!Object.hasOwn(BANNED_GLOBALS, node.text)) return undefined;
  return `${node.text}; use ${BANNED_GLOBALS[node.text]}`;
}

function mathProblem(node: ts.Identifier): string | undefined {
  const { parent } = node;
  if (!ts.isPropertyAccessExpression(parent)) return 'Math without a name behind it';
  const name = parent.name.text;
  if (name === 'random') return 'Math.random; use the generator handed in';
  return DRIFTING_MATH.has(name) ? `Math.${name} differs between machines; use integers` : undefined;
}

/** A date made of one number of milliseconds is arithmetic; every other use reads the clock or the time zone. */
function dateProblem(node: ts.Identifier): string | undefined {
  const { parent } = node;
  if (ts.isNewExpression(parent) && parent.arguments?.length === 1) return undefined;
  if (ts.isPropertyAccessExpression(parent) && parent.name.text === 'UTC') return undefined;
  return 'Date that reads the clock; use virtual time';
}

/** Whether the identifier stands for a value or a type, and not for a member, a key or a name being declared. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isQualifiedName(parent)) return parent.left === node;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  if (ts.isBindingElement(parent)) return parent.initializer === node;
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent) || ts.isLabeledStatement(parent)) return false;
  return !('name' in parent && parent.name === node);
}

/** Names that the file declares anywhere; such a name is taken for the file's own throughout. */
function namesDeclaredIn(source: Source): Set<string> {
  const names = new Set<string>();
  walk(source.ast, (node) => {
    const isDeclaration =
      ts.isVariableDeclaration(node) ||
      ts.isParameter(node) ||
      ts.isBindingElement(node) ||
      ts.isFunctionDeclaration(node) ||
      ts.isClassDeclaration(node) ||
      ts.isInterfaceDeclaration(node) ||
      ts.isTypeAliasDeclaration(node) ||
      ts.isImportSpecifier(node) ||
      ts.isImportClause(node) ||
      ts.isNamespaceImport(node);
    if (isDeclaration && node.name !== undefined && ts.isIdentifier(node.name)) names.add(node.name.text);
  });
  return names;
}
