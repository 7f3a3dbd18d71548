"""The shop on the web, as it was before."""


def app(environ, start_response):
    if environ["PATH_INFO"] == "/broken":
        raise RuntimeError("the handler is broken")
    start_response("200 OK", [("content-type", "application/json")])
    return [b'{"hours": "9 to 18"}']
