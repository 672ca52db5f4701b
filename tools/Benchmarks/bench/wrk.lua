-- Sends the bodies of a file, one a line, in a circle; at the end writes figures as JSON.
-- Environment: BENCH_METHOD, BENCH_BODIES (a file, or empty), BENCH_FIGURES (a file).

local requests, next_request = {}, 0

function init(arguments)
  local method, path = os.getenv("BENCH_METHOD"), os.getenv("BENCH_BODIES")
  if path == nil or path == "" then
    requests[1] = wrk.format(method)
  else
    wrk.headers["Content-Type"] = "application/json"
    for line in io.lines(path) do
      requests[#requests + 1] = wrk.format(method, nil, nil, line)
    end
  end
end

function request()
  next_request = next_request % #requests + 1
  return requests[next_request]
end

function done(summary, latency, rates)
  local errors = summary.errors
  local file = io.open(os.getenv("BENCH_FIGURES"), "w")
  file:write(string.format(
    '{"requests": %d, "seconds": %f, "refused": %d, "failed": %d, "p50": %f, "p99": %f}\n',
    summary.requests, summary.duration / 1e6, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
  file:close()
end
