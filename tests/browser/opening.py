"""How the fixtures `new_page` and `start_chat` are called, and what is done to a page."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, Route

NewPage = Callable[..., Page]
StartChat = Callable[..., str]


def click_before_an_answer(first: Locator, second: Locator, told: str) -> None:
    """Click both, the second before the server has heard of the first; `told` is how it hears."""
    page, held = first.page, list[Route]()
    page.route(told, lambda route: held.append(route))
    for one in (first, second):
        with page.expect_request(told):
            one.evaluate("one => one.click()")  # it may lie in a drawer
    for route in held:
        with page.expect_response(told):
            route.continue_()
    page.unroute(told)
