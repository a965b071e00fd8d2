"""What shell completion offers: names that go on as typed, and in doubt nothing."""

import pytest
from tests.cli.terminal import Terminal


def offered(terminal: Terminal, line: str) -> list[str]:
    """Ask as bash does, with the last word unfinished."""
    words = line.split(" ")
    asked = {"_INCIDENT_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    asking = Terminal(terminal.place)
    asking.environment = {**terminal.environment, **asked}
    answer = asking.type("incident")
    assert answer.err == ""
    return answer.out.split("\n")[:-1] if answer.out.strip() else []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("incident show ", "INC-1"),
        ("incident note I", "INC-1"),
        ("incident outbox ", "INC-1"),
        ("incident declare INC-1 --impact M", "Major"),
        ("incident role INC-1 comm", "communications"),
        ("incident support INC-1 ", "aws"),
        ("incident chase INC-1 ", "case_1"),
        ("incident done INC-1 re", "report"),
        ("incident dismiss INC-1 --route git", "github_ticket"),
        ("incident skip ", "INC-1:3:0"),
        ("incident --policy gds declare INC-1 --service F", "Forms"),
        ("incident declare INC-1 --policy gds --service F", "Forms"),
        ("incident resolve INC-1 --fix per", "permanent"),
        ("incident ret", "retry"),
    ],
)
def test_names_are_offered(managing: Terminal, line: str, expected: str) -> None:
    """From the journal and the policy that the line or the environment names."""
    managing.must("incident support INC-1 aws --account 123456789012 --summary Quota")
    assert expected in offered(managing, line)


@pytest.mark.parametrize("line", ["incident role INC-1 ", "incident show ", "incident skip "])
def test_in_doubt_nothing_is_offered_and_nobody_complains(terminal: Terminal, line: str) -> None:
    """No policy of that name, no journal, or one that is not ours."""
    terminal.environment["INCIDENT_POLICY"] = "nope.toml"
    assert offered(terminal, line) == []
    terminal.folder.mkdir()
    (terminal.folder / "journal.sqlite3").write_text("a shopping list, and a long one, so that it is no empty file")
    assert offered(terminal, line) == []
