"""What alembic runs to migrate: on the connection, and inside the transaction, that privcrm.store.schema opened."""

from alembic import context

from privcrm.store.schema import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    version_table=VERSION_TABLE,
    transactional_ddl=False,  # begun and committed around this, together with taking the lock
)
context.run_migrations()
