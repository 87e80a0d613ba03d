/**
 * Shell programs for property tests: every construct of the grammar, each loop with an end, and nothing in them that a
 * real shell's own timing could change (only the last command of a pipe has effects, and it reads all it gets).
 */
import fc from 'fast-check';

type Text = fc.Arbitrary<string>;

const VARIABLES = ['a', 'b', 'c'];
const VALUES = ['x', 'y z', 'one two  three', 'p:q', 'f.tar.gz', '/d/e', '0', '7', '-3', '*', 'a*', ''];
const PATTERNS = ['*', 'x*', '?', '[a-y]', '*.*', '"*"', "'x'", '[!x]*', '*z', '$b', '"$a"'];

function join(separator: string, ...parts: Text[]): Text {
  return fc.tuple(...parts).map((texts) => texts.join(separator));
}

const variable = fc.constantFrom(...VARIABLES);
const number = fc.constantFrom('0', '1', '2', '7', '010', '0x1f', '$a', 'a', 'b', '$#', '$?');
const operator = fc.constantFrom('+', '-', '*', '/', '%', '<', '==', '&&', '||', '<<', '|', '&', '^', '>=');

/** Programs of about that depth. */
export function shellPrograms(depth: number): Text {
  return lists(depth).map((list) => `f() { echo f$#; }\na=x b='y z'\nset -- 1 'two words' ''\n${list}\n`);
}

function expressions(depth: number): Text {
  if (depth === 0) return number;
  const inner = expressions(depth - 1);
  return fc.oneof(
    number,
    join(' ', inner, operator, inner),
    inner.map((text) => `(${text})`),
    inner.map((text) => `!(${text})`),
    join('', variable, fc.constantFrom('=', '+=', '*='), number),
  );
}

function words(depth: number): Text {
  const plain = fc.oneof(
    fc.constantFrom('w', 'v1', '"q r"', "'s  t'", 'u"v"w', '~', '$@', '"$@"', '"$*"', '$*', '$?', '$#', '${#a}'),
    variable.map((name) => `$${name}`),
    variable.map((name) => `"$${name}"`),
    join('', fc.constant('pre"$'), variable, fc.constant('"post')),
  );
  if (depth === 0) return plain;
  const inner = words(depth - 1);
  return fc.oneof(
    { weight: 3, arbitrary: plain },
    fc
      .tuple(variable, fc.constantFrom(':-', '-', ':+', '+', ':='), inner, fc.boolean())
      .map(([name, op, word, isQuoted]) => (isQuoted ? `"\${${name}${op}${word}}"` : `\${${name}${op}${word}}`)),
    fc
      .tuple(variable, fc.constantFrom('#', '##', '%', '%%'), fc.constantFrom(...PATTERNS), fc.boolean())
      .map(([name, op, pattern, isQuoted]) => {
        const text = `\${${name}${op}${pattern}}`;
        return isQuoted && !pattern.includes('"') ? `"${text}"` : text;
      }),
    expressions(depth).map((text) => `$((${text}))`),
    lists(depth - 1).map((text) => `$( ${text}\n)`),
    lists(depth - 1).map((text) => `"$( ${text}\n)"`),
  );
}

function tests(depth: number): Text {
  const word = words(Math.min(depth, 1)).map((text) => (text.startsWith('"') ? text : `"${text.replaceAll('"', '')}"`));
  const plain = fc.oneof(
    join(' ', word, fc.constantFrom('=', '!='), word),
    join(' ', fc.constantFrom('-n', '-z', '-e', '-d', '-s'), word),
    join(
      ' ',
      fc.constantFrom('1', '7', '$#', '-3'),
      fc.constantFrom('-eq', '-ne', '-lt', '-ge'),
      fc.constantFrom('1', '$#'),
    ),
    word,
    join(' ', fc.constant('!'), word),
  );
  return plain.map((text) => `[ ${text} ]`);
}

function simple(depth: number): Text {
  const some = fc.array(words(depth), { minLength: 0, maxLength: 3 }).map((all) => all.join(' '));
  return fc.oneof(
    { weight: 4, arbitrary: some.map((text) => `echo ${text}`) },
    some.map((text) => `printf '[%s]' ${text}; echo`),
    some.map((text) => `printf '<%s|%s>' ${text}; echo`),
    join('=', variable, words(depth)),
    join(
      '=',
      variable,
      fc.constantFrom(...VALUES).map((text) => `'${text}'`),
    ),
    join('', join('=', variable, words(0)), fc.constant(' '), fc.constantFrom('f 1', 'true', 'eval \'echo "$a"\'')),
    some.map((text) => `f ${text}`),
    tests(depth),
    some.map((text) => `set -- ${text}`),
    fc.constantFrom('true', 'false', ':', 'shift 0', '(exit 3)', 'unset c', 'nosuch', 'echo $-', 'eval "b=$a"'),
    fc.constantFrom('echo err >&2', 'echo to >o', 'echo more >>o', 'cat <o 2>/dev/null', 'nosuch 2>&1', '>o'),
    fc.constantFrom('exit 4', 'set -e', 'set -u', 'readonly c', 'break', 'continue', 'return 2', 'return'),
  );
}

function compounds(depth: number): Text {
  const list = lists(depth - 1);
  // Loops in loops count with numbers of their own.
  const id = fc.constantFrom(depth * 10, depth * 10 + 1);
  return fc.oneof(
    fc.tuple(list, list).map(([condition, body]) => `if ${condition}\nthen ${body}\nfi`),
    fc.tuple(tests(1), list, list).map(([test, yes, no]) => `if ${test}; then ${yes}\nelse ${no}\nfi`),
    fc
      .tuple(variable, fc.array(words(depth - 1), { maxLength: 3 }), list)
      .map(([name, all, body]) => `for ${name} in ${all.join(' ')}; do ${body}\ndone`),
    fc.tuple(variable, list).map(([name, body]) => `for ${name}; do ${body}\ndone`),
    fc
      .tuple(id, fc.constantFrom('while [ $n -lt 3 ]', 'until [ $n -ge 2 ]'), list)
      .map(([i, head, body]) => `n${i}=0; ${head.replace('$n', `$n${i}`)}; do n${i}=$((n${i}+1)); ${body}\ndone`),
    fc
      .tuple(words(depth - 1), fc.constantFrom(...PATTERNS), list, list)
      .map(([word, pattern, first, second]) => `case ${word} in ${pattern}|y) ${first}\n;; *) ${second}\nesac`),
    list.map((body) => `{ ${body}\n}`),
    list.map((body) => `(${body}\n)`),
    list.map((body) => `g${depth}() { ${body}\n}; g${depth} z`),
    list.map((body) => `{ ${body}\n} 2>&1`),
    list.map((body) => `{ ${body}\n} >o${depth} 2>&1; cat o${depth}`),
    fc
      .tuple(words(depth - 1), list)
      .map(([word, body]) => `{ while read -r a b; do ${body}\ndone <<E\n1 ${word} 2\n$b\nE\n}`),
    words(depth - 1).map((word) => `{ cat <<'E'\n${word}\nE\n}`),
    words(depth - 1).map((word) => `{ cat <<-E\n\t${word} \\$a\n\tE\n}`),
  );
}

function commands(depth: number): Text {
  if (depth === 0) return simple(0);
  return fc.oneof({ weight: 2, arbitrary: simple(depth) }, { weight: 1, arbitrary: compounds(depth) });
}

function pipelines(depth: number): Text {
  const source = fc.constantFrom('echo "$a"', "printf '%s ' 1 '2 3' 4", 'echo $b', 'printf "$#"');
  const sink = fc.constantFrom('cat', 'while read -r a b; do echo "$b$a"; done', '{ read -r a; echo "<$a>"; cat; }');
  return fc.oneof(
    { weight: 6, arbitrary: commands(depth) },
    { weight: 1, arbitrary: commands(depth).map((text) => `! ${text}`) },
    { weight: 2, arbitrary: join(' | ', source, sink) },
    { weight: 1, arbitrary: join(' | ', source, fc.constant('cat'), sink) },
  );
}

function lists(depth: number): Text {
  const pipeline = pipelines(depth);
  const andOr = fc.oneof(
    { weight: 3, arbitrary: pipeline },
    { weight: 1, arbitrary: join(' && ', pipeline, pipeline) },
    { weight: 1, arbitrary: join(' || ', pipeline, pipeline) },
  );
  return fc.array(andOr, { minLength: 1, maxLength: 3 }).map((all) => all.join('\n'));
}
