"""When each alert fires, and when it must not: series in, alerts out, for `promtool test rules`.

One sample a minute. Series without labels of their own are of TARGET at one exporter.
"""

EXPORTER = {"job": "fcrdns", "instance": "exporter:10312"}
TARGET = {"ip": "203.0.113.10", "hostname": "mail.example.com"}
USERS = {"team": "mail"}
STATUSES = "pass name_mismatch forward_mismatch forward_missing ptr_invalid no_ptr temp_error filtered special_use pending".split()
ADDRESS = "203.0.113.10 (mail.example.com): "
EXPECTED = " Expected: mail.example.com."
REFUSED = ("Gmail (421 4.7.0, 451 4.7.23, 550 5.7.25), GMX, WEB.DE and mail.com (554 Bad DNS PTR resource record) refuse or defer "
           "this mail; Microsoft, Yahoo and Apple ask for a valid record, too; Postfix servers that check defer it (450 4.7.25).")
REFUSED_FORWARD = ("Gmail (421 4.7.0, 451 4.7.23, 550 5.7.25) refuses or defers this mail; Microsoft, Yahoo and Apple ask for a valid "
                   "record, too; Postfix servers that check defer it (450 4.7.25).")


def series(metric, values, /, **labels):
    labels = {**EXPORTER, **labels}
    return {"series": metric + "{" + ",".join(f'{key}="{value}"' for key, value in labels.items()) + "}", "values": values}


def of_target(metric, values, /, **labels):
    return series(metric, values, **TARGET, **labels)


def info():
    return of_target("fcrdns_target_info", "1x3000", family="ipv4", **USERS)


def status(*spans):
    """("pass", 10), ("no_ptr", 60): so many minutes each; every status has its series, as on the page."""
    rows = [" ".join(f"{int(name == now)}x{minutes - 1}" for now, minutes in spans) for name in STATUSES]
    return [of_target("fcrdns_target_status", row, status=name, **USERS) for name, row in zip(STATUSES, rows)]


def answers(**says):
    return [of_target("fcrdns_answer_info", "1x3000", resolver=resolver, status="no_ptr" if not ptr else "name_mismatch",
                      reason="none", ptr=ptr) for resolver, ptr in says.items()]


def disagreement(aspect, values):
    other = "verdict" if aspect == "ptr" else "ptr"
    return [info(), of_target("fcrdns_disagreement", values, aspect=aspect),
            of_target("fcrdns_disagreement", "0x3000", aspect=other)]


def upper(values):
    return of_target("fcrdns_propagation_eta_timestamp_seconds", values, bound="upper")


def changed(values):
    return of_target("fcrdns_target_last_change_timestamp_seconds", values)


def resolvers_up(*values):
    return [series("fcrdns_resolver_up", row, resolver=name) for name, row in zip(("google", "cloudflare", "quad9"), values)]


def fires(labels, description, at):
    return {"labels": labels, "description": description, "at": at}


STATUS = {**EXPORTER, **TARGET, **USERS}
INFO = {**STATUS, "family": "ipv4"}
QUIET = None

# name: (alert, series, [(minutes, what fires then)]). QUIET: nothing of that alert.
CASES = {
    "no_ptr": ("FcrdnsNoPtr", status(("pass", 10), ("no_ptr", 60)), [
        (19, QUIET), (25, ({**STATUS, "status": "no_ptr"}, ADDRESS + "there is no PTR record." + EXPECTED + " " + REFUSED))]),
    "no_ptr_with_answers": ("FcrdnsNoPtr", status(("no_ptr", 60)) + answers(google="", quad9="x.example.com"), [
        (15, ({**STATUS, "status": "no_ptr"}, ADDRESS + "there is no PTR record." + EXPECTED +
              " Actual: google no name (no_ptr); quad9 x.example.com (name_mismatch); " + REFUSED))]),
    "no_ptr_without_a_name": ("FcrdnsNoPtr", [series("fcrdns_target_status", "1x60", ip="203.0.113.65", hostname="", status="no_ptr")], [
        (15, ({**EXPORTER, "ip": "203.0.113.65", "status": "no_ptr"},
              "203.0.113.65: there is no PTR record. Expected: any name that leads back. " + REFUSED))]),
    "ptr_invalid": ("FcrdnsPtrInvalid", status(("ptr_invalid", 60)), [
        (9, QUIET), (15, ({**STATUS, "status": "ptr_invalid"},
                          ADDRESS + "its PTR record holds no usable public host name." + EXPECTED + " " + REFUSED))]),
    "forward_mismatch": ("FcrdnsForwardMismatch", status(("forward_mismatch", 60)), [
        (9, QUIET), (15, ({**STATUS, "status": "forward_mismatch"},
                          ADDRESS + "its PTR name has addresses, and none is this one." + EXPECTED + " " + REFUSED_FORWARD))]),
    "forward_missing": ("FcrdnsForwardMissing", status(("forward_missing", 60)), [
        (9, QUIET), (15, ({**STATUS, "status": "forward_missing"},
                          ADDRESS + "its PTR name has no A or AAAA record." + EXPECTED + " " + REFUSED_FORWARD))]),
    "name_mismatch": ("FcrdnsPtrMismatch", status(("name_mismatch", 60)), [
        (9, QUIET), (15, ({**STATUS, "status": "name_mismatch"},
                          ADDRESS + "forward-confirmed, but by another name." + EXPECTED + " Nobody is known to refuse mail for that "
                          "alone; a name that does not fit the sender costs reputation."))]),
    "temp_error": ("FcrdnsLookupFailing", status(("temp_error", 60)) + resolvers_up("1x60", "1x60", "0x60"), [
        (9, QUIET), (15, ({**STATUS, "status": "temp_error"}, ADDRESS + "the lookups fail." + EXPECTED +
                          " Receivers whose lookups fail as well defer the mail (Postfix 450, Exim defers)."))]),
    "temp_error_with_most_resolvers_down": (
        "FcrdnsLookupFailing", status(("temp_error", 60)) + resolvers_up("1x60", "0x60", "0x60"), [(15, QUIET), (55, QUIET)]),
    "temp_error_with_one_of_two_resolvers": (
        "FcrdnsLookupFailing", status(("temp_error", 60)) + resolvers_up("1x60", "0x60"), [(15, QUIET), (55, QUIET)]),
    "filtered": ("FcrdnsFiltered", status(("filtered", 60)), [
        (29, QUIET), (35, ({**STATUS, "status": "filtered"}, ADDRESS + "the resolvers answer by policy." + EXPECTED +
                           " Receivers behind such resolvers cannot verify the sender."))]),
    "disagreement": ("FcrdnsDisagreement", disagreement("verdict", "0x4 1x3000"), [
        (30, QUIET), (40, ({**INFO, "aspect": "verdict"}, ADDRESS + "the resolvers come to different verdicts, and no change is known "
                           "to be on its way." + EXPECTED))]),
    "disagreement_within_its_ttl": ("FcrdnsDisagreement", disagreement("verdict", "0x4 1x55 0x100") + [upper("_x4 3600x55")], [
        (35, QUIET), (59, QUIET), (100, QUIET)]),
    "disagreement_of_names": ("FcrdnsDisagreement", disagreement("ptr", "1x3000"), [
        (100, QUIET), (1450, ({**INFO, "aspect": "ptr"}, ADDRESS + "the resolvers give different names for a day, each of them good." +
                              EXPECTED))]),
    # The end was told for minute 60; the exporter withdrew it there, and they still differ.
    "overdue": ("FcrdnsPropagationOverdue", disagreement("verdict", "0x4 1x3000") + [upper("_x4 3600x55"), changed("_x4 300x3000")], [
        (59, QUIET), (70, QUIET), (80, ({**INFO, "bound": "upper"}, ADDRESS + "every cache should have let the old answer go by now, "
                                         "and resolvers still differ." + EXPECTED))]),
    # The exporter was restarted in the middle: of the change it knows nothing any more.
    "overdue_after_a_restart": ("FcrdnsPropagationOverdue", disagreement("verdict", "0x4 1x3000") + [upper("_x4 3600x55")], [
        (80, ({**INFO, "bound": "upper"}, ADDRESS + "every cache should have let the old answer go by now, "
              "and resolvers still differ." + EXPECTED))]),
    "overdue_at_one_while_another_turns": (
        "FcrdnsPropagationOverdue",
        disagreement("verdict", "0x4 1x3000") + [upper("_x4 3600x55"), changed("_x4 300x56 3660x30 5700x3000")], [
            (80, ({**INFO, "bound": "upper"}, ADDRESS + "every cache should have let the old answer go by now, "
                  "and resolvers still differ." + EXPECTED))]),
    "overdue_of_an_earlier_change": (
        "FcrdnsPropagationOverdue",
        disagreement("verdict", "1x55 0x100 1x500") + [upper("3600x55"), changed("300x155 9360x500")], [(200, QUIET), (400, QUIET)]),
    "overdue_without_an_end": ("FcrdnsPropagationOverdue", disagreement("ptr", "1x3000"), [
        (1400, QUIET), (1450, ({**INFO, "bound": "none"}, ADDRESS + "the resolvers differ for a day, and no end can be told." + EXPECTED))]),
    "planned_change": ("FcrdnsPropagationOverdue", disagreement("verdict", "0x4 1x55 0x3000") + [upper("_x4 3600x55"), changed("_x4 300x3000")], [
        (59, QUIET), (100, QUIET), (1500, QUIET)]),
    "authorities": ("FcrdnsAuthoritiesInconsistent", [info(), of_target("fcrdns_authority_state", "1x3000", state="inconsistent")], [
        (59, QUIET), (65, (INFO, ADDRESS + "the authoritative servers of its zones give different answers or serials, so resolvers "
                           "will, too." + EXPECTED))]),
    "generic": ("FcrdnsGenericPtr", [info(), of_target("fcrdns_target_flag", "1x3000", flag="generic")], [
        (59, QUIET), (65, (INFO, ADDRESS + "its PTR name looks generic. Yahoo and AOL ask for other names; filters score such ones." +
                           EXPECTED))]),
    "multiple": ("FcrdnsMultiplePtr", [info(), of_target("fcrdns_target_flag", "1x3000", flag="multiple_ptr")], [
        (59, QUIET), (65, (INFO, ADDRESS + "it has several PTR records; Postfix, sendmail and OpenSMTPD take one of them at random." +
                           EXPECTED))]),
    "unwatched": ("FcrdnsUnwatchedAddress", [series("fcrdns_unwatched_addresses", "2x3000", name="mail.example.com", family="ipv6")], [
        (59, QUIET), (65, ({**EXPORTER, "name": "mail.example.com", "family": "ipv6"},
                           "mail.example.com has 2 ipv6 address(es) that are no targets. If mail can leave from there, its reverse DNS "
                           "matters as well."))]),
    "resolver": ("FcrdnsResolverDown", resolvers_up("1x60", "1x60", "1x9 0x50"), [
        (14, QUIET), (16, ({**EXPORTER, "resolver": "quad9"},
                           "Resolver quad9 answers nothing, not even who the root servers are, as seen by exporter:10312. The verdicts "
                           "rest on the others meanwhile."))]),
    "most_resolvers": ("FcrdnsResolverDown", resolvers_up("1x60", "0x60", "1x19 0x60"), [
        (25, ({**EXPORTER, "resolver": "cloudflare"}, "Resolver cloudflare answers nothing, not even who the root servers are, as seen "
              "by exporter:10312. The verdicts rest on the others meanwhile."),
         ({**EXPORTER, "resolver": "quad9"}, "Resolver quad9 answers nothing, not even who the root servers are, as seen by "
          "exporter:10312. The verdicts rest on the others meanwhile.")),
        (35, ({**EXPORTER, "resolver": "cloudflare"}, "Resolver cloudflare answers nothing, not even who the root servers are, as seen "
              "by exporter:10312. The verdicts rest on the others meanwhile."),
         ({**EXPORTER, "resolver": "quad9"}, "Resolver quad9 answers nothing, not even who the root servers are, as seen by "
          "exporter:10312. The verdicts rest on the others meanwhile."),
         ({**EXPORTER, "resolvers": "most"}, "No majority of the resolvers answers exporter:10312: whatever happens to the mail addresses "
          "now, nobody is told. Is the way out blocked (UDP and TCP port 53)?"))]),
    "stale": ("FcrdnsCheckStale", [of_target("fcrdns_target_last_check_timestamp_seconds", "0x3000")], [
        (30, QUIET), (35, (EXPORTER, "1 address(es) at exporter:10312 have not been checked at every resolver for 15 minutes."))]),
    "pending": ("FcrdnsCheckStale", status(("pending", 60)), [
        (14, QUIET), (16, (EXPORTER, "1 address(es) at exporter:10312 have not been checked at every resolver for 15 minutes."))]),
    "lag": ("FcrdnsCheckLag", [series("fcrdns_exporter_check_lag_seconds", "90x60")], [
        (14, QUIET), (16, (EXPORTER, "The checks of exporter:10312 are 1m 30s behind: there are more targets than max_qps allows per "
                           "interval, or the machine has no time."))]),
    # It failed in minute 5; from then on no scrape succeeds for a while, which hides nothing.
    "reload": ("FcrdnsConfigReloadFailed", [series("fcrdns_exporter_config_last_reload_successful", "1x4 0x20")], [
        (12, QUIET), (22, (EXPORTER, "exporter:10312 goes on with the configuration before; its log says what is wrong, and where."))]),
    "reload_mended": ("FcrdnsConfigReloadFailed", [series("fcrdns_exporter_config_last_reload_successful", "1x4 0x3 1x60")], [(30, QUIET)]),
    "down": ("FcrdnsExporterDown", [series("up", "1x4 0x60")], [
        (9, QUIET), (11, (EXPORTER, "Prometheus cannot scrape exporter:10312: whatever happens to the mail addresses now, nobody is told."))]),
    "gone": ("FcrdnsExporterDown", [], [
        (6, ({"job": "fcrdns"}, "Prometheus cannot scrape any exporter of this job: whatever happens to the mail addresses now, "
             "nobody is told."))]),
    "half_of_the_targets": ("FcrdnsTargetsMissing", [series("fcrdns_exporter_targets", "10x30 4x300")], [
        (40, QUIET), (50, (EXPORTER, "exporter:10312 watches 4 address(es): none, or less than half of what it was within six hours."))]),
    "no_targets": ("FcrdnsTargetsMissing", [series("fcrdns_exporter_targets", "0x300")], [
        (14, QUIET), (16, (EXPORTER, "exporter:10312 watches 0 address(es): none, or less than half of what it was within six hours."))]),
}

FAILURES = ["FcrdnsNoPtr", "FcrdnsPtrInvalid", "FcrdnsForwardMismatch", "FcrdnsForwardMissing", "FcrdnsPtrMismatch",
            "FcrdnsLookupFailing", "FcrdnsFiltered"]
EVERYTHING = [*FAILURES, "FcrdnsDisagreement", "FcrdnsPropagationOverdue", "FcrdnsAuthoritiesInconsistent", "FcrdnsGenericPtr",
              "FcrdnsMultiplePtr", "FcrdnsUnwatchedAddress", "FcrdnsCheckStale", "FcrdnsCheckLag", "FcrdnsConfigReloadFailed",
              "FcrdnsExporterDown", "FcrdnsTargetsMissing"]

# name: (series, alerts that must be silent, at these minutes).
SILENT_CASES = {
    "all_is_well": (status(("pass", 3000)) + disagreement("ptr", "0x3000") + resolvers_up("1x3000", "1x3000", "1x3000") +
                    [series("up", "1x3000"), series("fcrdns_exporter_targets", "1x3000"),
                     of_target("fcrdns_target_last_check_timestamp_seconds", "0+60x3000")], EVERYTHING + ["FcrdnsResolverDown"], [5, 60, 1500]),
    "timeouts_for_a_while": (status(("pass", 10), ("temp_error", 8), ("pass", 60)) + [series("up", "1x80")], EVERYTHING[:-3], [15, 19, 40]),
    "one_resolver_is_down": (status(("pass", 120)) + resolvers_up("1x120", "1x120", "0x120") + [series("up", "1x120"), info()],
                             FAILURES + ["FcrdnsDisagreement", "FcrdnsPropagationOverdue"], [30, 110]),
    "start": (status(("pending", 2), ("pass", 60)) + [series("up", "0x1 1x60")], EVERYTHING[:-1], [1, 3, 20]),
    "a_lapse_of_minutes": (status(("pass", 10), ("no_ptr", 8), ("pass", 60)), FAILURES, [17, 19, 30]),
}

# An outage and a restart in the middle send no all-clear: the alert is still there in each of these minutes, and gone
# when the record is back for a while. (minutes, is it there)
KEPT = {
    "restart": (status(("no_ptr", 30), ("pending", 1), ("no_ptr", 60), ("pass", 60)), [(29, True), (31, True), (40, True), (90, True), (120, False)]),
    "outage_of_ten_minutes": ([of_target("fcrdns_target_status", "1x29 _x10 1x20 0x60", status="no_ptr", **USERS)],
                              [(25, True), (38, True), (45, True), (59, True), (90, False)]),
}
