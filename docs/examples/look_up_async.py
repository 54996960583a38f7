"""The same question with the asynchronous client: same verbs, same names, same errors."""

import anyio
from look_up import QUERY

from govlink import AsyncClient, load_config


async def main() -> None:
    """Runs on asyncio, and on trio with ``anyio.run(main, backend="trio")``."""
    async with AsyncClient(load_config()) as client:
        record = await client.look_up(QUERY)
    print(record.fields["firstName"])


if __name__ == "__main__":
    anyio.run(main)
