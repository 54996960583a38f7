"""The allow-list: which headers, parameters and members a cassette may keep as they were.

What is not named here is not kept, whatever it is. Names are compared without case. Credentials are
never kept, named or not. Names themselves, and the parts of a path, are kept: of a server's those that look
like names, short and with few digits.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["AllowList", "credential_kind", "split_scheme"]

_CREDENTIALS = {
    "consumerkey": "consumer_key",
    "consumer": "consumer_key",
    "consumersecret": "consumer_secret",
    "token": "token",
    "accesstoken": "token",
    "refreshtoken": "token",
    "thaidaccesstoken": "token",
    "agentid": "agent_id",
    "mtoken": "mtoken",
    "authorization": "authorization",
    "xsignedtoken": "signed_token",
    "apikey": "api_key",
    "xapikey": "api_key",
    "xckanapikey": "api_key",
    "password": "password",
    "passphrase": "password",
    "pin": "password",
    "clientsecret": "consumer_secret",
    "cookie": "cookie",
    "setcookie": "cookie",
}


_SCHEMES = frozenset({"bearer", "basic"})


def split_scheme(value: str) -> tuple[str, str]:
    """The scheme of an Authorization with its blank, or nothing, and what is secret behind it."""
    scheme, blank, rest = value.partition(" ")
    return (scheme + blank, rest) if rest and scheme.lower() in _SCHEMES else ("", value)


def credential_kind(name: str) -> str | None:
    """What kind of credential stands under this name, or None."""
    return _CREDENTIALS.get(name.lower().replace("-", "").replace("_", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowList:
    """Names whose values are kept.

    ``protocol`` are parameters and members that never hold a person (``OfficeID``, ``Code``): kept
    from every server. ``personal`` are kept only where nobody can be real, from the sandbox and in
    cassettes written from a document; a recording of a server has placeholders there. ``literals``
    are values kept wherever they stand, credentials' places included, because the protocol gives
    them a meaning (thirteen zeros for nobody). ``tokens`` are (end of a path, member) of answers that
    hand out a credential under an innocent name. ``text_types`` are content types of answers whose
    plain text is kept (``text/html`` of a firewall), ``binary`` keeps bodies that are no text.
    """

    protocol: frozenset[str] = frozenset()
    personal: frozenset[str] = frozenset()
    literals: frozenset[str] = frozenset({"0" * 13, ""})
    request_headers: frozenset[str] = frozenset({"accept", "content-type"})
    response_headers: frozenset[str] = frozenset({"content-type", "retry-after"})
    tokens: tuple[tuple[str, str], ...] = (("/auth/validate", "Result"),)
    text_types: frozenset[str] = frozenset()
    binary: bool = False

    def keeps(self, name: str, *, is_synthetic: bool) -> bool:
        """Whether the value under this name stays."""
        wanted = name.lower()
        return any(
            wanted == known.lower()
            for known in self.protocol | (self.personal if is_synthetic else frozenset())
        )

    def is_token(self, path: str, name: str) -> bool:
        """Whether an answer of this path hands out a token under this name."""
        return any(path.endswith(end) and name.lower() == member.lower() for end, member in self.tokens)
