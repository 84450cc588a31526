"""Lists of the simulated Rescale as a raw client reads them."""

import httpx


def results(client: httpx.Client, path: str, **params: str | int) -> list[dict[str, object]]:
    """The items of a list's first page."""
    answer = client.get(path, params={"page_size": 1000, **params})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["results"])


def everything(client: httpx.Client, path: str) -> list[dict[str, object]]:
    """All items of a list, following `next` as it comes."""
    page = client.get(path).json()
    items = list(page["results"])
    while page["next"]:
        page = client.get(page["next"]).json()
        items += page["results"]
    return items
