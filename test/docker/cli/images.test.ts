import assert from 'node:assert/strict';
import { Lab } from '../lab.ts';

describe('docker images', () => {
  it('lists the images by name, all of them or those of a pattern', () => {
    const lab = new Lab({ epochSeconds: 1_727_386_302 });
    lab.wait(3 * 3600 * 1_000_000_000);
    const lines = lab.ok('images').split('\n');
    assert.equal(lines[0], 'REPOSITORY   TAG       IMAGE ID       CREATED       SIZE');
    assert.match(lines[1]!, /^alpine {7}latest {4}[0-9a-f]{12} {3}3 hours ago {3}7\.38MB$/);
    const names = (pattern: string): string => lab.ok(`image ls --format '{{.Repository}}' ${pattern}`);
    assert.equal(names(''), 'alpine\nbb\nbusybox');
    assert.equal(names("'b*'"), 'bb\nbusybox');
    assert.equal(names("'b[a-c]'"), 'bb');
    assert.equal(names('busybox:latest'), 'busybox');
    assert.equal(names("'*:la?est'"), 'alpine\nbb\nbusybox');
    assert.equal(names('bb:1'), '');
    assert.deepEqual(lab.docker("images '['"), {
      exit: 1,
      stdout: '',
      stderr: 'Error response from daemon: syntax error in pattern\n',
    });
  });

  it('prints ids, short and whole, and digests', () => {
    const lab = new Lab();
    const id = lab.ok("inspect -f '{{.Id}}' --type image alpine");
    assert.equal(lab.ok('images -q alpine'), id.slice(7, 19));
    assert.equal(lab.ok('images -q --no-trunc alpine'), id);
    const digest = lab.ok("image inspect -f '{{index .RepoDigests 0}}' alpine");
    assert.equal(lab.ok("images --digests --format '{{.Repository}}@{{.Digest}}' alpine"), digest);
    assert.equal(lab.ok("images --format '{{.Digest}}' alpine"), digest.replace('alpine@', ''));
  });
});
