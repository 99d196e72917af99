"""Every exception of the product, grouped by what happens next.

    SyncAppError
      ConfigurationError            a person must change a setting
      NotPossible                   what a person asked for cannot be done now; says why
      Overtaken                     somebody else changed or saved it meanwhile: show both
      Busy                          another worker holds the lease: end at once, never wait
      Braked                        the safety brake: a person must confirm what is planned
      LeaseLost                     another worker took over: commit and send nothing more
      RemoteError                   what a vendor, or the way to it, did to a whole call
        Unavailable                 try later
          RateLimited               try later, at `retry_after_seconds`
          TooLate                   not sent: look again first, and send in `wait_seconds`
          Doubtful                  what came of some records proves nothing: of others it may
        OutcomeUnknown              sent, no trustworthy answer: recovery finds out
        AuthorizationLost           pause the connection, ask to reconnect
        Rejected                    the call as a whole was refused: a person must look
      InvariantBroken               our bug: stop this record, keep the evidence

What goes wrong with one record of a batch is no exception but a `Fault` inside its answer.
"""


class SyncAppError(Exception):
    """`message` is a sentence for people: what happened, to what, what to do."""

    def __init__(self, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail


class ConfigurationError(SyncAppError):
    pass


class NotPossible(SyncAppError):
    pass


class Overtaken(SyncAppError):
    pass


class Busy(SyncAppError):
    pass


class Braked(SyncAppError):
    pass


class LeaseLost(SyncAppError):
    pass


class RemoteError(SyncAppError):
    """`request_id` is the vendor's own id of the call, which its support asks for."""

    def __init__(
        self,
        message: str,
        detail: str = "",
        *,
        side: str = "",
        status: int | None = None,
        code: str = "",
        request_id: str = "",
    ) -> None:
        super().__init__(message, detail)
        self.side = side
        self.status = status
        self.code = code
        self.request_id = request_id


class Unavailable(RemoteError):
    pass


class RateLimited(Unavailable):
    retry_after_seconds: float = 60.0


class TooLate(Unavailable):
    wait_seconds: float = 0.0


class Doubtful(Unavailable):
    pass


class OutcomeUnknown(RemoteError):
    pass


class AuthorizationLost(RemoteError):
    pass


class Rejected(RemoteError):
    pass


class InvariantBroken(SyncAppError):
    pass
