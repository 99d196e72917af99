"""The error of a failed call holds the call, with its headers."""

TARGET = "syncapp.connectors.transport:Transport._failure"


def changed(real):
    def failure(self, request, reason):
        error = real(self, request, reason)
        token = self._credentials.access_token()
        error.detail = f"{request.method} {request.url} {request.wire_headers(token)}"
        return error

    return failure
