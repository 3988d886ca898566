-- Requests for wrk. Arguments: method, key, header that numbers the requests ("" for none), body ("" for
-- none), paths that are asked for in turns. %d in the body becomes the request's number. Ends with one
-- line of JSON.
local paths, method, headers, numbered, body, ready, number = {}, "GET", {}, "", "", {}, 0

function init(args)
  method, numbered, body = args[1], args[3], args[4]
  for index = 5, #args do paths[#paths + 1] = args[index] end
  if args[2] ~= "" then headers["Authorization"] = "Bearer " .. args[2] end
  if body ~= "" then headers["Content-Type"] = "application/json" end
  for index, path in ipairs(paths) do ready[index] = wrk.format(method, path, headers) end
end

function request()
  number = number + 1
  if body == "" then return ready[number % #ready + 1] end
  if numbered ~= "" then headers[numbered] = string.format("bench-%d-%d", os.time(), number) end
  return wrk.format(method, paths[1], headers, string.format(body, number))
end

function done(summary, latency)
  local wrong = summary.errors
  io.write(string.format(
    '{"requests":%d,"seconds":%.6f,"p50":%.3f,"p99":%.3f,"refused":%d,"broken":%d,"late":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    wrong.status, wrong.connect + wrong.read + wrong.write, wrong.timeout))
end
