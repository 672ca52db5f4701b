"""Certificates for the tests, made by openssl's command line."""
import datetime
import pathlib
import subprocess


def openssl(*arguments, text=""):
    return subprocess.run(["openssl", *map(str, arguments)], input=text, text=True, check=True,
                          capture_output=True).stdout


def new_key(path, kind="ec"):
    options = {"ec": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
               "p384": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
               "rsa": ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]}[kind]
    openssl("genpkey", *options, "-out", path)
    path.chmod(0o600)
    return path


class Authority:
    """A certificate that signs others."""

    def __init__(self, folder, name="authority", signer=None):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(exist_ok=True)
        self.key = new_key(self.folder / f"{name}.key")
        self.certificate = self.folder / f"{name}.pem"
        if signer:
            signer.sign(self.key, self.certificate, name, ["basicConstraints=critical,CA:TRUE"])
        else:
            openssl("req", "-x509", "-new", "-key", self.key, "-subj", f"/CN={name}", "-days", 30,
                    "-out", self.certificate)

    def sign(self, key, certificate, name, extensions, days=(-1, 90)):
        """Days from now that it holds from and to; the daemon warns 14 days before the second."""
        now = datetime.datetime.now(datetime.timezone.utc)
        from_, to = ((now + datetime.timedelta(days=count)).strftime("%Y%m%d%H%M%SZ")
                     for count in days)
        request = openssl("req", "-new", "-key", key, "-subj", f"/CN={name}")
        state = self.folder / f"{certificate.stem}.ca"
        state.mkdir(exist_ok=True)
        (state / "index").write_text("")
        (state / "extensions").write_text("\n".join(["[ca]", "default_ca=d", "[d]",
            f"database={state}/index", f"new_certs_dir={state}", "rand_serial=yes", "policy=p",
            "default_md=sha256", "unique_subject=no", "x509_extensions=e", "[p]",
            "commonName=supplied", "[e]", *extensions]))
        openssl("ca", "-batch", "-config", state / "extensions", "-cert", self.certificate,
                "-keyfile", self.key, "-startdate", from_, "-enddate", to, "-notext", "-in",
                "/dev/stdin", "-out", certificate, text=request)

    def issue(self, name="server", kind="ec", days=(-1, 90), chain=(), host="localhost"):
        """A certificate for `host` and loopback, followed by those of the chain, and its key."""
        key = new_key(self.folder / f"{name}.key", kind)
        certificate = self.folder / f"{name}.pem"
        self.sign(key, certificate, name, [f"subjectAltName=DNS:{host},IP:127.0.0.1"]
                  if host == "localhost" else [f"subjectAltName=DNS:{host}"], days)
        for other in chain:
            certificate.write_text(certificate.read_text() + other.certificate.read_text())
        return certificate, key
