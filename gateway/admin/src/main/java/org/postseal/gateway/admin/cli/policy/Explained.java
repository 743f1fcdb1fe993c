package org.postseal.gateway.admin.cli.policy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.policy.cases.ExplainedOutcome;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.deciding.TriedRule;
import org.postseal.policy.settings.Setting;
import org.postseal.policy.yaml.Words;

/**
 * What was decided about a message and why, as text and as JSON.
 *
 * @param message the file, or the name of the case
 */
record Explained(RuleSet policy, String message, List<ExplainedOutcome> recipients) {
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (ExplainedOutcome each : recipients) {
            lines.add(message + " to " + each.recipient());
            each.why().ifPresent(why -> tell(why, lines));
            tellSettings(each, lines);
            lines.add("  steps");
            each.outcome().steps().forEach(step -> lines.add("    " + step));
            lines.add("  decision");
            each.outcome().values().forEach((key, value) -> lines.add("    " + key + ": " + value));
        }
        return lines.stream().map(Printable::line).toList();
    }

    private static void tell(ExplainedOutcome.Why why, List<String> lines) {
        lines.add("  rules");
        int before = Math.max(0, why.rules().size() - MOST_RULES);
        if (before > 0) {
            lines.add("    ... " + before + " more that do not match");
        }
        for (TriedRule rule : why.rules().subList(before, why.rules().size())) {
            lines.add("    " + rule.id() + ": " + ExplainedOutcome.told(rule));
        }
        lines.add("  directory");
        if (why.directory().isEmpty()) {
            lines.add("    not asked");
        }
        why.directory().forEach(answer -> lines.add("    " + answer.replace("=", ": ")));
    }

    // Settings that no level has set are shown only by --json
    private static void tellSettings(ExplainedOutcome each, List<String> lines) {
        if (each.outcome().settings().isEmpty()) {
            return;
        }
        lines.add("  settings");
        List<Setting> set = each.givenSettings();
        set.forEach(setting -> lines.add("    " + setting));
        lines.add(set.isEmpty() ? "    all built-in" : "    all others built-in");
    }

    Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("sha256", policy.sha256());
        members.put("message", message);
        members.put("recipients", recipients.stream().map(Explained::members).toList());
        return members;
    }

    private static Map<String, Object> members(ExplainedOutcome each) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("recipient", each.recipient());
        each.why().ifPresent(why -> {
            members.put("rules", why.rules().stream().map(Explained::members).toList());
            members.put("directory", why.directory());
        });
        members.put(
                "settings",
                each.outcome().settings().stream().map(Explained::members).toList());
        members.put("steps", each.outcome().steps());
        members.put("outcome", each.outcome().values());
        return members;
    }

    private static Map<String, Object> members(Setting setting) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("name", setting.name());
        members.put("value", setting.value());
        members.put("level", setting.level());
        return members;
    }

    private static Map<String, Object> members(TriedRule rule) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("rule", rule.id());
        members.put("matches", Words.word(rule.result()));
        members.put("conditions", rule.conditions());
        rule.failed().ifPresent(condition -> members.put("failed", condition));
        return members;
    }

    // Of a policy with thousands of rules only the last ones tried are shown
    private static final int MOST_RULES = 100;
}
