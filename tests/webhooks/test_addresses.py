"""Where webhooks may lead. The addresses are those that attackers use."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from leadferry.errors import InputError
from leadferry.webhooks.addresses import Rules, is_public, read_rules, read_target, usable

STRICT = Rules()
PUBLIC = ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
INSIDE = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.7", "172.16.0.1", "172.31.255.255", "192.168.1.1",  # noqa: S104
    "169.254.169.254", "100.64.0.1", "192.0.0.8", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1",
    "255.255.255.255", "::", "::1", "fe80::1", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1",
    "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::",
    "2002:a9fe:a9fe::", "::127.0.0.1", "::ffff:0:127.0.0.1",
]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_reached(address: str) -> None:
    assert is_public(ip_address(address))
    assert usable([address], STRICT) == [address]


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_of_this_machine_its_network_and_its_cloud_are_not(address: str) -> None:
    assert not is_public(ip_address(address))
    assert usable([address], STRICT) == []
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(InputError) as refusal:
        read_target(f"https://{host}/latest/meta-data", STRICT)
    assert refusal.value.code == "bad-webhook-address"


def test_of_a_name_with_several_addresses_only_those_that_may_be_are_used() -> None:
    assert usable(["10.0.0.7", "8.8.8.8", "::1", "fe80::1%eth0", "nonsense"], STRICT) == ["8.8.8.8"]


def test_networks_of_the_settings_are_reached_and_no_others() -> None:
    rules = read_rules(False, ["10.20.0.0/16", "fd00::/8"])
    assert usable(["10.20.3.4", "10.21.3.4", "fd00::9", "::1", "::ffff:10.20.1.1"], rules) == [
        "10.20.3.4",
        "fd00::9",
        "::ffff:10.20.1.1",
    ]
    assert read_target("https://10.20.3.4/x", rules).host == "10.20.3.4"


@pytest.mark.parametrize("text", ["10.20.0.5/16", "internal", "10.0.0.0/99", ""])
def test_a_network_that_is_none_is_told_with_its_setting(text: str) -> None:
    with pytest.raises(InputError, match="LEADFERRY_WEBHOOK_NETWORKS"):
        read_rules(False, [text])


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://hooks.example.com/x", "not https"),
        ("ftp://hooks.example.com/x", "not a web address"),
        ("file:///etc/passwd", "not a web address"),
        ("https:///x", "not a web address"),
        ("https://hooks.example.com:0/x", "not a web address"),
        ("https://hooks.example.com:99999/x", "not a web address"),
        ("https://hooks.example.com/a b", "not a web address"),
        ("https://hooks.example.com/a\r\nX: y", "not a web address"),
        ("https://hooks.exämple.com/", "not a web address"),
        ("https://[::1", "not a web address"),
        ("https://ann:pass@hooks.example.com/", "user name"),
        ("https://@hooks.example.com/", "user name"),
        ("https://hooks.example.com/#part", "behind #"),
        ("https://localhost/x", "very machine"),
        ("https://LOCALHOST./x", "very machine"),
        ("https://app.localhost/x", "very machine"),
        ("hooks.example.com", "not a web address"),
        ("", "not a web address"),
        (f"https://hooks.example.com/{'x' * 2000}", "not a web address"),
    ],
)
def test_an_address_that_cannot_be_used_says_why_and_is_not_quoted(url: str, why: str) -> None:
    with pytest.raises(InputError, match=why) as refusal:
        read_target(url, STRICT)
    assert "hooks.example.com/x" not in str(refusal.value)
    assert "pass@" not in str(refusal.value)


@pytest.mark.parametrize(
    ("url", "shown", "path"),
    [
        ("https://hooks.example.com/a?sig=KEY&x=1", "https://hooks.example.com/a?…", "/a?sig=KEY&x=1"),
        ("https://Hooks.Example.com", "https://hooks.example.com/", "/"),
        ("https://hooks.example.com:8443/a", "https://hooks.example.com:8443/a", "/a"),
        ("https://[2606:4700::1111]/a", "https://[2606:4700::1111]/a", "/a"),
    ],
)
def test_what_stands_behind_the_question_mark_is_sent_and_not_shown(url: str, shown: str, path: str) -> None:
    target = read_target(url, STRICT)
    assert (target.shown, target.path) == (shown, path)


def test_plain_http_only_where_the_settings_say_so() -> None:
    assert read_target("http://hooks.example.com/x", Rules(http=True)).port == 80
