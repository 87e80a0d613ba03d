/** Lua for Wireshark: the forms in which gossip writes its values down: msgpack, protobuf, LZW, CRC-32. */
export const VALUES_LUA = `-- Values: msgpack as go-msgpack writes it, protobuf, LZW.
-- Positions count from 0, as those of Wireshark do.

-- Thrown where bytes end too early: on TCP there may be more to come.
local TRUNCATED = { truncated = true }

local function need(s, at, count)
  if at + count > #s then error(TRUNCATED, 0) end
end

local function uint(s, at, width)
  need(s, at, width)
  local value = 0
  for i = 1, width do value = value * 256 + s:byte(at + i) end
  return value, at + width
end

-- Reads one value; returns it, where it ends, and its kind. Maps are lists of { key, value, from, to, kind }.
local msgpack

local function msgpack_list(s, at, size)
  local list = {}
  for i = 1, size do
    local from, value, kind = at
    value, at, kind = msgpack(s, at)
    list[i] = { i, value, from, at, kind }
  end
  return list, at, "list"
end

local function msgpack_map(s, at, size)
  local map = {}
  for i = 1, size do
    local from, key, value, kind = at
    key, at = msgpack(s, at)
    local start = at
    value, at, kind = msgpack(s, at)
    map[i] = { key, value, from, at, kind, start }
  end
  return map, at, "map"
end

local function msgpack_raw(s, at, size)
  need(s, at, size)
  return s:sub(at + 1, at + size), at + size, "raw"
end

local function double(s, at)
  need(s, at, 8)
  local high, low = (uint(s, at, 4)), (uint(s, at + 4, 4))
  local sign = high >= 0x80000000 and -1 or 1
  local exponent = math.floor(high / 0x100000) % 0x800
  local mantissa = (high % 0x100000) * 4294967296 + low
  if exponent == 0 then return sign * mantissa * 2 ^ -1074, at + 8, "double" end
  return sign * (1 + mantissa / 2 ^ 52) * 2 ^ (exponent - 1023), at + 8, "double"
end

function msgpack(s, at)
  local code
  code, at = uint(s, at, 1)
  if code <= 0x7f then return code, at, "uint" end
  if code <= 0x8f then return msgpack_map(s, at, code - 0x80) end
  if code <= 0x9f then return msgpack_list(s, at, code - 0x90) end
  if code <= 0xbf then return msgpack_raw(s, at, code - 0xa0) end
  if code == 0xc0 then return nil, at, "nil" end
  if code == 0xc2 or code == 0xc3 then return code == 0xc3, at, "bool" end
  if code == 0xcb then return double(s, at) end
  if code >= 0xcc and code <= 0xcf then
    local value, to = uint(s, at, 2 ^ (code - 0xcc))
    return value, to, "uint"
  end
  if code >= 0xd0 and code <= 0xd3 then
    local width = 2 ^ (code - 0xd0)
    local value, to = uint(s, at, width)
    if value >= 256 ^ width / 2 then value = value - 256 ^ width end
    return value, to, "int"
  end
  if code >= 0xe0 then return code - 0x100, at, "int" end
  local size
  if code >= 0xc4 and code <= 0xc6 then
    size, at = uint(s, at, 2 ^ (code - 0xc4))
    return msgpack_raw(s, at, size)
  end
  if code >= 0xd9 and code <= 0xdb then
    size, at = uint(s, at, 2 ^ (code - 0xd9))
    return msgpack_raw(s, at, size)
  end
  if code == 0xdc or code == 0xdd then
    size, at = uint(s, at, code == 0xdc and 2 or 4)
    return msgpack_list(s, at, size)
  end
  if code == 0xde or code == 0xdf then
    size, at = uint(s, at, code == 0xde and 2 or 4)
    return msgpack_map(s, at, size)
  end
  error("no msgpack value begins with " .. code, 0)
end

local function field_of(map, name)
  for _, entry in ipairs(map) do
    if entry[1] == name then return entry[2], entry end
  end
  return nil
end

local function varint(s, at)
  local value, factor, byte = 0, 1
  repeat
    byte, at = uint(s, at, 1)
    value = value + (byte % 128) * factor
    factor = factor * 128
  until byte < 128
  return value, at
end

-- The fields of a protobuf message between two positions: a list of { number, value, from, to, start }.
local function protobuf(s, at, to)
  local fields = {}
  while at < to do
    local from, tag, value, start = at
    tag, at = varint(s, at)
    local kind = tag % 8
    if kind == 0 then
      start = at
      value, at = varint(s, at)
    elseif kind == 2 then
      local length
      length, at = varint(s, at)
      start = at
      if at + length > to then error("a protobuf field is longer than its message", 0) end
      value = s:sub(at + 1, at + length)
      at = at + length
    else
      error("protobuf fields of kind " .. kind .. " are not among gossip's", 0)
    end
    fields[#fields + 1] = { math.floor(tag / 8), value, from, at, start }
  end
  return fields
end

-- What Go's compress/lzw has packed, least significant bits first.
local function unlzw(s)
  local out, prefix, width, hi, last, bits, count = {}, {}, 9, 257, nil, 0, 0
  for at = 1, #s do
    bits = bits + s:byte(at) * 2 ^ count
    count = count + 8
    while count >= width do
      local code = bits % 2 ^ width
      bits = math.floor(bits / 2 ^ width)
      count = count - width
      if code == 257 then return table.concat(out) end
      if code == 256 then
        width, hi, last = 9, 257, nil
      else
        local text
        if code < 256 then text = string.char(code)
        elseif code == hi and last ~= nil then text = last .. last:sub(1, 1)
        else text = prefix[code] end
        if text == nil or code > hi then error("a code of LZW that is not there yet", 0) end
        out[#out + 1] = text
        if last ~= nil then prefix[hi] = last .. text:sub(1, 1) end
        last, hi = text, hi + 1
        if hi >= 2 ^ width then
          if width == 12 then last, hi = nil, hi - 1 else width = width + 1 end
        end
      end
    end
  end
  error("LZW without an end", 0)
end

local CRC = {}
for i = 0, 255 do
  local crc = i
  for _ = 1, 8 do crc = band(crc, 1) ~= 0 and bxor(rshift(crc, 1), 0xedb88320) or rshift(crc, 1) end
  CRC[i] = crc
end

local function crc32(s)
  local crc = -1
  for at = 1, #s do crc = bxor(rshift(crc, 8), CRC[band(bxor(crc, s:byte(at)), 0xff)]) end
  return bit.bnot(crc) % 4294967296
end
`;
