import assert from 'node:assert/strict';
import { Lab } from '../lab.ts';
import { recorded } from '../recordings.ts';

/** The table with other engines' ids in place of ours. */
function withIds(text: string): string {
  return text.replaceAll(/^[0-9a-f]{64} |^[0-9a-f]{12} /gm, (found) => `${'x'.repeat(found.length - 1)} `);
}

describe('docker network ls', () => {
  it('answers as recorded on a fresh host, with short and whole ids', function () {
    for (const options of ['', ' --no-trunc']) {
      const { text } = recorded(this, 'single/01-fresh-cli.txt', `docker network ls${options}`);
      assert.equal(withIds(new Lab().docker(`network ls${options}`).stdout), withIds(text));
    }
  });

  it('prints only ids when asked, in the order of the names', () => {
    const lab = new Lab();
    const wanted = ['bridge', 'host', 'none'].map((name) => lab.engine.getNetwork(name).id);
    assert.deepEqual(lab.ok('network ls -q --no-trunc').split('\n'), wanted);
    assert.deepEqual(
      lab.ok('network list -q').split('\n'),
      wanted.map((fullId) => fullId.slice(0, 12)),
    );
  });
});

describe('docker network inspect', () => {
  it('of an unknown network prints an empty list, or an empty line with a template', function () {
    const lab = new Lab();
    const { text } = recorded(this, 'single/05-errors.txt', 'docker network inspect nosuch');
    const plain = lab.docker('network inspect nosuch');
    assert.deepEqual([plain.stdout + plain.stderr, plain.exit], [text, 1]);
    const command = 'docker network inspect -f {{json .Options}} mvbad';
    const templated = lab.docker("network inspect -f '{{json .Options}}' mvbad");
    assert.deepEqual(
      [templated.stdout + templated.stderr, templated.exit],
      [recorded(this, 'single/05-errors.txt', command).text, 1],
    );
  });

  it('takes a template', () => {
    const lab = new Lab();
    assert.equal(lab.ok("network inspect --format '{{.Name}}/{{.Driver}}' none bridge"), 'none/null\nbridge/bridge');
    assert.equal(lab.ok("network inspect -f '{{json .IPAM.Config}}' bridge"), '[{"Subnet":"172.17.0.0/16"}]');
  });
});
