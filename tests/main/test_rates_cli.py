"""``makeline rates``: export, edit, publish, list."""

from pathlib import Path

from typer.testing import CliRunner

from makeline.main.cli import cli


def run(tmp_path: Path, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli, ["rates", *words, "--data-dir", str(tmp_path)])
    return done.exit_code, done.output


def test_staff_exports_the_card_edits_it_and_publishes_it_again(tmp_path: Path):
    assert CliRunner().invoke(cli, ["seed", "--data-dir", str(tmp_path)]).exit_code == 0
    file = tmp_path / "card.json"
    assert run(tmp_path, "export", str(file))[0] == 0
    text = file.read_text()
    assert '"purchase_surcharge":1.2' in text
    file.write_text(text.replace('"purchase_surcharge":1.2', '"purchase_surcharge":1.3'))
    code, said = run(tmp_path, "publish", str(file), "--note", "metal is dearer", "--by", "olga")
    assert code == 0, said
    assert "standard-1 version 2" in said
    assert "metal is dearer" in run(tmp_path, "list")[1]
    assert run(tmp_path, "export", str(file), "--version", "7")[0] == 1


def test_a_file_that_is_no_card_is_refused(tmp_path: Path):
    assert CliRunner().invoke(cli, ["seed", "--data-dir", str(tmp_path)]).exit_code == 0
    file = tmp_path / "card.json"
    for text in ("no card", '{"shop": {"id": "standard-1"}}'):
        file.write_text(text)
        assert run(tmp_path, "publish", str(file), "--note", "rubbish")[0] == 1


def test_material_prices_are_looked_at_before_they_are_published(tmp_path: Path):
    assert CliRunner().invoke(cli, ["seed", "--data-dir", str(tmp_path)]).exit_code == 0
    file = tmp_path / "materials.csv"
    assert run(tmp_path, "export-materials", str(file))[0] == 0
    text = file.read_text(encoding="utf-8-sig")
    assert "alum_D16" in text
    file.write_text(text.replace("531.08", "600"))
    code, said = run(tmp_path, "import-materials", str(file), "--preview")
    assert code == 0, said
    assert "prices_rub_per_kg.rod: 531.08 → 600" in said
    assert "open quotes: 0 of 0 priced again" in said
    assert "Nothing was published." in said
    assert run(tmp_path, "import-materials", str(file))[0] == 2
    code, said = run(tmp_path, "import-materials", str(file), "--note", "new list", "--by", "olga")
    assert "standard-1 version 2" in said
    assert "olga" in run(tmp_path, "list")[1]
    file.write_text("id,form,price_rub_per_kg\nalum_D16,rod,=1+1\n")
    code, said = run(tmp_path, "import-materials", str(file), "--preview")
    assert (code, "line 2.price_rub_per_kg" in said) == (1, True)
