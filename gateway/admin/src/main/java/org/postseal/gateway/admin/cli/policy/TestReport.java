package org.postseal.gateway.admin.cli.policy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.policy.cases.Expectation.Difference;
import org.postseal.policy.cases.PolicyCase;

/** The results of the cases, as text and as JSON. */
record TestReport(List<OfSuite> suites) {
    record OfSuite(PolicyFiles.Loaded suite, List<PolicyCase.Result> results) {
        static OfSuite run(PolicyFiles.Loaded suite) {
            return new OfSuite(
                    suite,
                    suite.cases().cases().stream()
                            .map(each -> each.run(suite.policy()))
                            .toList());
        }

        long failed() {
            return results.stream().filter(result -> !result.isPassed()).count();
        }
    }

    long failed() {
        return suites.stream().mapToLong(OfSuite::failed).sum();
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (OfSuite suite : suites) {
            for (PolicyCase.Result result : suite.results()) {
                if (!result.isPassed()) {
                    lines.add("FAILED " + suite.suite().cases().name() + ":"
                            + result.ofCase().line() + ": " + result.ofCase().name());
                    result.recipients().forEach(each -> tell(each, lines));
                }
            }
            lines.add(suite.suite().cases().name() + ": "
                    + sum(suite.failed(), suite.results().size()));
        }
        if (suites.size() > 1) {
            lines.add(sum(
                    failed(),
                    suites.stream().mapToLong(suite -> suite.results().size()).sum()));
        }
        return lines.stream().map(Printable::line).toList();
    }

    private static void tell(PolicyCase.OfRecipient each, List<String> lines) {
        if (each.differences().isEmpty()) {
            return;
        }
        lines.add("  " + each.recipient() + " (- expected, + found)");
        for (Difference difference : each.differences()) {
            lines.add("    - " + difference.key() + ": " + difference.expected());
            lines.add("    + " + difference.key() + ": " + difference.found().orElse("(none)"));
        }
        lines.add("    because");
        each.outcome().steps().forEach(step -> lines.add("      " + step));
    }

    private static String sum(long failed, long all) {
        String cases = all == 1 ? "1 case" : all + " cases";
        return failed == 0 ? cases + " passed" : failed + " of " + cases + " failed";
    }

    Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put(
                "cases",
                suites.stream().mapToLong(suite -> suite.results().size()).sum());
        members.put("failed", failed());
        members.put("suites", suites.stream().map(TestReport::members).toList());
        return members;
    }

    private static Map<String, Object> members(OfSuite suite) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("file", suite.suite().cases().name());
        members.put("policy", suite.suite().suite().policy());
        members.put("sha256", suite.suite().policy().sha256());
        members.put("cases", suite.results().size());
        members.put("failed", suite.failed());
        members.put("results", suite.results().stream().map(TestReport::members).toList());
        return members;
    }

    private static Map<String, Object> members(PolicyCase.Result result) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("name", result.ofCase().name());
        members.put("line", result.ofCase().line());
        members.put("passed", result.isPassed());
        members.put(
                "recipients",
                result.recipients().stream().map(TestReport::members).toList());
        return members;
    }

    private static Map<String, Object> members(PolicyCase.OfRecipient each) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("recipient", each.recipient());
        members.put("outcome", each.outcome().values());
        members.put(
                "differences",
                each.differences().stream().map(TestReport::members).toList());
        members.put("steps", each.outcome().steps());
        return members;
    }

    private static Map<String, Object> members(Difference difference) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("key", difference.key());
        members.put("expected", difference.expected());
        members.put("found", difference.found());
        return members;
    }
}
