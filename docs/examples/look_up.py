"""Ask the civil registry through GDX for one person."""

from govlink import Client, load_config
from govlink.models.identity import AgentId
from govlink.models.registry import Purpose, RegistryQuery

QUERY = RegistryQuery(
    service="dopa.linkage_person",
    keys={"CitizenID": "1989900000013"},  # synthetic: no province has the code 98
    purpose=Purpose(text="เทียบวุฒิการศึกษา", legal_basis="ระเบียบ ...", case_reference="P-2569-0001"),
    officer=AgentId("3979900000010"),
)


def main() -> None:
    """One request; the session token is obtained, kept and renewed by the client."""
    with Client(load_config()) as client:
        record = client.look_up(QUERY)
    print(record.fields["firstName"])


if __name__ == "__main__":
    main()
