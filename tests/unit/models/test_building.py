"""Drafts become the frozen model they were made for."""

import pytest
from attrs import exceptions, fields

from privcrm.models import Follow, Member
from privcrm.models.building import draft_of


@pytest.mark.parametrize("model", [Follow, Member])
def test_a_filled_draft_equals_the_model_made_the_usual_way_and_is_frozen(model):
    values = {field.name: field.name for field in fields(model)}
    draft = draft_of(model)()
    for name, value in values.items():
        setattr(draft, name, value)
    draft.__class__ = model
    assert draft == model(**values)
    assert repr(draft) == repr(model(**values))
    assert hash(draft) == hash(model(**values))
    with pytest.raises(exceptions.FrozenInstanceError):
        draft.raw = {}
