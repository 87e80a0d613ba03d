/** The functions of jq that are written in jq. */
import { parseDefinitions } from './parser.ts';
import type { Definition } from './syntax.ts';

const SOURCE = `
def map(f): [.[] | f];
def map_values(f): .[] |= f;
def select(f): if f then . else empty end;
def recurse(f; cond): recurse(f | select(cond));
def recurse_down: recurse;
def values: select(. != null);
def nulls: select(. == null);
def booleans: select(type == "boolean");
def numbers: select(type == "number");
def strings: select(type == "string");
def arrays: select(type == "array");
def objects: select(type == "object");
def iterables: select(type | . == "array" or . == "object");
def scalars: select(type | . != "array" and . != "object");
def in(xs): . as $x | xs | has($x);
def inside(xs): . as $x | xs | contains($x);
def first: .[0];
def last: .[-1];
def last(f): reduce f as $x (null; $x);
def nth($n): .[$n];
def nth($n; f): if $n < 0 then error("nth doesn't support negative indices") else last(limit($n + 1; f)) end;
def isempty(g): first((g | false), true);
def any(generator; condition): isempty(first(generator | condition | select(.))) | not;
def any(f): any(.[]; f);
def any: any(.);
def all(generator; condition): isempty(first(generator | condition | select(. | not)));
def all(f): all(.[]; f);
def all: all(.);
def to_entries: [keys_unsorted[] as $k | {key: $k, value: .[$k]}];
def from_entries: map({(.key // .name // .Name // .Key): (if has("value") then .value else .Value end)})
  | add + {} // {};
def with_entries(f): to_entries | map(f) | from_entries;
def del(f): delpaths([path(f)]);
def paths: path(..) | select(length > 0);
def paths(node_filter): . as $dot | paths | select(. as $p | $dot | getpath($p) | node_filter);
def leaf_paths: paths(scalars);
def sort_by(f): _sort_by(map([f]));
def group_by(f): _group_by(map([f]));
def unique: _unique_by(map([.]));
def unique_by(f): _unique_by(map([f]));
def min: _min_by(.);
def max: _max_by(.);
def min_by(f): _min_by(map([f]));
def max_by(f): _max_by(map([f]));
def reverse: [.[length - 1 - range(0; length)]];
def join($x): reduce .[] as $i (null;
  (if . == null then "" else . + $x end)
  + (if $i == null then "" elif $i | type | . == "boolean" or . == "number" then $i | tojson else $i end)) // "";
def flatten: _flatten(1e9);
def flatten($x): if $x < 0 then error("flatten depth must not be negative") else _flatten($x) end;
def index($i): indices($i) | .[0];
def rindex($i): indices($i) | .[-1:][0];
def inputs: def r: (try [input] catch if . == "break" then null else error(.) end) as $i
  | if $i == null then empty else $i[0], r end; r;
def combinations: if length == 0 then [] else .[0][] as $x | (.[1:] | combinations) as $w | [$x] + $w end;
def combinations(n): . as $dot | [range(n)] | map($dot) | combinations;
def walk(f): . as $in
  | if type == "object" then reduce keys_unsorted[] as $key ({}; . + {($key): ($in[$key] | walk(f))}) | f
    elif type == "array" then map(walk(f)) | f else f end;
def transpose: if . == [] then [] else . as $in | (map(length) | max) as $max
  | [range(0; $max) as $j | [range(0; $in | length) as $i | $in[$i][$j]]] end;
def match(re; mode): _match(re; mode; false) | .[];
def match($val): ($val | type) as $vt
  | if $vt == "string" then match($val; null)
    elif $vt == "array" and ($val | length) > 1 then match($val[0]; $val[1])
    elif $vt == "array" and ($val | length) > 0 then match($val[0]; null)
    else error($vt + " not a string or array") end;
def test(re; mode): _match(re; mode; true);
def test($val): ($val | type) as $vt
  | if $vt == "string" then test($val; null)
    elif $vt == "array" and ($val | length) > 1 then test($val[0]; $val[1])
    elif $vt == "array" and ($val | length) > 0 then test($val[0]; null)
    else error($vt + " not a string or array") end;
def _captured: [.captures | .[] | select(.name != null) | {key: .name, value: .string}] | from_entries;
def capture(re; mods): match(re; mods) | _captured;
def capture($val): match($val) | _captured;
def scan(re): match(re; "g")
  | if (.captures | length) > 0 then [.captures | .[] | .string] else .string end;
def split($re; flags): . as $s
  | [foreach (match($re; flags + "g") | [.offset, .length], null) as $m
      ([0, null]; if $m == null then [.[0], $s[.[0]:]] else [$m[0] + $m[1], $s[.[0]:$m[0]]] end; .[1])];
def splits($re; flags): split($re; flags) | .[];
def splits($re): splits($re; null);
def sub(re; f; flags): . as $in
  | [match(re; flags)] as $found
  | reduce $found[] as $m ({at: 0, text: ""};
      .text += $in[.at:$m.offset] + ($m | _captured | f) | .at = $m.offset + $m.length)
  | .text + $in[.at:];
def sub(re; f): sub(re; f; "");
def gsub(re; f; flags): sub(re; f; flags + "g");
def gsub(re; f): sub(re; f; "g");
def IN(s): any(s == .; .);
def IN(src; s): any(src == s; .);
def INDEX(stream; f): reduce stream as $row ({}; .[$row | f | tostring] |= $row);
def INDEX(f): INDEX(.[]; f);
def tostream: path(def r: (.[]? | r), .; r) as $p
  | getpath($p) | reduce path(.[]?) as $q ([$p, .]; [$p + $q]);
`;

let parsed: readonly Definition[] | null = null;

/** In the order in which they see each other. */
export function libraryDefinitions(): readonly Definition[] {
  parsed ??= parseDefinitions(SOURCE);
  return parsed;
}

/** What jq 1.6 has and Dockwire lacks, by name. */
export const LACKING: ReadonlySet<string> = new Set(
  (
    'acos acosh asin asinh atan atan2 atanh bsearch builtins cbrt copysign cos cosh date dateadd datesub drem exp ' +
    'exp10 exp2 expm1 fdim fmax fmin fmod frexp fromdate fromdateiso8601 fromstream gamma get_search_list ' +
    'gmtime j0 j1 ldexp lgamma lgamma_r localtime log log10 log1p log2 logb ' +
    'mktime modf modulemeta nearbyint nextafter nexttoward rint scalb scalbln significand sin sinh ' +
    'strflocaltime strftime strptime tan tanh tgamma todate todateiso8601 truncate_stream y0 y1'
  ).split(' '),
);
