"""The strict reader is strict: a page with any one fault is refused, or other tests prove nothing."""

import pytest

from exporter import to_yaml, tool
from page import AUTHORITY_STATES, FLAGS, STATUSES, Page


def target_lines(status="pass", ok=1):
    lines = ["# HELP fcrdns_target_ok Whether it is good.", "# TYPE fcrdns_target_ok gauge",
             f'fcrdns_target_ok{{ip="5.45.100.1",hostname="",team="Börse \\"x\\""}} {ok}',
             "# HELP fcrdns_target_status One-hot.", "# TYPE fcrdns_target_status gauge"]
    lines += [f'fcrdns_target_status{{ip="5.45.100.1",hostname="",status="{s}"}} {int(s == status)}'
              for s in sorted(STATUSES)]
    lines += ["# HELP fcrdns_target_info Labels.", "# TYPE fcrdns_target_info gauge",
              'fcrdns_target_info{ip="5.45.100.1",hostname="",family="ipv4"} 1',
              "# HELP fcrdns_target_flag Flags.", "# TYPE fcrdns_target_flag gauge"]
    lines += [f'fcrdns_target_flag{{ip="5.45.100.1",hostname="",flag="{f}"}} 0' for f in sorted(FLAGS)]
    lines += ["# HELP fcrdns_propagation_ratio Share.", "# TYPE fcrdns_propagation_ratio gauge",
              'fcrdns_propagation_ratio{ip="5.45.100.1",hostname=""} 0.5',
              "# HELP fcrdns_authority_state One-hot.", "# TYPE fcrdns_authority_state gauge"]
    lines += [f'fcrdns_authority_state{{ip="5.45.100.1",hostname="",state="{s}"}} {int(s == "unknown")}'
              for s in sorted(AUTHORITY_STATES)]
    lines += ["# HELP fcrdns_propagation_eta_timestamp_seconds End.",
              "# TYPE fcrdns_propagation_eta_timestamp_seconds gauge",
              'fcrdns_propagation_eta_timestamp_seconds{ip="5.45.100.1",hostname="",bound="sampled"} 100',
              'fcrdns_propagation_eta_timestamp_seconds{ip="5.45.100.1",hostname="",bound="upper"} 200']
    lines += ["# HELP fcrdns_answer_info Answer.", "# TYPE fcrdns_answer_info gauge",
              'fcrdns_answer_info{ip="5.45.100.1",hostname="",resolver="one",status="pass",reason="none",'
              'ptr="a\\\\032b.example.com"} 1',
              'fcrdns_answer_info{ip="5.45.100.1",hostname="",resolver="authoritative",status="pending",'
              'reason="none",ptr=""} 1',
              "# HELP fcrdns_resolver_up Up.", "# TYPE fcrdns_resolver_up gauge",
              'fcrdns_resolver_up{resolver="one"} 1',
              "# HELP t_seconds Times.", "# TYPE t_seconds histogram",
              't_seconds_bucket{le="1.0"} 2', 't_seconds_bucket{le="+Inf"} 3', "t_seconds_sum 4.5", "t_seconds_count 3"]
    return lines


def page(lines):
    return Page(("\n".join(lines) + "\n").encode())


def test_good_page_is_read():
    read = page(target_lines())
    assert read.status("5.45.100.1") == "pass" and read.value("fcrdns_target_ok") == 1
    assert read.answer("5.45.100.1", "one") == {"status": "pass", "reason": "none", "ptr": "a\\032b.example.com"}
    assert read.samples("fcrdns_target_ok")[0].labels["team"] == 'Börse "x"'
    read.check_with_promtool(tool("promtool", "prometheus"))


def edit(old, new):
    return lambda lines: [line.replace(old, new) for line in lines]


@pytest.mark.parametrize("spoil", [
    lambda lines: lines + [lines[2]],
    lambda lines: lines[:2] + [lines[2], lines[2]] + lines[3:],
    lambda lines: lines[3:5] + lines[:3] + lines[5:] + [lines[2]],
    lambda lines: lines[1:],
    lambda lines: [lines[0]] + lines[2:],
    lambda lines: [lines[1], lines[0]] + lines[2:],
    lambda lines: ["#HELP wrong Blank is missing."] + lines,
    lambda lines: lines[:6] + lines[7:],
    edit('status="pass"} 1', 'status="pass"} 0'),
    edit("Whether it is good.", ""),
    edit('"} 1', '"} 1 1700000000000'),
    edit('"} 1', '"} NaN'),
    edit('"} 1', '"}  1'),
    edit('hostname=""', 'hostname="bücher.example.com"'),
    edit('ptr="a\\\\032b', 'ptr="A b'),
    edit('ptr="a\\\\032b', 'ptr="a\\032b'),
    edit('reason="none"', 'reason="odd"'),
    edit('state="unknown"} 1', 'state="unknown"} 0'),
    edit('state="lame"', 'state="odd"'),
    edit('bound="upper"} 200', 'bound="upper"} 90'),
    edit('bound="sampled"', 'bound="odd"'),
    edit('resolver="authoritative"', 'resolver="two"'),
    edit('hostname=""} 0.5', 'hostname=""} 1.5'),
    lambda lines: [line for line in lines if 'bound="sampled"' not in line],
    lambda lines: [line for line in lines if 'resolver="authoritative"' not in line],
    lambda lines: [line for line in lines if "propagation_ratio" not in line],
    lambda lines: lines + ["# HELP fcrdns_ptr_records Out of order.", "# TYPE fcrdns_ptr_records gauge",
                           'fcrdns_ptr_records{ip="5.45.100.1",hostname="",resolver="one"} 1'],
    edit('flag="stale"', 'flag="odd"'),
    edit(' gauge', ' gouge'),
    edit('"+Inf"} 3', '"+Inf"} 1'),
    edit("t_seconds_count 3", "t_seconds_count 4"),
    edit('fcrdns_target_ok{ip="5.45.100.1",hostname="",team="Börse \\"x\\""} 1',
         'fcrdns_target_ok{ip="5.45.100.1",hostname="",team="Börse \\"x\\""} 0'),
    lambda lines: lines + ["\r"],
    lambda lines: lines + ['fcrdns_target_ok{ip="5.45.100.1} 1'],
])
def test_bad_page_is_refused(spoil):
    spoiled = spoil(target_lines())
    assert spoiled != target_lines()
    with pytest.raises((AssertionError, ValueError)):
        page(spoiled)


def test_page_without_final_newline_is_refused():
    with pytest.raises(AssertionError):
        Page("\n".join(target_lines()).encode())


def test_promtool_complaints_are_failures():
    lines = [line.replace("t_seconds", "t_count") for line in target_lines()[:3]] + [
        "# HELP x_total Counts.", "# TYPE x_total gauge", "x_total 1"]
    with pytest.raises(AssertionError):
        Page(("\n".join(lines[3:]) + "\n").encode()).check_with_promtool(tool("promtool", "prometheus"))


def test_yaml_of_the_tests():
    text = to_yaml({"resolvers": [{"name": "one", "address": "127.0.0.1:53", "edns": False}], "interval": "1s",
                    "metrics": {"answer_info": True}, "none": [], "odd": 'a "b" {c}: #d'})
    assert text == ('resolvers:\n  - name: one\n    address: 127.0.0.1:53\n    edns: false\ninterval: 1s\n'
                    'metrics:\n  answer_info: true\nnone: []\nodd: "a \\"b\\" {c}: #d"\n')
