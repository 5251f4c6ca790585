"""Keys and certificates for the tests, made anew by openssl; none is ever kept."""

import subprocess

from exporter import tool


def openssl(directory, *words):
    done = subprocess.run([tool("openssl"), *words], cwd=directory, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr


class Keys:
    """An authority NAME.pem with its NAME.key, and certificates signed by it."""

    def __init__(self, directory, name="ca"):
        self.directory, self.name = directory, name
        self.self_signed(name, "/CN=" + name)

    def self_signed(self, name, subject, *extensions):
        more = [word for extension in extensions for word in ("-addext", extension)]
        openssl(self.directory, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-days", "2", "-subj", subject, "-keyout", f"{name}.key", "-out", f"{name}.pem", *more)

    def sign(self, name, san="DNS:localhost,IP:127.0.0.1", usage=None):
        extensions = f"subjectAltName={san}\n" + (f"extendedKeyUsage={usage}\n" if usage else "")
        (self.directory / f"{name}.ext").write_text(extensions)
        openssl(self.directory, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj",
                f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
        openssl(self.directory, "x509", "-req", "-in", f"{name}.csr", "-CA", f"{self.name}.pem", "-CAkey",
                f"{self.name}.key", "-CAcreateserial", "-days", "2", "-extfile", f"{name}.ext", "-out", f"{name}.pem")

    def path(self, name):
        return self.directory / name
