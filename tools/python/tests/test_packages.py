"""What the packages hold; `PACKAGES` names their folder. (tools/packaging/test-packages installs them.)"""
import glob
import hashlib
import os
import pathlib
import re
import shutil
import stat
import subprocess
import tarfile
import zipfile

import pytest

FOLDER = os.environ.get("PACKAGES")
pytestmark = pytest.mark.skipif(FOLDER is None, reason="no packages: set PACKAGES")


def the_one(pattern):
    found = glob.glob(os.path.join(FOLDER, pattern))
    assert len(found) == 1, found
    return pathlib.Path(found[0])


def run(*command):
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """The Debian package, unpacked."""
    path = tmp_path_factory.mktemp("deb")
    run("dpkg-deb", "-R", the_one("kindred_*.deb"), path)
    return path


def test_checksums():
    lines = (pathlib.Path(FOLDER) / "SHA256SUMS").read_text().splitlines()
    assert len(lines) == 3
    for line in lines:
        digest, name = line.split()
        assert hashlib.sha256((pathlib.Path(FOLDER) / name).read_bytes()).hexdigest() == digest


def test_the_binary_needs_glibc_alone_and_not_more_of_it_than_is_said(tree):
    binary = tree / "usr/bin/kindred"
    needed = re.findall(r"NEEDED +(\S+)", run("objdump", "-p", binary))
    assert needed and all(re.match(r"(libc|libm|libdl|libpthread|librt|ld-linux[-\w]*)\.so", one)
                          for one in needed), needed
    assert "RUNPATH" not in run("objdump", "-p", binary)
    glibc = max(re.findall(r"GLIBC_2\.(\d+)", run("objdump", "-T", binary)), key=int)
    assert f"-manylinux_2_{glibc}_" in the_one("kindred_db-*.whl").name
    assert f"libc6 (>= 2.{glibc})" in (tree / "DEBIAN/control").read_text()
    assert ".symtab" not in run("objdump", "-h", binary)


def test_each_holds_the_same_binary_and_says_its_version(tree):
    binary = (tree / "usr/bin/kindred").read_bytes()
    version = run(tree / "usr/bin/kindred", "--version").strip()
    with zipfile.ZipFile(the_one("kindred_db-*.whl")) as wheel:
        member = wheel.getinfo("kindred_db/bin/kindred")
        assert wheel.read(member) == binary and (member.external_attr >> 16) & stat.S_IXUSR
        assert "kindred_db/py.typed" in wheel.namelist()
        metadata = wheel.read(f"kindred_db-{version}.dist-info/METADATA").decode()
        assert f"Version: {version}\n" in metadata
        assert f"kindred_db-{version}.dist-info/licenses/LICENSE" in wheel.namelist()
    name = f"kindred-{version}-linux-{os.uname().machine}"
    with tarfile.open(the_one("kindred-*.tar.gz")) as tar:
        assert tar.extractfile(f"{name}/bin/kindred").read() == binary
        for path in ["LICENSE", "share/doc/kindred/kindred.service", "share/doc/kindred/kindred.json",
                     "share/doc/kindred/install.md", "share/man/man1/kindred-load-movielens.1.gz",
                     "share/bash-completion/completions/kindred", "share/zsh/vendor-completions/_kindred",
                     "share/fish/vendor_completions.d/kindred.fish"]:
            assert tar.getmember(f"{name}/{path}").size > 100
    assert f"\nVersion: {version}\n" in (tree / "DEBIAN/control").read_text()


def test_every_command_has_a_page(tree):
    commands = re.findall(r"^  (\w+)  ", run(tree / "usr/bin/kindred", "--help"), re.M)
    assert {"serve", "recommend", "backup"} <= set(commands)
    for command in set(commands) - {"help"}:
        assert (tree / f"usr/share/man/man1/kindred-{command}.1.gz").exists(), command
    if shutil.which("man"):
        for page in sorted((tree / "usr/share/man/man1").iterdir()):
            said = subprocess.run(["man", "--warnings", "-l", page], capture_output=True, text=True,
                                  env={**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "100"})
            assert said.returncode == 0 and not said.stderr, (page.name, said.stderr)


def test_the_unit_and_the_settings_belong_together(tree):
    unit = (tree / "lib/systemd/system/kindred.service").read_text()
    command = re.search("^ExecStart=(.*)$", unit, re.M)[1].split()
    assert (tree / command[0].lstrip("/")).exists()
    assert (tree / command[command.index("--config") + 1].lstrip("/")).exists()
    assert (tree / "DEBIAN/conffiles").read_text() == "/etc/kindred/kindred.json\n"
    assert {"postinst", "prerm", "postrm"} <= {path.name for path in (tree / "DEBIAN").iterdir()
                                               if os.access(path, os.X_OK)}


def test_lintian_finds_no_error():
    if not shutil.which("lintian"):
        pytest.skip("no lintian")
    done = subprocess.run(["lintian", "--allow-root", "--fail-on", "error", the_one("kindred_*.deb")],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
