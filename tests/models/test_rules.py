import pytest
from django.core.exceptions import ValidationError

from syncapp.models import FieldMapping


def test_a_form_takes_no_transform_that_cannot_be_read():
    with pytest.raises(ValidationError, match="“shout” is no transform"):
        FieldMapping(hubspot="jobtitle", quickbooks="Title", transform="shout").clean()
    FieldMapping(hubspot="jobtitle", quickbooks="Title", transform="trim").clean()
