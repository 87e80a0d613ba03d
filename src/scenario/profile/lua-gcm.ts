/** Lua for Wireshark: AES in Galois/counter mode, for scripts of Wireshark 4.0 have no cipher. */
export const GCM_LUA = `-- AES in Galois/counter mode: this Wireshark may have no cipher for scripts.
local band, bor, bxor, lshift, rshift = bit.band, bit.bor, bit.bxor, bit.lshift, bit.rshift

local SBOX, T = {}, { {}, {}, {}, {} }

local function make_tables()
  local p, q = 1, 1
  repeat
    -- p goes through all by multiplying with 3, q through their inverses by dividing by 3.
    p = band(bxor(p, lshift(p, 1), band(p, 0x80) ~= 0 and 0x11b or 0), 0xff)
    q = bxor(q, lshift(q, 1))
    q = bxor(q, lshift(q, 2))
    q = band(bxor(q, lshift(q, 4)), 0xff)
    if band(q, 0x80) ~= 0 then q = bxor(q, 0x09) end
    local x = bxor(q, bor(band(lshift(q, 1), 0xff), rshift(q, 7)), bor(band(lshift(q, 2), 0xff), rshift(q, 6)),
      bor(band(lshift(q, 3), 0xff), rshift(q, 5)), bor(band(lshift(q, 4), 0xff), rshift(q, 4)))
    SBOX[p] = band(bxor(x, 0x63), 0xff)
  until p == 1
  SBOX[0] = 0x63
  for i = 0, 255 do
    local s = SBOX[i]
    local s2 = band(bxor(lshift(s, 1), band(s, 0x80) ~= 0 and 0x11b or 0), 0xff)
    local s3 = bxor(s2, s)
    T[1][i] = bor(lshift(s2, 24), lshift(s, 16), lshift(s, 8), s3)
    T[2][i] = bor(lshift(s3, 24), lshift(s2, 16), lshift(s, 8), s)
    T[3][i] = bor(lshift(s, 24), lshift(s3, 16), lshift(s2, 8), s)
    T[4][i] = bor(lshift(s, 24), lshift(s, 16), lshift(s3, 8), s2)
  end
end
make_tables()

local function word(s, at)
  local a, b, c, d = s:byte(at, at + 3)
  return bor(lshift(a or 0, 24), lshift(b or 0, 16), lshift(c or 0, 8), d or 0)
end

local function byte_of(w, n) return band(rshift(w, 24 - 8 * n), 0xff) end

local function sub_word(w)
  return bor(lshift(SBOX[byte_of(w, 0)], 24), lshift(SBOX[byte_of(w, 1)], 16), lshift(SBOX[byte_of(w, 2)], 8),
    SBOX[byte_of(w, 3)])
end

-- The round keys as one list of words.
local function expand_key(key)
  local n = #key / 4
  local w, rcon = {}, 1
  for i = 0, n - 1 do w[i] = word(key, 4 * i + 1) end
  for i = n, 4 * (n + 7) - 1 do
    local t = w[i - 1]
    if i % n == 0 then
      t = bxor(sub_word(bor(lshift(t, 8), rshift(t, 24))), lshift(rcon, 24))
      rcon = band(bxor(lshift(rcon, 1), band(rcon, 0x80) ~= 0 and 0x11b or 0), 0xff)
    elseif n > 6 and i % n == 4 then
      t = sub_word(t)
    end
    w[i] = bxor(w[i - n], t)
  end
  return w, n + 6
end

local function encrypt_block(cipher, a, b, c, d)
  local w, t1, t2, t3, t4 = cipher.words, T[1], T[2], T[3], T[4]
  a, b, c, d = bxor(a, w[0]), bxor(b, w[1]), bxor(c, w[2]), bxor(d, w[3])
  for round = 1, cipher.rounds - 1 do
    local k = 4 * round
    a, b, c, d =
      bxor(t1[byte_of(a, 0)], t2[byte_of(b, 1)], t3[byte_of(c, 2)], t4[byte_of(d, 3)], w[k]),
      bxor(t1[byte_of(b, 0)], t2[byte_of(c, 1)], t3[byte_of(d, 2)], t4[byte_of(a, 3)], w[k + 1]),
      bxor(t1[byte_of(c, 0)], t2[byte_of(d, 1)], t3[byte_of(a, 2)], t4[byte_of(b, 3)], w[k + 2]),
      bxor(t1[byte_of(d, 0)], t2[byte_of(a, 1)], t3[byte_of(b, 2)], t4[byte_of(c, 3)], w[k + 3])
  end
  local k = 4 * cipher.rounds
  local function last(p, q, r, s, key)
    return bxor(bor(lshift(SBOX[byte_of(p, 0)], 24), lshift(SBOX[byte_of(q, 1)], 16),
      lshift(SBOX[byte_of(r, 2)], 8), SBOX[byte_of(s, 3)]), key)
  end
  return last(a, b, c, d, w[k]), last(b, c, d, a, w[k + 1]), last(c, d, a, b, w[k + 2]), last(d, a, b, c, w[k + 3])
end

-- H times every power of x, for GHASH.
local function make_cipher(key)
  local cipher = { powers = {} }
  cipher.words, cipher.rounds = expand_key(key)
  local a, b, c, d = encrypt_block(cipher, 0, 0, 0, 0)
  for i = 0, 127 do
    cipher.powers[i] = { a, b, c, d }
    local odd = band(d, 1) ~= 0
    d = bor(rshift(d, 1), lshift(c, 31))
    c = bor(rshift(c, 1), lshift(b, 31))
    b = bor(rshift(b, 1), lshift(a, 31))
    a = rshift(a, 1)
    if odd then a = bxor(a, 0xe1000000) end
  end
  return cipher
end

local function ghash_block(cipher, z, a, b, c, d)
  local x = { bxor(z[1], a), bxor(z[2], b), bxor(z[3], c), bxor(z[4], d) }
  local r1, r2, r3, r4 = 0, 0, 0, 0
  for i = 0, 127 do
    if band(x[rshift(i, 5) + 1], lshift(1, 31 - i % 32)) ~= 0 then
      local p = cipher.powers[i]
      r1, r2, r3, r4 = bxor(r1, p[1]), bxor(r2, p[2]), bxor(r3, p[3]), bxor(r4, p[4])
    end
  end
  z[1], z[2], z[3], z[4] = r1, r2, r3, r4
end

local function ghash_text(cipher, z, s)
  for at = 1, #s, 16 do
    ghash_block(cipher, z, word(s, at), word(s, at + 4), word(s, at + 8), word(s, at + 12))
  end
end

local function word_text(w) return string.char(byte_of(w, 0), byte_of(w, 1), byte_of(w, 2), byte_of(w, 3)) end

-- The text, or nil when the tag is another key's.
local function open_sealed(cipher, nonce, sealed, aad)
  local length = #sealed - 16
  local text, tag = sealed:sub(1, length), sealed:sub(length + 1)
  local n1, n2, n3 = word(nonce, 1), word(nonce, 5), word(nonce, 9)
  local z = { 0, 0, 0, 0 }
  ghash_text(cipher, z, aad)
  ghash_text(cipher, z, text)
  ghash_block(cipher, z, 0, 8 * #aad, 0, 8 * length)
  local a, b, c, d = encrypt_block(cipher, n1, n2, n3, 1)
  local made = word_text(bxor(a, z[1])) .. word_text(bxor(b, z[2])) .. word_text(bxor(c, z[3]))
    .. word_text(bxor(d, z[4]))
  if made ~= tag then return nil end
  local plain, counter = {}, 2
  for at = 1, length, 16 do
    a, b, c, d = encrypt_block(cipher, n1, n2, n3, counter)
    counter = counter + 1
    plain[#plain + 1] = word_text(bxor(a, word(text, at))) .. word_text(bxor(b, word(text, at + 4)))
      .. word_text(bxor(c, word(text, at + 8))) .. word_text(bxor(d, word(text, at + 12)))
  end
  return table.concat(plain):sub(1, length)
end

local CIPHERS
local function ciphers()
  if CIPHERS == nil then
    CIPHERS = {}
    for i, digits in ipairs(KEYS) do
      local key = digits:gsub("%x%x", function(pair) return string.char(tonumber(pair, 16)) end)
      CIPHERS[i] = make_cipher(key)
    end
  end
  return CIPHERS
end

-- Version, nonce, sealed text; version 0 is padded. Returns the text and the number of the key that fits.
local function decrypt(blob, aad)
  local version = blob:byte(1)
  if version == nil or version > 1 or #blob < 29 then return nil end
  for i, cipher in ipairs(ciphers()) do
    local text = open_sealed(cipher, blob:sub(2, 13), blob:sub(14), aad)
    if text ~= nil then
      if version == 0 then text = text:sub(1, #text - text:byte(#text)) end
      return text, i
    end
  end
  return nil
end
`;
