"""What is known of follows and groups, so that a sweep can tell what callbacks did not."""

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Nothing yet."""
