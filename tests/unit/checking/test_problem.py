from __future__ import annotations

import pytest

from tapecheck.checking.problem import line_in
from tapecheck.model import Body


@pytest.mark.parametrize(("verbatim", "line"), [(True, 23), (False, 20)])
def test_a_line_of_a_body_is_exact_where_the_file_shows_the_body(verbatim: bool, line: int) -> None:
    assert line_in(Body(content=b"{}", line=20, verbatim=verbatim), 3) == line
