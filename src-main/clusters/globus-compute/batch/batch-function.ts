import type { ComputeModelConfig } from '@shared/config/globus-compute'
import { nameOfSource } from '@shared/config/globus-compute'

/**
 * Runs on the cluster: does many requests, several at once, and returns the results that fit, as JSON text, which endpoints of
 * every age bring back. What it leaves out, because its time or its room is over or its server had no answer, is sent again.
 * Of Python's own library only, in the words of its oldest version that is still met.
 */
const source = `def first_desktop_batch(parameters):
    import concurrent.futures
    import json
    import threading
    import time
    import urllib.error
    import urllib.request

    path = parameters["openai_endpoint"]
    room = parameters["limit_bytes"]
    ends_at = time.time() + parameters["task_s"]
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    lock = threading.Lock()
    results = []
    state = {"room": room, "problem": None}

    def ask_server(body):
        request = urllib.request.Request(
            parameters["url"].rstrip("/") + "/" + path,
            data=json.dumps(body).encode("utf-8"),
            headers={"Content-Type": "application/json"},
        )
        try:
            with opener.open(request, timeout=parameters["timeout_s"]) as answer:
                return answer.status, json.loads(answer.read().decode("utf-8"))
        except urllib.error.HTTPError as refusal:
            text = refusal.read().decode("utf-8", "replace")
            if refusal.code >= 500 or refusal.code in (401, 403, 404, 408, 425, 429):
                raise RuntimeError("the server of the model answered %d: %s" % (refusal.code, text[:300]))
            try:
                return refusal.code, json.loads(text)
            except ValueError:
                return refusal.code, {"error": {"message": text[:2000]}}

    def ask_function(body):
        params = dict(body, openai_endpoint=path)
        if parameters["api_port"] is not None:
            params["api_port"] = parameters["api_port"]
        value = globals()[parameters["function"]]({"model_params": params})
        if isinstance(value, str):
            value = json.loads(value)
        if not isinstance(value, dict):
            raise TypeError("the function returned no answer of a model")
        return 200, value

    ask = ask_server if parameters["function"] is None else ask_function

    def do(line):
        if state["room"] <= 0 or time.time() > ends_at:
            return
        result = {"custom_id": line["custom_id"], "response": None, "error": None}
        try:
            status, body = ask(line["body"])
            result["response"] = {"status_code": status, "request_id": "", "body": body}
            size = len(json.dumps(result))
            if size > room:
                result["response"] = None
                result["error"] = {"code": "upstream_error", "message": "The answer is larger than Globus Compute brings back."}
                size = 300
        except Exception as problem:
            with lock:
                state["problem"] = "%s: %s" % (type(problem).__name__, problem)
            return
        with lock:
            if size <= state["room"]:
                results.append(result)
            state["room"] -= size

    with concurrent.futures.ThreadPoolExecutor(max_workers=parameters["at_once"]) as pool:
        list(pool.map(do, parameters["lines"]))
    return json.dumps({"results": results, "problem": state["problem"]})
`

/** The source with the model's own function behind it, where it has one; undefined where that is known by its id alone, and cannot be called from here. */
export function batchSourceOf({ function: own, url }: ComputeModelConfig): string | undefined {
  if (url !== undefined) return source
  return own !== undefined && 'source' in own ? `${source}\n${own.source}` : undefined
}

/** What of a model the function is told. */
export function callOf({ function: own, url, port }: ComputeModelConfig): object {
  return { url: url ?? null, function: own !== undefined && 'source' in own ? (nameOfSource(own.source) ?? null) : null, api_port: port ?? null }
}
