from __future__ import annotations

import pytest

from leadferry.accounts.addresses import environment_root
from leadferry.errors import InputError


@pytest.mark.parametrize(
    ("typed", "root"),
    [
        ("https://crane.crm4.dynamics.com", "https://crane.crm4.dynamics.com"),
        ("https://crane.crm4.dynamics.com/", "https://crane.crm4.dynamics.com"),
        ("https://Crane.CRM4.dynamics.com/api/data/v9.2/", "https://crane.crm4.dynamics.com"),
        ("https://crane.crm4.dynamics.com/main.aspx?appid=1#x", "https://crane.crm4.dynamics.com"),
        ("https://crane.crm4.dynamics.com:443", "https://crane.crm4.dynamics.com"),
        (" crane.crm4.dynamics.com ", "https://crane.crm4.dynamics.com"),
        ("https://localhost:8802/api/data/v9.2", "https://localhost:8802"),
        ("http://127.0.0.1:8802", "http://127.0.0.1:8802"),
        ("http://[::1]:8802", "http://[::1]:8802"),
    ],
)
def test_an_address_as_pasted_becomes_the_root_of_the_environment(typed: str, root: str) -> None:
    assert environment_root(typed) == root


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("http://crane.crm4.dynamics.com", "is not https: secrets and leads would travel in the open"),
        ("ftp://crane", "is not a web address"),
        ("", "is not a web address"),
        ("https://", "is not a web address"),
        ("https://crane .com", "is not a web address"),
        ("https://crane:99999", "is not a web address"),
        ("https://ann:hush@crane.crm4.dynamics.com", "is not a web address"),
        ("https://make.powerapps.com/environments/1", "is a site of Microsoft's, not an environment"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_with_the_reason(typed: str, message: str) -> None:
    with pytest.raises(InputError) as refusal:
        environment_root(typed)
    assert message in str(refusal.value)
    assert refusal.value.fix
    assert "hush" not in str(refusal.value)
