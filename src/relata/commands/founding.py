"""What `relata init` and `relata workspace create` share: a workspace and its first administrator, both or neither."""

from __future__ import annotations

from relata.kernel.context import Ctx
from relata.kernel.identity.people import give_credentials
from relata.kernel.installation import Installation
from relata.kernel.records.change import Create
from relata.kernel.records.write import write
from relata.kernel.tenancy.creating import Plan, create_workspace


async def found(here: Installation, plan: Plan, name: str, email: str, password: str) -> None:
    async def settle(ctx: Ctx) -> None:
        user = await write(ctx, "user", Create({"name": name, "emails": email, "role": "administrator"}))
        await give_credentials(ctx, user.id, email, password)

    await create_workspace(here, plan, settle)
