"""What `make attribution` refuses, leaves out and prints."""

from __future__ import annotations

import subprocess
from decimal import Decimal
from pathlib import Path

import pytest

from orchestration.__main__ import main
from orchestration.commands import attribution as command
from orchestration.commands import touch_paths

ROOT = Path(__file__).parents[2]
HEADER = "path,conversions,value,nulls"


def file_of(folder: Path, *lines: str) -> Path:
    file = folder / "paths.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["path,conversions,value", "a,1,1"], "line 1: column nulls is missing"),
        ([f"{HEADER},clicks", "a,1,1,0,4"], "line 1: column 'clicks' is not known"),
        ([HEADER, "a,-1,1,0"], "line 2, column conversions: '-1', expected a number"),
        ([HEADER, "a,1,-0.5,0"], "line 2, column value: '-0.5', expected a number"),
        ([HEADER, "a,1,1,NaN"], "line 2, column nulls: 'NaN', expected a number"),
        ([HEADER, "a,1,1,0", ",1,1,0"], "line 3, column path: '', expected channels such as"),
        ([HEADER, "a > > b,1,1,0"], "line 2, column path: 'a > > b', expected channels"),
        ([HEADER, "a,1,1"], "line 2: 3 cells, expected 4"),
        ([HEADER, "a,0,5,3"], "line 2: a value of 5, but no conversion that brought it"),
        ([HEADER], "paths.csv holds no path"),
        ([f"{HEADER},hours", "a > b,1,1,0,5"], "line 2: 1 in hours, expected 2, one for each"),
        ([f"{HEADER},hours", "a > b,1,1,0,5 > -1"], "column hours: '5 > -1', expected hours"),
        ([f"{HEADER},hours", "a > b,1,1,0,"], "column hours: '', expected hours"),
    ],
)
def test_a_wrong_file_is_refused_by_line_and_column(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lines: list[str], said: str
) -> None:
    code = main(["attribution", "--paths", str(file_of(tmp_path, *lines))])
    printed = capsys.readouterr()
    assert code == 1
    assert said in printed.err
    assert not printed.out


def test_a_file_that_is_not_there_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["attribution", "--paths", str(tmp_path / "none.csv")]) == 1
    assert "none.csv cannot be opened" in capsys.readouterr().err


def test_cells_are_read_as_written(tmp_path: Path) -> None:
    file = file_of(tmp_path, f"\ufeffhours,{HEADER}", '48>5 > 0.5,"a>b, c  > Блог", 2 ,0.10,3', "")
    (found,) = touch_paths.read(file)
    assert found.channels == ["a", "b, c", "Блог"]
    assert found.hours == [Decimal(48), Decimal(5), Decimal("0.5")]
    assert (found.conversions, found.value, found.nulls) == (2, Decimal("0.10"), 3)


def test_figures_and_notes_go_their_own_ways(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    file = file_of(tmp_path, f"{HEADER},hours", "a > b,1,3,2,168 > 0", "d,1,0.5,0,1")
    code = main(["attribution", "--paths", str(file)])
    printed = capsys.readouterr()
    assert code == 0
    assert printed.err.split("\n") == [
        "last_non_direct is left out: name the direct channel, DIRECT=name",
        "",
    ]
    lines = printed.out.splitlines()
    assert lines[0] == "model,channel,conversions,value"
    assert lines[1:4] == ["first,a,1,3", "first,b,0,0", "first,d,1,0.5"]
    assert "time_decay,a,0.333333333333,1" in lines
    assert [line.split(",")[0] for line in lines[1::3]] == [
        model for model in command.MODELS if model != "last_non_direct"
    ]
    assert not list(temporary.iterdir())


def test_make_hands_on_what_a_person_types() -> None:
    def made(*arguments: str) -> str:
        return subprocess.run(
            ["make", "-n", "attribution", *arguments],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    assert '--paths "some paths.csv" --direct "Прямые"' in made(
        "PATHS=some paths.csv", "DIRECT=Прямые"
    )
    assert "Name the file: make attribution PATHS=paths.csv" in made()
