"""Who a service says we are."""

from runtui.model.identity import Identity


def test_an_address_that_is_the_name_too_is_said_once() -> None:
    assert Identity(name="alice@lab.org", email="alice@lab.org").words == ("alice@lab.org",)
    assert Identity(name="Ada", email="ada@x.org", organisation="Aero").words == ("Ada", "ada@x.org", "Aero")
    assert Identity().words == ()
