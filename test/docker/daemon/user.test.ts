import assert from 'node:assert/strict';
import { userFailure } from '../../../src/docker/daemon/user.ts';

describe('a user inside a container', () => {
  it('is a number, or a name that the image knows', () => {
    for (const user of ['', 'root', '1000', '0:0', 'nobody:x']) assert.equal(userFailure(user), undefined, user);
    assert.equal(userFailure('nosuch'), 'unable to find user nosuch: no matching entries in passwd file');
  });
});
