/** The shape of the code: lengths, and what modules may look like. */
import ts from 'typescript';
import type { Finding, Source } from './source.ts';
import { findingAt, walk } from './source.ts';

const LONGEST_FUNCTION_LINES = 70;
const LONGEST_FILE_LINES = 600;
const WIDEST_COLUMNS = 120;
/** The one folder that is a package of its own to others. */
const EXPORTED_INDEX = 'src/pcap-writer/index.ts';
/** They hold tests, and are as long as there are tests. */
const SUITES = new Set(['describe', 'context', 'suite']);

export function checkLengths(sources: readonly Source[]): Finding[] {
  return sources.flatMap((source) => [
    ...fileLength(source),
    ...source.text.split('\n').flatMap((line, index) => {
      const columns = Array.from(line).length;
      const problem = `line of ${columns} columns; at most ${WIDEST_COLUMNS}`;
      return columns > WIDEST_COLUMNS ? [{ path: source.path, line: index + 1, problem }] : [];
    }),
    ...functionLengths(source),
  ]);
}

/** Every name is imported from where it is declared, and under the name it was given there. */
export function checkModules(sources: readonly Source[]): Finding[] {
  return sources.flatMap((source) => {
    const findings: Finding[] = [];
    if (source.path.endsWith('/index.ts') && source.path !== EXPORTED_INDEX) {
      findings.push({ path: source.path, line: 1, problem: 'an index file; import from where a name is declared' });
    }
    walk(source.ast, (node) => {
      if (isDefaultExport(node)) findings.push(findingAt(source, node, 'default export'));
      const isReExport = ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined;
      if (isReExport && source.path !== EXPORTED_INDEX) findings.push(findingAt(source, node, 're-export'));
    });
    return findings;
  });
}

function fileLength({ path, text }: Source): Finding[] {
  const lines = text.replace(/\n$/, '').split('\n').length;
  if (lines <= LONGEST_FILE_LINES) return [];
  return [{ path, line: 1, problem: `file of ${lines} lines; at most ${LONGEST_FILE_LINES}` }];
}

function functionLengths(source: Source): Finding[] {
  const findings: Finding[] = [];
  walk(source.ast, (node) => {
    if (!ts.isFunctionLike(node) || isSuite(node)) return;
    const { ast } = source;
    const first = ast.getLineAndCharacterOfPosition(node.getStart(ast)).line;
    const lines = ast.getLineAndCharacterOfPosition(node.end).line - first + 1;
    if (lines <= LONGEST_FUNCTION_LINES) return;
    findings.push(findingAt(source, node, `function of ${lines} lines; at most ${LONGEST_FUNCTION_LINES}`));
  });
  return findings;
}

function isSuite(node: ts.Node): boolean {
  const { parent } = node;
  return ts.isCallExpression(parent) && ts.isIdentifier(parent.expression) && SUITES.has(parent.expression.text);
}

function isDefaultExport(node: ts.Node): boolean {
  if (ts.isExportAssignment(node)) return true;
  if (ts.isExportSpecifier(node)) return node.name.text === 'default';
  return node.kind === ts.SyntaxKind.DefaultKeyword && ts.isStatement(node.parent);
}
