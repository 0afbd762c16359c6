"""A request goes through a chain of handlers: plain dicts, closures, classes."""


def request(path, method="GET", **headers):
    return {"path": path, "method": method, "headers": headers, "trail": []}


def logger(log):
    def middleware(handler):
        def handle(req):
            log.append(req["path"])
            response = handler(req)
            log.append(response["status"])
            return response

        return handle

    return middleware


def authenticate(users):
    def middleware(handler):
        def handle(req):
            token = req["headers"].get("token")
            if token not in users:
                return {"status": 401, "body": None}
            req["user"] = users[token]
            return handler(req)

        return handle

    return middleware


def trail(name):
    def middleware(handler):
        def handle(req):
            req["trail"].append(name)
            return handler(req)

        return handle

    return middleware


class Router:
    def __init__(self):
        self.routes = {}
        self.middlewares = []

    def route(self, path, methods=("GET",)):
        def decorate(function):
            for method in methods:
                self.routes[method, path] = function
            return function

        return decorate

    def use(self, middleware):
        self.middlewares.append(middleware)

    def dispatch(self, req):
        handler = self.routes.get((req["method"], req["path"]), not_found)
        for middleware in reversed(self.middlewares):
            handler = middleware(handler)
        return handler(req)


def not_found(req):
    return {"status": 404, "body": req["path"]}


app = Router()
log = []
users = {"t1": {"name": "root", "roles": ["admin"]}}
app.use(logger(log))
app.use(trail("one"))
app.use(authenticate(users))
app.use(trail("two"))


@app.route("/")
def index(req):
    return {"status": 200, "body": "hello " + req["user"]["name"]}


@app.route("/items", methods=("GET", "POST"))
def items(req):
    return {"status": 200, "body": req["trail"]}


good = app.dispatch(request("/", token="t1"))
denied = app.dispatch(request("/"))
missing = app.dispatch(request("/nothing", token="t1"))
posted = request("/items", "POST", token="t1", accept="json")
answer = app.dispatch(posted)
same = answer["body"] is posted["trail"]
user = posted["user"]
user["roles"].append("tester")
roles = users["t1"]["roles"]
keys = sorted(app.routes)
print(good, denied, missing, answer, same, roles, keys, log)
