/**
 * Runs on the cluster: asks a server there, and returns what it said with its status. Of Python's own library only, and
 * in the words of its oldest version that is still met.
 */
export const serverFunctionSource = `def first_desktop_ask(parameters):
    import json
    import urllib.error
    import urllib.request

    params = dict(parameters["model_params"])
    path = params.pop("openai_endpoint")
    request = urllib.request.Request(
        parameters["url"].rstrip("/") + "/" + path,
        data=json.dumps(params).encode("utf-8"),
        headers={"Content-Type": "application/json"},
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=parameters["timeout_s"]) as answer:
            return {"status": answer.status, "body": answer.read().decode("utf-8")}
    except urllib.error.HTTPError as refusal:
        return {"status": refusal.code, "body": refusal.read().decode("utf-8", "replace")}
`
