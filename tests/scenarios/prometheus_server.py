"""A real Prometheus on loopback."""

import json
import subprocess
import urllib.parse
import urllib.request

from exporter import end_process, free_port, tool


class Prometheus:
    """Debian's Prometheus with one scrape job, in the foreground. `job` are further lines of it, `more` of the
    configuration."""

    def __init__(self, directory, scraped_port, job="", more=""):
        self.port = free_port()
        config = directory / "prometheus.yml"
        config.write_text(f"""global: {{scrape_interval: 1s, scrape_timeout: 900ms}}
scrape_configs:
  - job_name: fcrdns
    static_configs: [{{targets: ["127.0.0.1:{scraped_port}"]}}]
{job}{more}""")
        self._log = directory / "prometheus.log"
        self._command = [tool("prometheus"), f"--config.file={config}", f"--storage.tsdb.path={directory / 'data'}",
                         f"--web.listen-address=127.0.0.1:{self.port}", "--log.level=warn"]

    def __enter__(self):
        with open(self._log, "wb") as log:
            self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        return self

    def __exit__(self, *_):
        end_process(self._process)
        print(self._log.read_text(errors="replace")[-3000:])

    def whole(self, path, **parameters):
        """An answer of the API with all it says, warnings included."""
        url = f"http://127.0.0.1:{self.port}{path}?{urllib.parse.urlencode(parameters)}"
        with urllib.request.urlopen(url, timeout=5) as response:
            return json.load(response)

    def get(self, path, **parameters):
        return self.whole(path, **parameters)["data"]

    def value(self, expression):
        """The value of an instant query with one result, else None."""
        result = self.get("/api/v1/query", query=expression)["result"]
        return float(result[0]["value"][1]) if len(result) == 1 else None
