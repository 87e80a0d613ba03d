/** Lua for Wireshark: what gossip on port 7946 says, of memberlist, serf and NetworkDB, with filters `gossip.…`. */
export const DISSECTOR_LUA = `local gossip = Proto("gossip", "Gossip of memberlist, serf and NetworkDB")

local TYPES = { [0] = "ping", "indirectPing", "ackResp", "suspect", "alive", "dead", "pushPull", "compound", "user",
  "compress", "encrypt", "nackResp", "hasCrc", "err" }
local SERF_TYPES = { [0] = "leave", "join", "pushPull", "userEvent", "query", "queryResponse", "conflictResponse",
  "keyRequest", "keyResponse", "relay" }
local NETWORKDB_TYPES = { "NETWORK_EVENT", "TABLE_EVENT", "PUSH_PULL", "BULK_SYNC", "COMPOUND", "NODE_EVENT" }
local STATES = { [0] = "alive", "suspect", "dead", "left" }
local EVENTS = { "JOIN", "LEAVE" }
local TABLE_EVENTS = { "CREATE", "UPDATE", "DELETE" }

local F = {
  type = ProtoField.uint8("gossip.type", "Type", base.DEC, TYPES),
  serf = ProtoField.uint8("gossip.serf.type", "Serf message", base.DEC, SERF_TYPES),
  networkdb = ProtoField.uint8("gossip.networkdb.type", "NetworkDB message", base.DEC, NETWORKDB_TYPES),
  crc = ProtoField.uint32("gossip.crc", "CRC-32", base.HEX),
  crc_ok = ProtoField.bool("gossip.crc_ok", "CRC-32 is right"),
  count = ProtoField.uint8("gossip.count", "Parts"),
  length = ProtoField.uint32("gossip.length", "Length"),
  version = ProtoField.uint8("gossip.encryption_version", "Encryption version"),
  nonce = ProtoField.bytes("gossip.nonce", "Nonce"),
  decrypted_with = ProtoField.uint32("gossip.decrypted_with", "Decrypted with key"),
  sealed = ProtoField.bytes("gossip.sealed", "Encrypted"),
  user = ProtoField.bytes("gossip.user", "User message"),
  rest = ProtoField.bytes("gossip.rest", "Not understood"),
  state = ProtoField.uint8("gossip.state", "State", base.DEC, STATES),
  text = ProtoField.string("gossip.text", "Text"),
}

-- Fields of messages by their Go or protobuf names, each a filter of its own: gossip.SeqNo, gossip.node_name, …
local NAMED = {}
local function named(kind, names)
  for name in names:gmatch("%S+") do
    local abbreviation = "gossip." .. name
    NAMED[name] = { kind, ProtoField[kind](abbreviation, name) }
    F["n_" .. name] = NAMED[name][2]
  end
end
named("uint32", "SeqNo Port SourcePort Incarnation Nodes UserStateLen UserMsgLen Algo ID Flags RelayFactor")
named("double", "LTime EventLTime QueryLTime Timeout StatusLTime Error_ Adjustment Height Vec")
named("string", "Node SourceNode SourceAddr Target From Name Addr Error LeftMember")
named("bytes", "Payload Meta Vsn Buf Filter")
named("bool", "Nack Join Prune CC")
named("uint32", "event_type residual_reap_time protocol target_port published_port")
named("double", "l_time")
named("bool", "leaving unsolicited service_disabled")
named("string", "node_name network_id table_name key endpoint_ip endpoint_mac tunnel_endpoint_ip name service_name"
  .. " service_id virtual_ip alias task_alias tag")
named("bytes", "value")
gossip.fields = F

local undecoded = ProtoExpert.new("gossip.undecoded", "Not understood", expert.group.UNDECODED, expert.severity.WARN)
gossip.experts = { undecoded }

local function address_text(raw)
  if #raw == 4 then return string.format("%d.%d.%d.%d", raw:byte(1, 4)) end
  return (raw:gsub(".", function(c) return string.format("%02x", c:byte()) end))
end

-- What is being taken apart: the bytes as text and as Tvb, and what is said of them in the list of packets.
local function piece(text, tvb, info) return { text = text, tvb = tvb, info = info } end

local function range(p, from, to) return p.tvb(from, to - from) end

local function rest(p, tree, from, why)
  local item = tree:add(F.rest, range(p, from, #p.text)):append_text(" (" .. why .. ")")
  item:add_proto_expert_info(undecoded)
end

local function say(p, text)
  if #p.info < 12 then p.info[#p.info + 1] = text end
end

-- Shows one named value.
local function add_named(p, tree, name, value, from, to)
  local known = NAMED[name]
  if known == nil or value == nil then
    return tree:add(F.text, range(p, from, to), name .. ": " .. (value == nil and "nil" or tostring(value)))
  end
  if known[1] == "bytes" then
    -- An empty slice has no bytes to point at.
    if value == "" then return tree:add(F.text, range(p, from, to), name .. ": empty") end
    return tree:add(known[2], range(p, to - #value, to))
  end
  return tree:add(known[2], range(p, from, to), value)
end

local function dissect_struct(p, tree, map)
  for _, entry in ipairs(map) do
    local name, value, from, to, kind = entry[1], entry[2], entry[3], entry[4], entry[5]
    if kind == "nil" and type(name) == "number" then
      -- The ring of recent events is mostly empty.
    elseif name == "State" then tree:add(F.state, range(p, from, to), value)
    elseif (name == "Addr" or name == "SourceAddr" or name == "Target") and kind == "raw" then
      add_named(p, tree, name, address_text(value), from, to)
    elseif kind == "map" or kind == "list" then
      local below = tree:add(F.text, range(p, from, to), tostring(name) .. ": " .. #value)
      dissect_struct(p, below, value)
    elseif kind == "double" then
      tree:add(F.text, range(p, from, to), string.format("%s: %.9g", tostring(name), value))
    else
      add_named(p, tree, tostring(name), value, from, to)
    end
  end
end

-- A msgpack map at a position; returns it and where it ends.
local function struct(p, tree, at)
  local map, to, kind = msgpack(p.text, at)
  if kind ~= "map" then error("a " .. kind .. " where a map should be", 0) end
  dissect_struct(p, tree, map)
  return map, to
end

local dissect_networkdb

-- Shows the fields of a protobuf message, by number: { name } or { name, names of its values }.
local function add_protobuf(p, tree, fields, names)
  local values = {}
  for _, field in ipairs(fields) do
    local about = names[field[1]]
    if about == nil then
      rest(p, tree, field[3], "unknown protobuf field " .. field[1])
    else
      local name, value = about[1], field[2]
      values[name] = value
      if type(value) == "number" and NAMED[name][1] == "bool" then value = value ~= 0 end
      local item
      if about.message ~= nil then item = tree:add(F.text, range(p, field[3], field[4]), name)
      else item = add_named(p, tree, name, value, field[3], field[4]) end
      if about[2] ~= nil then item:append_text(" (" .. (about[2][value] or "?") .. ")") end
      if about.message ~= nil then about.message(p, item, field) end
    end
  end
  return values
end

local PORT = { { "name" }, { "protocol", { [0] = "TCP", "UDP", "SCTP" } }, { "target_port" }, { "published_port" } }
local RECORDS = {
  overlay_peer_table = { { "endpoint_ip" }, { "endpoint_mac" }, { "tunnel_endpoint_ip" } },
  endpoint_table = { { "name" }, { "service_name" }, { "service_id" }, { "virtual_ip" }, { "endpoint_ip" },
    { "ingress_port", message = function(p, tree, field)
      add_protobuf(p, tree, protobuf(p.text, field[5], field[4]), PORT)
    end }, { "alias" }, { "task_alias" }, { "service_disabled" } },
}
local NETWORK_ENTRY = { { "network_id" }, { "l_time" }, { "node_name" }, { "leaving" } }
local NODE_EVENT = { { "event_type", EVENTS }, { "l_time" }, { "node_name" } }
local NETWORK_EVENT = { { "event_type", EVENTS }, { "l_time" }, { "node_name" }, { "network_id" } }
local TABLE_EVENT = { { "event_type", TABLE_EVENTS }, { "l_time" }, { "node_name" }, { "network_id" },
  { "table_name" }, { "key" }, { "value" }, { "residual_reap_time" } }
local PUSH_PULL = { { "l_time" }, { "network", message = function(p, tree, field)
  add_protobuf(p, tree, protobuf(p.text, field[5], field[4]), NETWORK_ENTRY)
end }, { "node_name" } }
local BULK_SYNC = { { "l_time" }, { "unsolicited" }, { "node_name" }, { "network_id" },
  { "payload", message = function(p, tree, field) dissect_networkdb(p, tree, field[5], field[4]) end } }
local SIMPLE = { { "message", message = function(p, tree, field) dissect_networkdb(p, tree, field[5], field[4]) end } }
local COMPOUND = { { "simple", message = function(p, tree, field)
  add_protobuf(p, tree, protobuf(p.text, field[5], field[4]), SIMPLE)
end } }
local NETWORKDB = { NETWORK_EVENT, TABLE_EVENT, PUSH_PULL, BULK_SYNC, COMPOUND, NODE_EVENT }

local function networkdb_summary(kind, values)
  local event = (kind == 2 and TABLE_EVENTS or EVENTS)[values.event_type or 0]
  local what = { NETWORKDB_TYPES[kind], event, values.table_name, values.node_name }
  local words = {}
  for i = 1, 4 do if what[i] ~= nil then words[#words + 1] = what[i] end end
  return table.concat(words, " ")
end

function dissect_networkdb(p, tree, from, to)
  local outer, kind, data = protobuf(p.text, from, to), 0, nil
  for _, field in ipairs(outer) do
    if field[1] == 1 then kind = field[2] elseif field[1] == 2 then data = field end
  end
  local item = tree:add(F.networkdb, range(p, from, to), kind)
  if NETWORKDB[kind] == nil then
    rest(p, item, from, "no message of NetworkDB")
    return
  end
  if data == nil then return end
  local fields = protobuf(p.text, data[5], data[4])
  local values = add_protobuf(p, item, fields, NETWORKDB[kind])
  if kind ~= 5 then say(p, networkdb_summary(kind, values)) end
  local record = kind == 2 and RECORDS[values.table_name]
  if record then
    for _, field in ipairs(fields) do
      if field[1] == 7 then
        add_protobuf(p, item:add(F.text, range(p, field[3], field[4]), values.table_name),
          protobuf(p.text, field[5], field[4]), record)
      end
    end
  end
end

local function dissect_serf(p, tree, from, to)
  local kind = p.text:byte(from + 1)
  local item = tree:add(F.serf, range(p, from, to), kind)
  say(p, "serf " .. (SERF_TYPES[kind] or "?"))
  local at
  _, at = struct(p, item, from + 1)
  -- A relayed message stands behind where it goes to.
  if kind == 9 and at < to then return dissect_serf(p, item, at, to) end
  if at < to then rest(p, item, at, "behind the message") end
end

-- A user message or a user state: serf's begins with its type and a map, NetworkDB's with a field.
local function dissect_user(p, tree, from, to)
  if from == to then return end
  local first, second = p.text:byte(from + 1, from + 2)
  if first <= 9 and second ~= nil and (second >= 0x80 and second <= 0x8f or second == 0xde) then
    dissect_serf(p, tree, from, to)
  elseif first == 0x08 then
    dissect_networkdb(p, tree, from, to)
  else
    tree:add(F.user, range(p, from, to))
  end
end

local dissect_message

-- Bytes that were not in the packet: a pane of their own.
local function inner(p, text, title)
  return piece(text, ByteArray.new(text, true):tvb(title), p.info)
end

local function dissect_compound(p, tree, from, to)
  need(p.text, from, 2)
  local count = p.text:byte(from + 2)
  tree:add(F.count, range(p, from + 1, from + 2))
  local at = from + 2 + 2 * count
  for i = 0, count - 1 do
    local length = (uint(p.text, from + 2 + 2 * i, 2))
    need(p.text, at, length)
    dissect_message(p, tree, at, at + length, false)
    at = at + length
  end
  if at < to then rest(p, tree, at, "behind the last part") end
end

local function dissect_compressed(p, tree, from, to, is_stream)
  local map, at = msgpack(p.text, from + 1)
  local packed, entry = field_of(map, "Buf")
  tree:add(F.length, range(p, entry[3], entry[4]), #packed):append_text(" bytes compressed")
  if at < to then rest(p, tree, at, "behind the compressed message") end
  local text = unlzw(packed)
  if text == "" then error("nothing was compressed", 0) end
  dissect_message(inner(p, text, "Unpacked gossip"), tree, 0, #text, is_stream)
end

local function dissect_crc(p, tree, from, to)
  need(p.text, from, 5)
  local crc = (uint(p.text, from + 1, 4))
  tree:add(F.crc, range(p, from + 1, from + 5))
  tree:add(F.crc_ok, range(p, from + 1, from + 5), crc == crc32(p.text:sub(from + 6, to)))
  dissect_message(p, tree, from + 5, to, false)
end

local function dissect_push_pull(p, tree, from, to)
  local header, at = struct(p, tree, from + 1)
  local nodes = field_of(header, "Nodes") or 0
  for i = 1, nodes do
    local start = at
    local map, after = msgpack(p.text, at)
    local name = field_of(map, "Name") or "?"
    dissect_struct(p, tree:add(F.text, range(p, start, after), "Node " .. i .. ": " .. name), map)
    at = after
  end
  local length = field_of(header, "UserStateLen") or 0
  need(p.text, at, length)
  say(p, "pushPull of " .. nodes .. (nodes == 1 and " node" or " nodes"))
  dissect_user(p, tree, at, at + length)
  if at + length < to then rest(p, tree, at + length, "behind the user state") end
end

local function dissect_user_message(p, tree, from, to, is_stream)
  local at = from + 1
  if is_stream then
    local header
    header, at = struct(p, tree, at)
    local length = field_of(header, "UserMsgLen") or 0
    need(p.text, at, length)
    if at + length < to then rest(p, tree, at + length, "behind the user message") end
    to = at + length
  end
  if #p.info == 0 or at == to then say(p, "user") end
  dissect_user(p, tree, at, to)
end

local SUMMARY = { [0] = { "SeqNo", "Node" }, { "SeqNo", "Node" }, { "SeqNo" }, { "Node", "From" }, { "Node" },
  { "Node", "From" }, [11] = { "SeqNo" }, [13] = { "Error" } }

local function dissect_plain(p, tree, from, to, kind)
  local map, at = struct(p, tree, from + 1)
  local words = { TYPES[kind] }
  for _, name in ipairs(SUMMARY[kind]) do words[#words + 1] = tostring(field_of(map, name)) end
  say(p, table.concat(words, " "))
  local payload, entry = field_of(map, "Payload")
  if kind == 2 and payload ~= nil and payload:byte(1) == 1 then
    -- A node's coordinate, of serf.
    local coordinate = tree:add(F.text, range(p, entry[3], entry[4]), "Coordinate")
    struct(p, coordinate, entry[4] - #payload + 1)
  end
  if at < to then rest(p, tree, at, "behind the message") end
end

function dissect_message(p, tree, from, to, is_stream)
  need(p.text, from, 1)
  local kind = p.text:byte(from + 1)
  local item = tree:add(F.type, range(p, from, from + 1))
  item:set_len(to - from)
  if kind == 7 then dissect_compound(p, item, from, to)
  elseif kind == 9 then dissect_compressed(p, item, from, to, is_stream)
  elseif kind == 12 then dissect_crc(p, item, from, to)
  elseif kind == 6 then dissect_push_pull(p, item, from, to)
  elseif kind == 8 then dissect_user_message(p, item, from, to, is_stream)
  elseif SUMMARY[kind] ~= nil then dissect_plain(p, item, from, to, kind)
  else error("no message of type " .. kind, 0) end
end

-- Encrypted bytes between two positions; false where no key fits.
local function dissect_encrypted(p, tree, from, to, aad, is_stream)
  local text, key = decrypt(p.text:sub(from + 1, to), aad)
  if text == nil then return false end
  tree:add(F.version, range(p, from, from + 1))
  tree:add(F.nonce, range(p, from + 1, from + 13))
  tree:add(F.sealed, range(p, from + 13, to))
  tree:add(F.decrypted_with, range(p, from, to), key)
  local below = inner(p, text, "Decrypted gossip")
  dissect_message(below, tree, 0, #text, is_stream)
  return true
end

local function dissect_datagram(p, tree)
  if dissect_encrypted(p, tree, 0, #p.text, "", false) then return end
  dissect_message(p, tree, 0, #p.text, false)
end

local function dissect_stream(p, tree)
  if p.text:byte(1) ~= 10 then return dissect_message(p, tree, 0, #p.text, true) end
  local length, at = uint(p.text, 1, 4)
  need(p.text, at, length)
  tree:add(F.type, range(p, 0, 1))
  tree:add(F.length, range(p, 1, 5), length)
  if not dissect_encrypted(p, tree, at, at + length, p.text:sub(1, 5), true) then error("no key decrypts it", 0) end
  if at + length < #p.text then rest(p, tree, at + length, "behind the message") end
end

-- Reads through a message on a stream to its end, and throws where there is more to come.
local function check_stream(s)
  local kind = s:byte(1)
  if kind == 10 then
    local length, at = uint(s, 1, 4)
    return need(s, at, length)
  end
  if kind > 13 then return end
  local map, at = msgpack(s, 1)
  if kind == 6 then
    for _ = 1, field_of(map, "Nodes") or 0 do _, at = msgpack(s, at) end
    need(s, at, field_of(map, "UserStateLen") or 0)
  elseif kind == 8 then
    need(s, at, field_of(map, "UserMsgLen") or 0)
  end
end

function gossip.dissector(tvb, pinfo, root)
  if tvb:len() == 0 then return 0 end
  local is_stream = pinfo.port_type == 2
  local p = piece(tvb:raw(), tvb, {})
  pinfo.cols.protocol = "GOSSIP"
  if is_stream and pinfo.can_desegment > 0 then
    local whole, why = pcall(check_stream, p.text)
    if not whole and why == TRUNCATED then
      pinfo.desegment_offset = 0
      pinfo.desegment_len = DESEGMENT_ONE_MORE_SEGMENT
      return tvb:len()
    end
  end
  local tree = root:add(gossip, tvb())
  local ok, why = pcall(is_stream and dissect_stream or dissect_datagram, p, tree)
  if not ok then rest(p, tree, 0, why == TRUNCATED and "cut short" or tostring(why)) end
  pinfo.cols.info = table.concat(p.info, ", ")
  return tvb:len()
end

DissectorTable.get("udp.port"):add(7946, gossip)
DissectorTable.get("tcp.port"):add(7946, gossip)
`;
