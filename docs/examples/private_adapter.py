"""A platform of your own in your own file: a graduates' register in the agency's network."""

from dataclasses import dataclass

from govlink import Adapter, Capabilities, Client, Context, Endpoint, Environment, Flow, Request, load_config
from govlink.interfaces import CONTRACT
from govlink.models.mark import Mark
from govlink.models.registry import RegistryQuery, RegistryRecord
from govlink.settings import PlatformSettings
from govlink.wire import parse_json_object, raise_for_status

URLS = {Environment.SANDBOX: "{sandbox}/graduates", Environment.PRODUCTION: "{register}/graduates"}
GRADUATES = Endpoint(operation="graduates", urls=URLS, mark=Mark.DOCUMENTED, source="our own register")


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """What the register can do."""

    settings: PlatformSettings

    def look_up(self, query: RegistryQuery, *, context: Context) -> Flow[RegistryRecord]:  # noqa: ARG002 - the verb's signature
        """One graduate by ``certificate``; ``NotFoundError`` when the register answers 404."""
        url, keys = self.settings.url_of(GRADUATES, platform="register"), tuple(query.keys.items())
        response = yield Request(method="GET", url=url, operation="graduates", query=keys)
        raise_for_status(response, platform="register", operation="graduates")
        content = parse_json_object(response, platform="register", operation="graduates")
        return RegistryRecord(service=query.service, fields={k: str(v) for k, v in content.items()})


adapter = Adapter(
    name="register", contract=CONTRACT, title_th="ทะเบียนผู้สำเร็จการศึกษา", title_en="Graduates' register",
    homepage="https://register.example", mark=Mark.DOCUMENTED, settings=PlatformSettings,
    connect=lambda settings: Capabilities(registry=Register(settings=settings)),
    provides=frozenset({"registry"}), endpoints=(GRADUATES,),
)  # fmt: skip


def main(query: RegistryQuery) -> RegistryRecord:
    """The client's token, retry, limit and log policies hold for the register as well."""
    with Client(load_config(), adapters=(adapter,)) as client:
        return client.look_up(query, platform="register")
