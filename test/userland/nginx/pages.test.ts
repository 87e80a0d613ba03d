import assert from 'node:assert/strict';
import { errorPage, NGINX_50X, NGINX_INDEX, statusText } from '../../../src/userland/nginx/pages.ts';

describe('userland/nginx/pages', () => {
  it('are as long as the real ones', () => {
    assert.equal(NGINX_INDEX.length, 615);
    assert.equal(NGINX_50X.length, 497);
    const length = (status: number): number => errorPage(status).join('').length;
    assert.deepEqual([404, 405, 400, 416, 301, 505].map(length), [153, 157, 157, 197, 169, 187]);
    assert.equal(statusText(404), '404 Not Found');
  });
});
