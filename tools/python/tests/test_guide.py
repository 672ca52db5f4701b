"""The notebook of the guide, run as it stands, on a synthetic set."""
import os
import pathlib

import pytest

nbclient = pytest.importorskip("nbclient")
pytest.importorskip("ipykernel")
pytest.importorskip("pandas")

import nbformat  # noqa: E402

import kindred_db  # noqa: E402

NOTEBOOK = pathlib.Path(__file__).parents[3] / "docs" / "guide" / "kindred.ipynb"

# Before the last cell, which closes the database.
CHECK = """
for user in [1, 42, 599]:
    loaded, own = [
        dict(zip(vector.indices, vector.values)) for vector in (
            db.client.retrieve(name, [user], with_vectors=True)[0].vector["ratings"]
            for name in ("movielens", "by_hand"))]
    assert loaded.keys() == own.keys() and all(abs(loaded[m] - own[m]) < 1e-6 for m in own), user
"""


def test_every_cell_of_the_notebook(folder, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(pathlib.Path(kindred_db.__file__).parents[1]))
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    assert all(not cell.get("outputs") for cell in notebook.cells), "commit it without its outputs"
    # The module under test takes the place of what pip would find.
    assert notebook.cells[1].source.startswith("%pip install")
    notebook.cells[1].source = ""
    notebook.cells.insert(-1, nbformat.v4.new_code_cell(CHECK))
    nbclient.NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute()
    shown = [output["data"].get("text/plain", "") for cell in notebook.cells if cell.cell_type == "code"
             for output in cell.outputs if output.output_type == "execute_result"]
    assert shown[0].startswith("LoadReport(users=600, ratings=")
    assert shown[1].splitlines()[0].split() == ["#", "title", "score", "neighbours"]
    assert len(shown[1].splitlines()) == 6
    assert "count=600" in shown[4]
    for table in shown[-2:]:
        assert len(table.splitlines()) == 6 and "title" in table
    assert os.path.exists(folder / "data" / "MANIFEST") and not os.path.exists(folder / "data" / "kindred.sock")
