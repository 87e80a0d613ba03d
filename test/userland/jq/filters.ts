/** Programs that jq.test.ts compares with the real jq, one a line, without input. */
export const FILTERS: readonly string[] = String.raw`
[1,2]-[2]
{a:1}*{a:{b:2}}
"a"*3
"a"*0
"a,b"/","
10%3
[5,0]|.[0]%.[1]
-5%3
5.9%3.2
[.[]?]
"x"|tonumber
"12"|tonumber
[1]|tostring
{}|tonumber
[3,1,2]|sort
{}|sort
[{"a":2},{"a":1}]|sort_by(.a)
[1,1,2]|unique
[1,[2]]|add
[]|add
["a","b"]|join("-")
[1,null,"x",true]|join(",")
[[1]]|join(",")
"a-b"|split("-")
1|split("-")
"abc"|test("B";"i")
"abc"|test("(")
"abc"|startswith("a")
1|startswith("a")
"foobar"|contains("bar")
{"a":[1,2,3]}|contains({a:[1]})
1|contains("a")
[1,2]|first, last
[]|first
first(range(10))
[true,false]|any,all
"\(1+2) \("x")"
{a:1}|to_entries
[{"key":"a","value":1}]|from_entries
{a:1}|with_entries(.value+=1)
{a:1}|has("a"),has("b")
[1]|has(0)
{a:1}|has(0)
1|keys
null|length, (true|length)
-5|length
[1,2,3]|map(select(.>1))
[.[]?,1]|type
try error("x") catch .
error("x")
error({a:1})
error(null)
{a:{b:1}}|del(.a.b)
{a:1}|.b=2|.a|=.+1
[1,2]|.[1]=5
if true then 1 else 2 end
if null then 1 end
if false then 1 elif true then 3 else 2 end
reduce range(5) as $i (0;.+$i)
[foreach range(3) as $i (0;.+$i;[$i,.])]
def f(x): x+1; f(2)
[limit(3;range(10))]
[range(0;10;3)]
{"a":1} as {a:$x} | $x
[paths]
{"a":[1]}|[paths]
{"a":[1]}|[..]
"abc"|.[1:2]
"abc"|ascii_upcase
"a b"|@uri,@html,@sh,@base64,@json,@text,@csv
[1,"a\"b"]|@csv,@tsv
"YQ=="|@base64d
"x"|ltrimstr("x")
[1,2,3]|index(2)
"abcb"|indices("b")
[3,1]|min,max
now|type
1e3
"a"<"b"
[]<{}
null==false
{a:1}=={a:1.0}
1 as $x | [$x,$x+1]
.. 
{(1|tostring):2}
{"a b":1}|."a b"
{a:(1,2)}
{"x":1}|{x}
$__loc__
"\u00e9"|length,utf8bytelength
input
[splits("a")]
"a1b2"|gsub("[0-9]";"x")
"aXbX"|sub("X";"-")
"ab"|explode|implode
[1,[2,[3]]]|flatten
{a:null}|.a//"d"
empty//1
false//empty
group_by(1)
[{"a":1,"b":2},{"a":1,"b":3}]|group_by(.a)
[1,2]|tojson
"[1]"|fromjson
"{"|fromjson
ltrimstr(1)
[1,2]|combinations
env|type
$ENV|type
[1,2][0]
1,2|.+1
isvalid(1)
"x" as [$a] | $a
label $f | 1, break $f, 2
[1,2]|walk(if type=="number" then .+1 else . end)
input_line_number
[.]|transpose
splits
tojson
1|floor,sqrt
pow(2;3)
infinite,-infinite,nan
[nan]|sort
getpath(["a","b"])
"bye"|halt_error(1)
ltrimstr("a")|not
{} | .["a","b"]
.[1,2]
"abc"|.[0]
{a:1}|map_values(.+1)
{a:1}|map(.+1)
until(.>3;(.//0)+1)
[recurse(if . == null then 1 else empty end)]
tostream
input_filename
"1 2"|split(" ")|map(tonumber)|add
"abcabc"|[match("b";"g").offset]
"abc"|capture("(?<x>b)")
[1,2,3]|.[1:]|length
"test"|ltrimstr("te")|rtrimstr("t")
inside([1])
range(1;3)
limit(0;1)
nth(1;range(5))
isempty(empty)
error
env.HOME
{a:(1,2),b:(3,4)}
"\(1,2) \(3,4)"
[(1,2)+(10,20)]
reduce (1,2) as $x (0; empty)
reduce range(3) as $x (0,10; .+$x)
[.[(0,1)]?]
path(1)
path(1|.a)
path(.a[1:2].b?)
foo,bar
[1,2]|.[1.7]
null|.[1]=3
[1]|.[-3]=1
{} | .[0]=1
{a:1}|.a.b=1
{a:1}|.a.b|=1
{a:1}|to_entries|map("\(.key)=\(.value)")|join(" ")
[1,2,3] | .[1:]=[9]
[1,2,3]|del(.[0,2])
[1,2,3]|del(.[0:2])
"x"|del(.a)
try (1/0) catch .
{a:1}|.b
{a:1}|.["b"]?
1|.a?
[1]|.["a"]
null|.a.b.c,.[3],.[1:2]
"abc"|.[1:]
true|.[0:1]
{}|.[0:1]
[1]|.[{}]
1|.[]
"a"|.[]
"a"|add
{a:1,b:2}|add
{"a":3}|length
[1,2]-1
{}-{}
{}*2
[]/[]
"a"%1
1*"ab"
4 / 0
[1,0]|.[0]/.[1]
-1 % 3
[.[]?]|first
first(empty)
[limit(0;1,2)]
[1,2]|nth(5)
[nth(-1;1)]
any(1,2;.>1)
[]|all
[[1,2],[3]]|flatten(1)
[1]|flatten(-1)
"abc"|test("a.c";"x")
"aXb"|[scan("[A-Z]")]
"test"|match("t")
"xay"|sub("(?<l>a)";"<\(.l)>")
"a,b"|split(", *";null)
{a:[1,{b:2}]}|[leaf_paths]
[3,1,2]|sort_by(-.)
[{a:1,b:1},{a:1,b:2}]|unique_by(.a)
[{a:1},{a:2}]|max_by(.a),min_by(.a)
[]|max
"abc"|index("c"),rindex("x")
[1,2,1]|indices(1),indices([1,2])
"a"|ltrimstr(1)
@json "x\([1])"
@sh "echo \("a b" , 1)"
[1,"a b"]|@sh
{}|@sh
"<&>\""|@html
"ü/?"|@uri
[null,true,1.5,"x\ty"]|@tsv
[{}]|@csv
$ENV.HOME
splits("x")
[1,[2]]|tostream
halt
{a:1}|halt_error
"x\n"|halt_error
1|error
error("a\nb")
"abc" | ascii_downcase | explode
[65]|implode
range(0;1;0.3)
[range(5;0;-2)]
[1.0,1.10,1e2]|tojson
infinite|tostring
"nan"|tonumber
nan<nan
[nan,1]|min
{} == {}
[1,2]|contains([1])
"a" as $x|"b" as $x|$x
def f: def g: 3; g; f
def f($a;$b): $a+$b; f(1,2;10,20)
def f(g): [g,g]; f(1,2)
[recurse(.[]?)]
[[1]]|[recurse]
recurse_down
[1,[2]]|getpath([1,0])
{a:1}|getpath(["a","b"])
setpath(["a",0];1)
{a:1,b:2}|delpaths([["a"]])
{a:1}|with_entries(.key|=ascii_upcase)
[{name:"a",value:1},{k:"b",v:2}]|from_entries
[{name:"a",value:1},{key:null,value:2},{key:false},{key:1,value:false}]|from_entries
{a:{b:1}}|[paths(type=="number")]
if 1,null then "a" else "b" end
[true,false|not]
1,2|select(.>1)
@foo
.a.[0]
. as [$a,{b:$c}]|[$a,$c]
{"a":1}|{"x":.a,"y\(1)":2,@base64 "z":3,(.a|tostring):4}
{a:1} | {a:.a|1}
{a:1 + 1}
{if:1}
.and
{"a":1,}
[1,]
.a..b
1 2
"abc
'a'
.[0
def f: 1;
-1
-(1,2)
- "a"
1 - 1
1 -1
.a-1
1|-.
"\u00e9\n\t\"\\\/"
ltrimstr("a";1)
..a
..|.a?
?
.a?.b?
try error catch .
.a?//1
1 as [$a]|2
[[1,2]]|.[] as [$a,$b]|$a+$b
debug
1|debug
stderr
1,2|tostring
limit(3;repeat(1))
[.[]?|1]
[while(.<3;(.//0)+1)]
[1|while(.<5;.+1)]
1|until(.>5;.*2)
combinations
[[1,2],[3,4]]|[combinations]
[0,1]|[combinations(2)]
walk(.)
[[1,2],[3]]|transpose
in({})
"a"|in({"a":1})
[1]|inside([1,2])
ascii_downcase
1|explode
1|ltrimstr("a")
1|test("a")
[1]|join(1)
["a"]|implode
min_by(.a)
1.5|floor,ceil,round,fabs
9|sqrt
getpath(1)
@text "a\(1)b"
"1"+1
null+1,1+null
{a:1}+{b:2}
isnan
infinite|isinfinite
not
utf8bytelength
error(1;2)
tojson|fromjson
"[1,2"|fromjson
input|1
$__prog_args
getpath(["a",0,"b"])|=5
.[2]=1
.a += 1
.a //= 3|.a //= 4
{a:[1,2]}|.a[]+=1
{a:[1,2]}|(.a[]|select(.>1))|=empty
[1,2,3]|(.[]|select(.==2))=9
.a=(1,2)
.a|=(1,2)
.a+=(1,2)
[1,1/3,1e17,1e18,1e-5,1e-7,123456789012,0.1+0.2,3.0,1e1000,-0]
[0.0001,0.00001,123456789.123,1e15,1e16,123456789012345678,1.5e300,-2.5e-10]
[.[]
{a
if 1 then 2
(1
1)
1 +
def
. as x
$
.a = = 1
1 == 2 == 3
reduce
&
.[]]
@
and
.a | | .b
.foo bar
"a" "b"
.a $x
then
"\(1;2)"
.a | foo(1)
[1,[2],{"b":1,"a":null}]|tojson
{"b":1,"a":2}|keys,keys_unsorted,.[]
{"b":1,"a":2}|to_entries[]|"\(.key) \(.value)"
[3,"a",null,{},[],true,false,1.5]|sort
[[2,1],[1,2],[1]]|sort,min,max
[{"a":{"b":2}},{"a":{"b":1}}]|sort_by(.a.b)|.[0].a
"a\tb\u0001\u007f\ud83d\ude00"
{"a":[1,2,{"b":3}]}|.a[2].b,.a[-1],.a[:1],.a[1:]
{"a":[1,2]}|.a as [$x,$y]|{$x,$y}
[1,2,3]|.[1:]|=map(.*2)
{"x":{"y":1}}|.x.y|=.+1|.x.z=3
[1,null,2]|map(values)
[1,"a",null]|map(numbers),map(strings),map(nulls),map(scalars)
"abc"|ascii_upcase|ascii_downcase|length
"a b c"|split(" ")|reverse|join(",")
[1,2]|reverse
"abc"|reverse
"aab"|gsub("a";"b"),sub("a";"b"),[match("a";"g").offset]
"aAbB"|gsub("(?<x>[A-Z])";"<\(.x)>")
"foo bar"|capture("(?<a>\\w+) (?<b>\\w+)")
"x=1,y=2"|[scan("(\\w)=(\\d)")]
"test"|test("T";"i"),test("T")
"abc"|test(["B","i"])
"ab"|[match("";"g").offset]
"10.0.0.1/24"|split("/")|.[0]|split(".")|map(tonumber)|add
[.]|flatten
[[[1]],2]|flatten(1)
{"a":1}|has("a") and (.a==1) or false
true and (true,false)
(true,false) or (true,false)
1 and null
[false,1]|any,all
[]|any
[1,2,3]|any(.>2),all(.>0)
{} | .a.b.c=1
null|[.[]?]
try error({"a":1}) catch .a
try (null|error) catch "caught"
[.[]?,(try error("x") catch .)]
.a.b.c?
(1,2) as $x | $x*2
[range(3)] as [$a,$b] | $a+$b
def fac: if . <= 1 then 1 else . * (. - 1 | fac) end; 10|fac
def f(x): reduce x as $i (0; . + $i); f(1,2,3)
[limit(5; repeat(1))]|length
[1,2,3] | IN(2)
ascii
"x" | ascii(1)
[{"a":1},{"b":2}]|add
["x",1]|tojson|fromjson
"1,2"|split(",")|map(tonumber)
@base64 "a\("b")c"
[1,2]|@json,@text
"a'b"|@sh
"%"|@uri
{"a":"x"}|"\(.)"
"\("a" + "b")\(1)"
[.[]?]//"d"
(empty,null,2)//3
[false,null]|.[]//4
first(1,2,3),last(1,2,3),nth(1;1,2,3)
[paths(type == "number")]
{"a":[{"b":1},{"b":2}]}|[.a[].b],[.a[]|select(.b==2)],(.a|map(.b)|add)
{"a":[{"b":1},{"b":2}]}|del(.a[]|select(.b==1))
{"a":1,"b":2}|del(.a,.b),del(.c)
[1,2,3,4]|del(.[1,2]),del(.[-1])
{"a":1}|to_entries|from_entries
{"a":1,"b":null}|with_entries(select(.value))
[[1,"a"],[2,"b"]]|map({(.[1]):.[0]})|add
{"a":{"b":{"c":1}}}|[leaf_paths|join(".")]
[{"n":"a","v":1},{"n":"b","v":2}]|map({key:.n,value:.v})|from_entries
[{"n":"a"},{"n":"b"}]|map(.n)|index("b")
[1,2]|contains([3]),inside([1,2,3])
"foo"|ltrimstr("f"),rtrimstr("o"),ltrimstr("x")
[1,[2,3]]|tojson|length
{"a":[1,2]}|tojson
[1,2,3]|length as $n|add/$n
"a" * 2 + "b"
1 + 2 * 3 - 4 / 2 % 3
[1,2,3] - [2] + [4]
{"a":1} + {"a":2,"b":3}
{"a":{"x":1}} * {"a":{"y":2}}
[10 / 4, 10 % 4, -7 % 3]
`
  .trim()
  .split('\n');
