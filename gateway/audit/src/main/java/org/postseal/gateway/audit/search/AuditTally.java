package org.postseal.gateway.audit.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.audit.record.RecipientOutcome;
import org.postseal.gateway.audit.record.RecordField;
import org.postseal.gateway.audit.search.ReportSection.Column;

/**
 * Counts records for a report. It counts recipients of attempts, so a message that is tried again counts again. Used by
 * one thread.
 */
public final class AuditTally {
    private final Map<String, long[]> directions = new TreeMap<>();
    private final Map<List<String>, Long> observed = new TreeMap<>(WORDS);
    private final Map<List<String>, Long> reasons = new TreeMap<>(WORDS);
    private final Map<String, long[]> partners = new TreeMap<>();
    private final Map<List<String>, Long> made = new TreeMap<>(WORDS);
    private final Map<List<String>, Long> signers = new TreeMap<>(WORDS);
    private final Map<List<String>, Long> weak = new TreeMap<>(WORDS);
    private long records;

    /** Counts a record; other records than those of recipients are passed over. */
    public void take(AuditLine line) {
        if (!line.isRecipientDone()) {
            return;
        }
        records++;
        String direction = word(line, "postseal.direction", "unknown");
        RecipientOutcome outcome = RecipientOutcome.of(line);
        add(directions, direction, OUTCOMES.indexOf(outcome.word()), OUTCOMES.size());
        boolean isSent = outcome == RecipientOutcome.DELIVERED;
        // Under observe the record says what the policy would have done, which is counted apart.
        boolean isRelayed = isSent && line.isObserved();
        if (isRelayed) {
            count(observed, wouldBe(line), direction);
        } else {
            line.first("postseal.reason").ifPresent(reason -> count(reasons, reason, outcome.word(), direction));
        }
        if (isSent && direction.equals("outbound")) {
            partner(line);
        }
        if (isSent && !isRelayed) {
            protection(line);
        }
        received(line);
        for (String answer : line.directory()) {
            Matcher key = WEAK_KEY.matcher(answer);
            if (key.find()) {
                count(weak, "key of the recipient", key.group(1), to(line));
            }
        }
        line.all("postseal.old_mail").forEach(text -> count(weak, "old mail", text, to(line)));
    }

    public long records() {
        return records;
    }

    /** Returns the tables, also those that are empty. */
    public List<ReportSection> sections() {
        return List.of(
                new ReportSection(
                        "Recipients by direction and outcome",
                        "Each recipient of each attempt counts; refused is 5xx to the peer, deferred 4xx.",
                        columns("Direction", OUTCOMES),
                        sums(directions)),
                new ReportSection(
                        "Relayed under observe",
                        "Left as it came, since the policy is only observed: what it would have done."
                                + " Nothing of this is in the tables of reasons and of what was made.",
                        List.of(Column.word("Would be"), Column.word("Direction"), Column.number("Recipients")),
                        counts(observed)),
                new ReportSection(
                        "Refused, deferred and redirected, by reason",
                        "The reasons are those of the records (postseal.reason).",
                        List.of(
                                Column.word("Reason"),
                                Column.word("Outcome"),
                                Column.word("Direction"),
                                Column.number("Recipients")),
                        counts(reasons)),
                new ReportSection(
                        "Left unsigned or unencrypted, by domain of the recipient",
                        "Delivered outbound mail that had neither from us nor from its author what the column says.",
                        columns("Domain", List.of("Unsigned", "Unencrypted", "Neither", "Of all")),
                        exposed()),
                new ReportSection(
                        "Made",
                        "What was added to delivered mail, with its algorithms.",
                        List.of(Column.word("What"), Column.number("Recipients")),
                        counts(made)),
                new ReportSection(
                        "Signatures that came",
                        "Each signer of each message, for each recipient.",
                        List.of(
                                Column.word("Algorithm"),
                                Column.word("Strength"),
                                Column.word("Verdict"),
                                Column.number("Signers")),
                        counts(signers)),
                new ReportSection(
                        "Weak keys and algorithms in mail",
                        "Where they were met; whose they are.",
                        List.of(
                                Column.word("Where"),
                                Column.word("What"),
                                Column.word("Whose"),
                                Column.number("Recipients")),
                        counts(weak)));
    }

    private static String wouldBe(AuditLine line) {
        return Stream.of("postseal.decision", "postseal.protection", "postseal.reason")
                .map(name -> word(line, name, ""))
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(", "));
    }

    private void partner(AuditLine line) {
        String came = word(line, "postseal.facts.content", "").toLowerCase(Locale.ROOT);
        List<String> added = line.made();
        boolean isSigned = came.equals("signed") || added.stream().anyMatch(part -> part.startsWith("signed "));
        boolean isEncrypted =
                came.equals("encrypted") || added.stream().anyMatch(part -> part.startsWith("encrypted "));
        String domain = to(line).replaceFirst(".*@", "");
        add(partners, domain, 3, 4);
        if (!isSigned && !isEncrypted) {
            add(partners, domain, 2, 4);
        }
        if (!isEncrypted) {
            add(partners, domain, 1, 4);
        }
        // If the author encrypted it, only its reader can know whether it is signed as well.
        if (!isSigned && !came.equals("encrypted")) {
            add(partners, domain, 0, 4);
        }
    }

    private void protection(AuditLine line) {
        line.made().forEach(part -> {
            count(made, part);
            if (OLD.matcher(part).find()) {
                count(weak, part.startsWith("opened ") ? "opened" : "made", part, to(line));
            }
        });
    }

    /** Counts the signers of a message that came. Each is {@code SHA-256, algorithm, strength, relation, verdict}. */
    private void received(AuditLine line) {
        for (String signer : line.all("postseal.signers")) {
            String[] parts = signer.split(", ", 5);
            if (parts.length == 5) {
                count(signers, parts[1], parts[2], parts[4]);
                if (parts[2].equals("weak")) {
                    count(weak, "signature that came", parts[1], from(line));
                }
            }
        }
        for (String field : List.of("signedWith", "encryptedWith")) {
            line.first(RecordField.FACTS + field)
                    .filter(name -> OLD.matcher(name).find())
                    .ifPresent(name -> count(weak, "mail that came", name, from(line)));
        }
    }

    private static String to(AuditLine line) {
        return AuditTerms.address(word(line, "email.to.address", "unknown"));
    }

    private static String from(AuditLine line) {
        String address = AuditTerms.address(word(line, "email.sender.address", "unknown"));
        return address.isEmpty() || address.equals("<>") ? "no sender" : address;
    }

    private static String word(AuditLine line, String name, String otherwise) {
        return line.first(name).filter(text -> !text.isEmpty()).orElse(otherwise);
    }

    private static void count(Map<List<String>, Long> counts, String... words) {
        var _ = counts.merge(List.of(words), 1L, Long::sum);
    }

    private static void add(Map<String, long[]> sums, String name, int column, int columns) {
        sums.computeIfAbsent(name, _ -> new long[columns])[column]++;
    }

    private static List<Column> columns(String first, List<String> numbers) {
        List<Column> columns = new ArrayList<>(List.of(Column.word(first)));
        numbers.forEach(name -> columns.add(Column.number(name)));
        return columns;
    }

    private List<List<String>> exposed() {
        Map<String, long[]> some = new TreeMap<>(partners);
        var _ = some.values().removeIf(sums -> sums[0] == 0 && sums[1] == 0);
        List<List<String>> rows = new ArrayList<>(sums(some));
        rows.sort(Comparator.comparingLong(row -> -Long.parseLong(row.get(2))));
        return rows;
    }

    private static List<List<String>> sums(Map<String, long[]> sums) {
        List<List<String>> rows = new ArrayList<>();
        sums.forEach((name, numbers) -> {
            List<String> row = new ArrayList<>(List.of(name));
            for (long number : numbers) {
                row.add(String.valueOf(number));
            }
            rows.add(row);
        });
        return rows;
    }

    /** Returns the rows, the most frequent first. */
    private static List<List<String>> counts(Map<List<String>, Long> counts) {
        return counts.entrySet().stream()
                .sorted(Map.Entry.<List<String>, Long>comparingByValue().reversed())
                .map(AuditTally::row)
                .toList();
    }

    private static List<String> row(Map.Entry<List<String>, Long> entry) {
        List<String> row = new ArrayList<>(entry.getKey());
        row.add(String.valueOf(entry.getValue()));
        return row;
    }

    private static final Comparator<List<String>> WORDS = Comparator.comparing(words -> String.join("\0", words));
    private static final List<String> OUTCOMES =
            Arrays.stream(RecipientOutcome.values()).map(RecipientOutcome::word).toList();
    private static final Pattern OLD = Pattern.compile("\\b(MD5|SHA-?1|TripleDES|TRIPLE_DES|DES|RC2\\w*)\\b");
    // RFC 8550 §6
    private static final Pattern WEAK_KEY =
            Pattern.compile("=usable (RSA (?:[0-9]{1,3}|1[0-9]{3}|20[0-3][0-9]|204[0-7]))\\b");
}
