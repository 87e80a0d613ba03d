import assert from 'node:assert/strict';
import { askOurShell, askRealShell, needShell } from './sh/real-shells.ts';

const TEXTS: readonly string[] = [
  'mkdir a; mkdir a; mkdir b/c; mkdir -p b/c; mkdir -p b/c; mkdir; mkdir -v d; echo $?; ' +
    '[ -d b/c ] && cd b/c && cd ../..; ls',
  'touch nosuch/x; touch; touch t; ls; echo a > t; touch t; cat t; touch -c u; ls',
  'rm nosuch; echo $?; rm -f nosuch; echo $?; mkdir a; rm a; rm; rm -f; echo > f; rm f; ls; rm -rf a; ls',
  'mkdir -p b/c; rmdir b; rmdir b/c; rmdir b; touch t; rmdir t; rmdir; rmdir nosuch; ls',
  'mkdir -p b/c; touch b/x t; rm -rv b/x t; ls b; rm -r b; ls',
  'ls nosuch; echo $?; mkdir a d; touch a/x t u; ls a; ls; ls -1 a d; ls t u; ls t a; ls -a a; ls -d a t',
  'cp nosuch x; cp t; cp; mv nosuch x; mv; mv t; echo 1 > t; cp t t2; mv t2 a; ls; cat a; mkdir d; ' +
    'cp t a d; ls d; mv t d/t9; ls d; ls',
  'mkdir a; echo x > t; cp t t u; cp a b; mv t a; ls; ls a; echo y > a/z; cat a/*; for f in a/*; do echo $f; done',
  'mkdir x; echo a > x/f; echo b > x/../g; cat g; rm x/f; ls x; echo z > x/f; cat x/f',
  'mktemp | cut -c1-9; d=$(mktemp -d); [ -d $d ]; echo $?; rm -r $d; [ -d $d ]; echo $?; mktemp aXX; ' +
    't=$(mktemp /tmp/q.XXXX); [ -e $t ]; echo $?; rm $t',
];

describe('userland/file-tools:', () => {
  for (const text of TEXTS) {
    it(`answer as the real ones: ${text}`, function () {
      needShell(this, 'dash');
      assert.deepEqual(askOurShell('dash', text), askRealShell('dash', text));
    });
  }
});
