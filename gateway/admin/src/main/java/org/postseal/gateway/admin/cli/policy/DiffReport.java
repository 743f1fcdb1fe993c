package org.postseal.gateway.admin.cli.policy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.policy.cases.Comparison.Result;
import org.postseal.policy.cases.Outcome;
import org.postseal.policy.cases.OutcomeKey;
import org.postseal.policy.deciding.RuleSet;

/** Collects the recipients that two policies treat differently, and prints them as text or JSON. Not thread-safe. */
final class DiffReport {
    private final Path beforeFile;
    private final RuleSet before;
    private final Path afterFile;
    private final RuleSet after;
    private final List<Entry> entries = new ArrayList<>();
    private int same;
    private int undecided;
    private int foreignLines;

    DiffReport(Path beforeFile, RuleSet before, Path afterFile, RuleSet after) {
        this.beforeFile = beforeFile;
        this.before = before;
        this.afterFile = afterFile;
        this.after = after;
    }

    private record Entry(String message, String recipient, Optional<String> time, Result result) {}

    void add(String message, String recipient, Optional<String> time, Result result) {
        if (result instanceof Result.Same) {
            same++;
        } else {
            entries.add(new Entry(message, recipient, time, result));
        }
    }

    /** Counts a record of mail that no policy decided about. */
    void addUndecided() {
        undecided++;
    }

    void addForeignLine() {
        foreignLines++;
    }

    /** Returns whether something was compared and both policies treat all of it alike. */
    boolean isAllSame() {
        return entries.isEmpty() && same > 0;
    }

    boolean isNothingCompared() {
        return entries.isEmpty() && same == 0;
    }

    private long different() {
        return entries.stream()
                .filter(entry -> entry.result() instanceof Result.Different)
                .count();
    }

    private boolean isWordedOtherwise() {
        return !before.wording().equals(after.wording());
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (Entry entry : entries) {
            lines.add(entry.message() + " to " + entry.recipient());
            switch (entry.result()) {
                case Result.Same _ -> {}
                case Result.Different(Outcome old, Outcome fresh) -> {
                    lines.add("  - " + told(old));
                    lines.add("  + " + told(fresh));
                }
                case Result.NotTold(String why) -> lines.add("  ? cannot be told: " + why);
            }
        }
        if (isWordedOtherwise()) {
            lines.add("refusals and notices are in other words: see the section words of both");
        }
        long different = different();
        lines.add((same + entries.size()) + " compared: " + same + " the same, " + different + " treated otherwise, "
                + (entries.size() - different) + " cannot be told");
        if (undecided > 0) {
            lines.add(undecided + " not compared: no policy was asked");
        }
        if (foreignLines > 0) {
            lines.add(foreignLines == 1 ? "1 line is no record" : foreignLines + " lines are no records");
        }
        return lines.stream().map(Printable::line).toList();
    }

    private static String told(Outcome outcome) {
        return outcome.summary()
                + outcome.value(OutcomeKey.RULE)
                        .map(rule -> " (rule " + rule + ")")
                        .orElse("");
    }

    Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("old", policy(beforeFile, before));
        members.put("new", policy(afterFile, after));
        if (isWordedOtherwise()) {
            members.put("wordedOtherwise", true);
        }
        members.put("compared", same + entries.size());
        members.put("same", same);
        members.put("different", different());
        members.put("cannotBeTold", entries.size() - different());
        members.put("undecided", undecided);
        members.put("foreignLines", foreignLines);
        members.put("differences", entries.stream().map(DiffReport::members).toList());
        return members;
    }

    private static Map<String, Object> policy(Path file, RuleSet rules) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("file", file);
        members.put("sha256", rules.sha256());
        return members;
    }

    private static Map<String, Object> members(Entry entry) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("message", entry.message());
        members.put("recipient", entry.recipient());
        entry.time().ifPresent(time -> members.put("time", time));
        switch (entry.result()) {
            case Result.Same _ -> {}
            case Result.Different(Outcome old, Outcome fresh) -> {
                members.put("old", old.values());
                members.put("new", fresh.values());
            }
            case Result.NotTold(String why) -> members.put("cannotBeTold", why);
        }
        return members;
    }
}
