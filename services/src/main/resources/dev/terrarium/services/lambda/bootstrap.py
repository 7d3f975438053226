# The Python runtime client of Terrarium's Lambda: imports the handler, then asks for invocations
# until its host has gone.
import sys
import os


def _watch_host():
    # The host holds the other end of standard input; when it has gone, so does this process.
    try:
        while os.read(0, 4096):
            pass
    except OSError:
        pass
    os._exit(1)


import threading

threading.Thread(target=_watch_host, daemon=True).start()

import json
import socket
import time
import traceback
import decimal
import logging

BREAK = "\x1e"


class Fault(Exception):
    def __init__(self, kind, message, trace=None):
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.trace = trace or []


class Api:
    def __init__(self, address):
        host, port = address.rsplit(":", 1)
        self.address = (host, int(port))
        self.file = None
        self.connect()

    def connect(self):
        self.socket = socket.create_connection(self.address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb", 65536)

    def request(self, method, path, body=b"", headers=""):
        head = "%s /2018-06-01/runtime/%s HTTP/1.1\r\nHost: lambda\r\n%sContent-Length: %d\r\n\r\n" % (
            method, path, headers, len(body))
        self.socket.sendall(head.encode() + body)
        status = self.file.readline()
        if not status:
            os._exit(1)
        found = {}
        while True:
            line = self.file.readline().decode().strip()
            if not line:
                break
            name, value = line.split(":", 1)
            found[name.lower()] = value.strip()
        return found, self.file.read(int(found.get("content-length", 0)))


class ClientContext:
    def __init__(self, values):
        self.client = type("Client", (), values.get("client") or {})()
        self.custom = values.get("custom")
        self.env = values.get("env")


class Identity:
    cognito_identity_id = None
    cognito_identity_pool_id = None


class LambdaContext:
    def __init__(self, headers):
        self.aws_request_id = headers["lambda-runtime-aws-request-id"]
        self.invoked_function_arn = headers["lambda-runtime-invoked-function-arn"]
        self._deadline = int(headers["lambda-runtime-deadline-ms"])
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.identity = Identity()
        context = headers.get("lambda-runtime-client-context")
        self.client_context = ClientContext(json.loads(context)) if context else None

    def get_remaining_time_in_millis(self):
        return max(self._deadline - int(time.time() * 1000), 0)

    def log(self, message):
        sys.stdout.write(str(message))


current = {"id": ""}


class LogHandler(logging.Handler):
    def emit(self, record):
        try:
            sys.stdout.write(self.format(record).replace("\n", BREAK) + "\n")
        except Exception:
            self.handleError(record)


class RequestIdFilter(logging.Filter):
    def filter(self, record):
        record.aws_request_id = current["id"] or ""
        return True


class JsonFormatter(logging.Formatter):
    def format(self, record):
        entry = {"timestamp": self.formatTime(record, "%Y-%m-%dT%H:%M:%SZ"), "level": record.levelname,
                 "message": record.getMessage(), "logger": record.name}
        if record.exc_info:
            entry["errorType"] = record.exc_info[0].__name__ if record.exc_info[0] else None
            entry["errorMessage"] = str(record.exc_info[1])
            entry["stackTrace"] = traceback.format_tb(record.exc_info[2])
        if record.aws_request_id:
            entry["requestId"] = record.aws_request_id
        return json.dumps(entry, default=str)


IS_JSON = os.environ.get("AWS_LAMBDA_LOG_FORMAT") == "JSON"


def set_up_logging():
    logging.Formatter.converter = time.gmtime
    handler = LogHandler()
    if IS_JSON:
        handler.setFormatter(JsonFormatter())
        level = {"TRACE": "NOTSET", "FATAL": "CRITICAL", "WARN": "WARNING"}
        name = os.environ.get("AWS_LAMBDA_LOG_LEVEL", "INFO")
        logging.root.setLevel(level.get(name, name))
    else:
        handler.setFormatter(logging.Formatter(
            "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s",
            "%Y-%m-%dT%H:%M:%S"))
    handler.addFilter(RequestIdFilter())
    logging.root.addHandler(handler)


def load(name):
    try:
        module_name, function_name = name.rsplit(".", 1)
    except ValueError as e:
        raise Fault("Runtime.MalformedHandlerName", "Bad handler '%s': %s" % (name, e))
    try:
        import importlib
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as e:
        raise Fault("Runtime.ImportModuleError", "Unable to import module '%s': %s" % (module_name, e))
    except SyntaxError as e:
        raise Fault("Runtime.UserCodeSyntaxError", "Syntax error in module '%s': %s" % (module_name, e),
                    ["  File \"%s\" Line %s\n    %s" % (e.filename, e.lineno, (e.text or "").strip())])
    try:
        return getattr(module, function_name)
    except AttributeError:
        raise Fault("Runtime.HandlerNotFound", "Handler '%s' missing on module '%s'" % (function_name, module_name))


def describe(error, skip):
    if isinstance(error, Fault):
        return error.kind, error.message, error.trace
    frames = [place(f) for f in traceback.extract_tb(error.__traceback__)[skip:]]
    return type(error).__name__, str(error), traceback.format_list(frames)


def place(frame):
    """Where AWS would have it: the code lies in /var/task, and no columns are marked."""
    name = frame.filename
    root = os.environ.get("LAMBDA_TASK_ROOT", "")
    if root and name.startswith(root + "/"):
        name = "/var/task" + name[len(root):]
    return name, frame.lineno, frame.name, frame.line


def failure(error, skip, request_id):
    kind, message, trace = describe(error, skip)
    if IS_JSON:
        text = json.dumps({
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "log_level": "ERROR",
            "errorMessage": message, "errorType": kind, "requestId": request_id, "stackTrace": trace})
        trace_text = []
    else:
        text = "[ERROR] %s%s" % (kind, ": " + message if message else "")
        trace_text = trace
    if trace_text:
        text += "\nTraceback (most recent call last):\n" + "".join(t if t.endswith("\n") else t + "\n" for t in trace_text)
    sys.stdout.write(text.rstrip("\n").replace("\n", BREAK) + "\n")
    body = {"errorMessage": message, "errorType": kind, "requestId": request_id, "stackTrace": trace}
    return json.dumps(body).encode(), "Lambda-Runtime-Function-Error-Type: %s\r\n" % kind


def to_json(value):
    if isinstance(value, decimal.Decimal):
        return float(value)
    raise TypeError("Object of type %s is not JSON serializable" % type(value).__name__)


def mark():
    sys.stdout.flush()
    sys.stderr.flush()
    os.write(1, b"\0")


def main():
    sys.stdout.reconfigure(line_buffering=False, write_through=False, errors="backslashreplace")
    sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])
    set_up_logging()
    api = Api(os.environ["AWS_LAMBDA_RUNTIME_API"])
    try:
        handler = load(os.environ["_HANDLER"])
    except Exception as e:
        body, headers = failure(e, 0 if isinstance(e, Fault) else 1, "")
        sys.stdout.flush()
        api.request("POST", "init/error", body, headers)
        sys.exit(1)
    sys.stdout.flush()
    while True:
        headers, payload = api.request("GET", "invocation/next")
        request_id = headers["lambda-runtime-aws-request-id"]
        current["id"] = request_id
        os.environ["_X_AMZN_TRACE_ID"] = headers.get("lambda-runtime-trace-id", "")
        path = "response"
        extra = ""
        try:
            try:
                event = json.loads(payload)
            except ValueError as e:
                raise Fault("Runtime.UnmarshalError", "Unable to unmarshal input: %s" % e)
            result = handler(event, LambdaContext(headers))
            try:
                body = json.dumps(result, default=to_json).encode()
            except Exception as e:
                raise Fault("Runtime.MarshalError", "Unable to marshal response: %s" % e)
        except Exception as e:
            path = "error"
            body, extra = failure(e, 1, request_id)
        mark()
        api.request("POST", "invocation/%s/%s" % (request_id, path), body, extra)


main()
