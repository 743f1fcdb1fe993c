package org.postseal.gateway.cli.policy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.cli.directory.Printable;
import org.postseal.policy.DirectoryFacts;
import org.postseal.policy.Facts;
import org.postseal.policy.Reason;
import org.postseal.policy.RuleSet;
import org.postseal.policy.Ruling;
import org.postseal.policy.Setting;
import org.postseal.policy.TriedRule;
import org.postseal.policy.cases.Outcome;
import org.postseal.policy.record.DirectoryLog;
import org.postseal.policy.yaml.Words;

/**
 * What was decided of a message and why, as text and as JSON.
 *
 * @param message file, or name of the case
 */
record Explained(RuleSet policy, String message, List<OfRecipient> recipients) {
    /** For one recipient; without reasons where no policy was asked. */
    record OfRecipient(MailAddress recipient, Outcome outcome, Optional<Why> why) {
        static OfRecipient decide(RuleSet policy, Facts facts, DirectoryFacts directory) {
            DirectoryLog asked = new DirectoryLog(directory);
            Ruling ruling = policy.decide(facts, asked);
            return of(policy, facts, ruling, asked.answers());
        }

        static OfRecipient of(RuleSet policy, Facts facts, Ruling ruling, List<String> answers) {
            return new OfRecipient(
                    facts.recipient(),
                    Outcome.of(ruling),
                    Optional.of(new Why(policy.tried(facts, DirectoryLog.again(answers)), answers)));
        }

        static OfRecipient refused(MailAddress recipient, Reason reason, String detail) {
            return new OfRecipient(recipient, Outcome.refused(reason, detail), Optional.empty());
        }
    }

    /**
     * Behind an outcome.
     *
     * @param rules up to the one that matches
     * @param directory what was asked, with the answer
     */
    record Why(List<TriedRule> rules, List<String> directory) {}

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (OfRecipient each : recipients) {
            lines.add(message + " to " + each.recipient());
            each.why().ifPresent(why -> tell(why, lines));
            tell(each.outcome().settings(), lines);
            lines.add("  steps");
            each.outcome().steps().forEach(step -> lines.add("    " + step));
            lines.add("  decision");
            each.outcome().values().forEach((key, value) -> lines.add("    " + key + ": " + value));
        }
        return lines.stream().map(Printable::line).toList();
    }

    private static void tell(Why why, List<String> lines) {
        lines.add("  rules");
        int before = Math.max(0, why.rules().size() - MOST_RULES);
        if (before > 0) {
            lines.add("    ... " + before + " more that do not match");
        }
        for (TriedRule rule : why.rules().subList(before, why.rules().size())) {
            lines.add("    " + rule.id() + ": " + told(rule));
        }
        lines.add("  directory");
        if (why.directory().isEmpty()) {
            lines.add("    not asked");
        }
        why.directory().forEach(answer -> lines.add("    " + answer.replace("=", ": ")));
    }

    // what no level has set is left to --json
    private static void tell(List<Setting> settings, List<String> lines) {
        if (settings.isEmpty()) {
            return;
        }
        lines.add("  settings");
        List<Setting> set = settings.stream()
                .filter(setting -> !setting.level().equals(BUILT_IN))
                .toList();
        set.forEach(setting -> lines.add("    " + setting));
        lines.add(set.isEmpty() ? "    all built-in" : "    all others built-in");
    }

    private static String told(TriedRule rule) {
        return switch (rule.result()) {
            case YES -> "matches, " + (rule.conditions().isEmpty() ? "always" : String.join(", ", rule.conditions()));
            case NO -> "no, " + rule.failed().orElse("");
            case NOT_KNOWN -> "may match, a group could not be asked for";
        };
    }

    Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("sha256", policy.sha256());
        members.put("message", message);
        members.put("recipients", recipients.stream().map(Explained::members).toList());
        return members;
    }

    private static Map<String, Object> members(OfRecipient each) {
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

    private static final String BUILT_IN = "built-in";
    // of a policy with thousands of rules the last ones are looked at
    private static final int MOST_RULES = 100;
}
