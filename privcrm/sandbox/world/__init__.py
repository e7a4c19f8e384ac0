"""Facts of the simulated company and what its people do: staff, members, follows, tags, groups. No vendor's words."""

from privcrm.sandbox.world.follows import EndedBy, Follow, Way
from privcrm.sandbox.world.groups import Group, GroupMember, JoinedBy
from privcrm.sandbox.world.handovers import Carries, Handover, HandoverState, Terms
from privcrm.sandbox.world.media import MediaFile, Purpose
from privcrm.sandbox.world.members import Kind, Member
from privcrm.sandbox.world.scale import Scale
from privcrm.sandbox.world.staff import ROOT, Department, Staff, StaffState
from privcrm.sandbox.world.strategies import Node, Strategy, StrategyBook
from privcrm.sandbox.world.tags import Tag, TagGroup
from privcrm.sandbox.world.welcomes import Greeting, Welcome, WelcomeBook
from privcrm.sandbox.world.world import CONSOLE, EPOCH, OTHER_PROGRAM, OUR_PROGRAM, KnownPerson, World

__all__ = [
    "CONSOLE",
    "EPOCH",
    "OTHER_PROGRAM",
    "OUR_PROGRAM",
    "ROOT",
    "Carries",
    "Department",
    "EndedBy",
    "Follow",
    "Greeting",
    "Group",
    "GroupMember",
    "Handover",
    "HandoverState",
    "JoinedBy",
    "Kind",
    "KnownPerson",
    "MediaFile",
    "Member",
    "Node",
    "Purpose",
    "Scale",
    "Staff",
    "StaffState",
    "Strategy",
    "StrategyBook",
    "Tag",
    "TagGroup",
    "Terms",
    "Way",
    "Welcome",
    "WelcomeBook",
    "World",
]
