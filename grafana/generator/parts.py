"""What the dashboards are put together from: panels, queries, variables, colours. Classic JSON, schemaVersion 42."""

DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
TAGS = ["fcrdns", "dns"]

# Every selector has these; the linter of the mixins wants job and instance.
SCOPE = 'job=~"$job",instance=~"$instance"'
OF_TARGET = SCOPE + ',ip=~"$ip",hostname=~"$hostname"'
OF_VIEW = OF_TARGET + ',resolver=~"$resolver"'
OF_RESOLVER = SCOPE + ',resolver=~"$resolver"'
# Only fcrdns_target_ok, _status and _info have the user's labels; `labels` is a matcher the reader writes.
WITH_LABELS = OF_TARGET + ",$labels"
# The authority stands beside the resolvers in per-resolver series, whatever is chosen.
WITH_AUTHORITY = OF_TARGET + ',resolver=~"$resolver|authoritative"'

ON = "on (job, instance, ip, hostname)"


def chosen(expr):
    """Of a series without the user's labels, those addresses that have the ones wanted."""
    return f"{expr}\nand {ON} fcrdns_target_info{{{WITH_LABELS}}}"


# Red only where mail is refused. Chosen to differ in brightness as well, for who sees no red and green.
STATUS_COLOURS = {
    "pass": "#56A64B", "name_mismatch": "#F2CC0C", "forward_mismatch": "#C4162A", "forward_missing": "#E02F44",
    "ptr_invalid": "#AD0317", "no_ptr": "#8F0216", "temp_error": "#FF9830", "filtered": "#B877D9", "special_use": "#8AB8FF",
    "pending": "#A6A6A6"}


def mapping(colours):
    return [{"type": "value", "options": {name: {"color": colour, "index": number, "text": name}
                                          for number, (name, colour) in enumerate(colours.items())}}]


def values(*rows):
    """(value, text, colour)."""
    return [{"type": "value", "options": {str(value): {"color": colour, "index": number, "text": text}
                                          for number, (value, text, colour) in enumerate(rows)}}]


OK_OR_NOT = values((1, "ok", "green"), (0, "failed", "red"))
UP_OR_DOWN = values((1, "up", "green"), (0, "down", "red"))
AGREE_OR_NOT = values((0, "agree", "green"), (1, "disagree", "orange"))


def query(expr, legend="", instant=False, table=False, heatmap=False, ref="A"):
    return {"datasource": DATASOURCE, "editorMode": "code", "expr": expr, "legendFormat": legend or "__auto", "refId": ref,
            "instant": instant, "range": not instant, "format": "table" if table else "heatmap" if heatmap else "time_series"}


def steps(*pairs):
    """("green", None), ("red", 1)."""
    return {"mode": "absolute", "steps": [{"color": colour, "value": value} for colour, value in pairs]}


def override(name, *properties):
    return {"matcher": {"id": "byName", "options": name},
            "properties": [{"id": key, "value": value} for key, value in properties]}


class Dashboard:
    """Rows of panels from left to right, top to bottom; ids by their order."""

    def __init__(self, uid, title, description, variables, refresh="30s", time="now-6h", annotations=()):
        self.uid, self.title, self.description = uid, title, description
        self.variables, self.refresh, self.time, self.annotations = variables, refresh, time, annotations
        self._panels, self._x, self._y, self._height = [], 0, 0, 0

    def _place(self, width, height):
        if self._x + width > 24:
            self._x, self._y, self._height = 0, self._y + self._height, 0
        place = {"h": height, "w": width, "x": self._x, "y": self._y}
        self._x += width
        self._height = max(self._height, height)
        return place

    def row(self, title):
        self._x, self._y, self._height = 0, self._y + self._height, 0
        self._panels.append({"id": len(self._panels) + 1, "type": "row", "title": title, "collapsed": False, "panels": [],
                             "gridPos": {"h": 1, "w": 24, "x": 0, "y": self._y}})
        self._y += 1

    def panel(self, kind, title, description, targets, width, height, options, defaults, overrides=(), **more):
        self._panels.append({
            "id": len(self._panels) + 1, "type": kind, "title": title, "description": description, "datasource": DATASOURCE,
            "gridPos": self._place(width, height), "targets": targets, "options": options,
            "fieldConfig": {"defaults": defaults, "overrides": list(overrides)}, **more})

    def stat(self, title, description, expr, unit="short", thresholds=None, mappings=(), width=4, height=4, **more):
        self.panel("stat", title, description, [query(expr, instant=True)], width, height,
                   {"colorMode": "value", "graphMode": "none", "justifyMode": "auto", "orientation": "auto", "textMode": "auto",
                    "wideLayout": True, "showPercentChange": False, "percentChangeColorMode": "standard",
                    "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}},
                   {"unit": unit, "mappings": list(mappings), "color": {"mode": "thresholds"},
                    "thresholds": thresholds or steps(("text", None))}, **more)

    def series(self, title, description, targets, unit="short", width=12, height=8, stack=False, overrides=(), low=None, high=None,
               line="linear"):
        defaults = {"unit": unit, "color": {"mode": "palette-classic"}, "mappings": [], "thresholds": steps(("green", None)),
                    "custom": {"drawStyle": "line", "lineInterpolation": line, "lineWidth": 1, "fillOpacity": 30 if stack else 5,
                               "showPoints": "never", "spanNulls": False,
                               "stacking": {"mode": "normal" if stack else "none", "group": "A"}}}
        if low is not None:
            defaults["min"] = low
        if high is not None:
            defaults["max"] = high
        self.panel("timeseries", title, description, targets, width, height,
                   {"legend": {"calcs": [], "displayMode": "list", "placement": "bottom", "showLegend": True},
                    "tooltip": {"mode": "multi", "sort": "desc"}}, defaults, overrides)

    def timeline(self, title, description, targets, mappings, width=24, height=6):
        self.panel("state-timeline", title, description, targets, width, height,
                   {"alignValue": "left", "mergeValues": True, "rowHeight": 0.85, "showValue": "auto", "perPage": 30,
                    "legend": {"calcs": [], "displayMode": "list", "placement": "bottom", "showLegend": False},
                    "tooltip": {"mode": "single", "sort": "none"}},
                   {"color": {"mode": "thresholds"}, "mappings": list(mappings), "thresholds": steps(("text", None)),
                    "custom": {"fillOpacity": 75, "lineWidth": 0}})

    def table(self, title, description, targets, transformations, overrides, width=24, height=10, sort=None):
        self.panel("table", title, description, targets, width, height,
                   {"cellHeight": "sm", "frameIndex": 0, "showHeader": True, "enablePagination": True,
                    "sortBy": [{"displayName": sort, "desc": False}] if sort else []},
                   {"unit": "short", "color": {"mode": "thresholds"}, "mappings": [], "thresholds": steps(("text", None)),
                    "custom": {"align": "auto", "cellOptions": {"type": "auto"}, "inspect": False, "filterable": True}},
                   overrides, transformations=transformations)

    def heatmap(self, title, description, expr, unit="s", width=12, height=8):
        self.panel("heatmap", title, description, [query(expr, "{{le}}", heatmap=True)], width, height,
                   {"calculate": False, "cellGap": 1,
                    "color": {"mode": "scheme", "scheme": "Oranges", "fill": "dark-orange", "exponent": 0.5, "steps": 64,
                              "reverse": False},
                    "exemplars": {"color": "rgba(255,0,255,0.7)"}, "filterValues": {"le": 1e-9}, "legend": {"show": True},
                    "rowsFrame": {"layout": "auto"}, "showValue": "never",
                    "tooltip": {"mode": "single", "showColorScale": False, "yHistogram": False},
                    "yAxis": {"axisPlacement": "left", "reverse": False, "unit": unit}},
                   {"unit": unit, "custom": {"scaleDistribution": {"type": "linear"},
                                            "hideFrom": {"legend": False, "tooltip": False, "viz": False}}})

    def json(self):
        return {
            "id": None, "uid": self.uid, "title": self.title, "description": self.description, "tags": TAGS, "editable": False,
            "graphTooltip": 1, "refresh": self.refresh, "schemaVersion": 42, "timezone": "browser", "version": 1, "weekStart": "",
            "fiscalYearStartMonth": 0, "time": {"from": self.time, "to": "now"}, "timepicker": {}, "preload": False,
            "annotations": {"list": [ALERTS_AND_DASHBOARD, *self.annotations]},
            "links": [{"asDropdown": False, "icon": "external link", "includeVars": True, "keepTime": True, "tags": TAGS,
                       "targetBlank": False, "title": "", "tooltip": "", "type": "dashboards", "url": ""}],
            "panels": self._panels, "templating": {"list": self.variables}}


ALERTS_AND_DASHBOARD = {
    "builtIn": 1, "datasource": {"type": "grafana", "uid": "-- Grafana --"}, "enable": True, "hide": True,
    "iconColor": "rgba(0, 211, 255, 1)", "name": "Annotations & Alerts", "type": "dashboard"}


def annotation(name, expr, title, text, colour="purple"):
    """`expr` gives the moment, in milliseconds."""
    return {"datasource": DATASOURCE, "enable": True, "expr": expr, "iconColor": colour, "name": name, "step": "60s",
            "tagKeys": "ip,hostname", "textFormat": text, "titleFormat": title, "useValueForTime": True}


# --- variables ---


def variable(name, label, expr, multi=True, all_value=".+", hide=0):
    """One that takes a single value has no All: a link that brings all brings nothing."""
    current = {"current": {"selected": True, "text": ["All"], "value": ["$__all"]}} if multi else {}
    return {**({"allValue": all_value} if multi else {}), **current, "datasource": DATASOURCE, "hide": hide, "includeAll": multi, "label": label, "multi": multi, "name": name, "options": [],
            "query": {"qryType": 1, "query": f"label_values({expr}, {name})", "refId": "PrometheusVariableQueryEditor-VariableQuery"},
            "refresh": 2, "regex": "", "skipUrlSync": False, "sort": 1, "type": "query"}


EVERY_ADDRESS = 'ip!=""'


def variables(one_target=False, with_resolver=True):
    """Nobody but the user knows the names of the user's labels, so they are written: team="shop"."""
    found = [
        {"hide": 0, "includeAll": False, "label": "Data source", "multi": False, "name": "datasource", "options": [],
         "query": "prometheus", "refresh": 1, "regex": "", "skipUrlSync": False, "type": "datasource"},
        variable("job", "Job", "fcrdns_target_info"),
        variable("instance", "Instance", 'fcrdns_target_info{job=~"$job"}'),
        variable("ip", "IP", f"fcrdns_target_info{{{SCOPE},$labels}}", multi=not one_target),
        # Of blocks the host name is empty: all is .*
        variable("hostname", "Host name", f'fcrdns_target_info{{{SCOPE},ip=~"$ip"}}', all_value=".*"),
    ]
    if with_resolver:
        found.append(variable("resolver", "Resolver", f"fcrdns_resolver_info{{{SCOPE}}}"))
    found.append({"current": {"selected": True, "text": EVERY_ADDRESS, "value": EVERY_ADDRESS}, "hide": 0, "label": "Your labels",
                  "name": "labels", "options": [], "query": EVERY_ADDRESS, "skipUrlSync": False, "type": "textbox"})
    return found
