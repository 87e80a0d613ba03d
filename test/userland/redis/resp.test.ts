import assert from 'node:assert/strict';
import { utf8Decode, utf8Encode } from '../../../src/base/bytes.ts';
import {
  array,
  bulk,
  failure,
  integer,
  NIL,
  OK,
  replyBytes,
  requestBytes,
  RespError,
  RespReader,
} from '../../../src/userland/redis/resp.ts';

describe('userland/redis: its protocol', () => {
  it('comes out as it went in, however it is cut', () => {
    const words = ['SET', 'k', 'ä\r\n€'];
    const reply = array([OK, failure('ERR x'), integer(-5), NIL, bulk('ä\r\n'), array([])]);
    const requests = requestBytes(words);
    const replies = replyBytes(reply);
    for (let cut = 0; cut <= requests.length; cut++) {
      const reader = new RespReader();
      reader.add(requests.subarray(0, cut));
      if (cut < requests.length) assert.equal(reader.request(), null);
      reader.add(requests.subarray(cut));
      assert.deepEqual(reader.request(), words);
      assert.equal(reader.request(), null);
    }
    for (let cut = 0; cut <= replies.length; cut++) {
      const reader = new RespReader();
      reader.add(replies.subarray(0, cut));
      if (cut < replies.length) assert.equal(reader.reply(), null);
      reader.add(replies.subarray(cut));
      assert.deepEqual(reader.reply(), reply);
    }
    assert.equal(utf8Decode(requestBytes(['GET', 'k'])), '*2\r\n$3\r\nGET\r\n$1\r\nk\r\n');
  });

  it('takes words on a line, and refuses what is neither', () => {
    const reader = new RespReader();
    reader.add(utf8Encode('ping  x\r\n\r\nget k\n'));
    assert.deepEqual(
      [reader.request(), reader.request(), reader.request(), reader.request()],
      [['ping', 'x'], [], ['get', 'k'], null],
    );
    for (const text of ['*x\r\n', '*1\r\nx\r\n', '*1\r\n$x\r\n', '*99999999\r\n']) {
      const bad = new RespReader();
      bad.add(utf8Encode(text));
      assert.throws(() => bad.request(), RespError, text);
    }
  });
});
