"""The chat and the page of an evaluation in a real browser, which all the tests share."""
