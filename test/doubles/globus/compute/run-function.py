"""Runs one function of Globus Compute: a request as JSON on stdin, its outcome as JSON on the first stdout."""
import base64
import json
import os
import pickle
import sys
import traceback


def to_json(value):
    return "11\n" + json.dumps(value)


def to_dill(value):
    # A dill of plain data has the opcodes of pickle's protocol 4; base64 in lines of 76, as the SDK writes it.
    return "00\n" + base64.encodebytes(pickle.dumps(value, protocol=4)).decode("ascii")


def to_combined(value):
    parts = [to_json(value), to_dill(value)]
    return "13\n" + "".join(f"{len(part)}\n{part}" for part in parts)


forms = {"json": to_json, "dill": to_dill, "combined": to_combined}


def serialize(value, wanted):
    problem = None
    for form in wanted:
        try:
            return forms[form](value)
        except (TypeError, ValueError, pickle.PicklingError, AttributeError) as cause:
            problem = cause
    raise TypeError(f"no serializer takes the result: {problem}")


def main():
    request = json.load(sys.stdin)
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what the function prints is not its result
    try:
        names = {"__name__": "globus_compute_function"}
        exec(compile(request["source"], "<function>", "exec"), names)
        value = names[request["name"]](*json.loads(request["args"]), **json.loads(request["kwargs"]))
        outcome = {"result": serialize(value, request["forms"])}
    except BaseException:
        outcome = {"exception": traceback.format_exc()}
    json.dump(outcome, answer)
    answer.close()


main()
