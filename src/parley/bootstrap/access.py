"""Who may read what: groups and access lists over the database; and how pages are shown to them."""

from parley.adapters.database.access import PostgresAccessLists
from parley.adapters.database.audit import PostgresAuditLog
from parley.adapters.database.groups import PostgresGroupMembers, PostgresGroups
from parley.adapters.database.page_texts import PostgresPageTexts
from parley.adapters.database.workspaces import PostgresMemberships
from parley.bootstrap.parts import Parts
from parley.core.ingestion.pages import ShowPages
from parley.core.knowledge.access import DocumentAccess, FollowAccessJob
from parley.core.knowledge.ports import Documents
from parley.core.workspaces.authorize import Authorizer
from parley.core.workspaces.groups import GroupService
from parley.web.deps import AccessUses


def access_uses(parts: Parts) -> AccessUses:
    database, audit, clock = parts.database, PostgresAuditLog(), parts.clock
    authorizer = Authorizer(database, PostgresMemberships())
    groups, members = PostgresGroups(), PostgresGroupMembers()
    return AccessUses(
        groups=GroupService(database, authorizer, (groups, members), audit, clock),
        documents=DocumentAccess(
            database, authorizer, (PostgresAccessLists(), groups, members), parts.queue, audit, clock
        ),
    )


def show_pages(parts: Parts, documents: Documents) -> ShowPages:
    authorizer = Authorizer(parts.database, PostgresMemberships())
    return ShowPages(
        parts.database, authorizer, (documents, PostgresPageTexts(), parts.files), parts.page_renderer
    )


def follow_access_job(parts: Parts) -> FollowAccessJob:
    """What the worker does when the documents of a collection got another access list."""
    return FollowAccessJob(parts.database, PostgresAccessLists())
