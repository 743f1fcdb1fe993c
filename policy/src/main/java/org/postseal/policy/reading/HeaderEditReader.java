package org.postseal.policy.reading;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.header.HeaderTest;
import org.postseal.policy.outcome.HeaderChange;
import org.postseal.policy.rule.Action;
import org.postseal.policy.yaml.Words;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/** Reads {@code removeHeader}, {@code addHeader}, {@code removeSubjectTag} and {@code subjectTag}. */
final class HeaderEditReader {
    private HeaderEditReader() {}

    static Action.HeaderEdits read(YamlMapping then) {
        List<HeaderChange> changes = new ArrayList<>();
        for (YamlValue item : then.oneOrMore("removeHeader")) {
            name(item).ifPresent(name -> changes.add(new HeaderChange.Remove(name.toLowerCase(Locale.ROOT))));
        }
        for (YamlValue item : then.oneOrMore("addHeader")) {
            item.mapping().ifPresent(field -> {
                Optional<String> name = field.required("name").flatMap(HeaderEditReader::name);
                Optional<String> body = field.required("value").flatMap(value -> line(value, LONGEST_BODY));
                field.refuseOthers();
                if (name.isPresent() && body.isPresent()) {
                    changes.add(new HeaderChange.Add(name.get(), body.get()));
                }
            });
        }
        List<String> taken = new ArrayList<>();
        for (YamlValue item : then.oneOrMore("removeSubjectTag")) {
            line(item, LONGEST_TAG).ifPresent(taken::add);
        }
        if (!taken.isEmpty()) {
            changes.add(new HeaderChange.UntagSubject(taken));
        }
        Map<Facts.Signature, String> tags = new EnumMap<>(Facts.Signature.class);
        then.value("subjectTag").ifPresent(value -> tags.putAll(tags(value)));
        return new Action.HeaderEdits(List.copyOf(changes), Map.copyOf(tags));
    }

    private static Map<Facts.Signature, String> tags(YamlValue value) {
        Map<Facts.Signature, String> tags = new EnumMap<>(Facts.Signature.class);
        if (!value.isMapping()) {
            line(value, LONGEST_TAG).ifPresent(tag -> {
                for (Facts.Signature verdict : Facts.Signature.values()) {
                    tags.put(verdict, tag);
                }
            });
            return tags;
        }
        value.mapping().ifPresent(mapping -> {
            for (Facts.Signature verdict : Facts.Signature.values()) {
                mapping.value(Words.word(verdict))
                        .flatMap(tag -> line(tag, LONGEST_TAG))
                        .ifPresent(tag -> tags.put(verdict, tag));
            }
            mapping.refuseOthers();
            if (mapping.names().isEmpty()) {
                mapping.error("has no tag (valid: unsigned, valid, invalid, unverifiable)");
            }
        });
        return tags;
    }

    /** Reads one line of ASCII, for a reply or a field. */
    static Optional<String> line(YamlValue value, int longest) {
        return value.parsed(
                "one line of 1 to " + longest + " ASCII characters",
                text -> text.length() <= longest && LINE.matcher(text).matches()
                        ? Optional.of(text)
                        : Optional.empty());
    }

    private static Optional<String> name(YamlValue value) {
        Optional<String> name = HeaderTest.fieldName(value);
        if (name.isEmpty()) {
            return Optional.empty();
        }
        String lower = name.get().toLowerCase(Locale.ROOT);
        if (FIXED.contains(lower) || FIXED_PREFIXES.stream().anyMatch(lower::startsWith)) {
            value.error("may not be changed: it says what the message is, where it came from or what we found"
                    + (lower.equals("subject") ? "; write subjectTag" : ""));
            return Optional.empty();
        }
        return name;
    }

    private static final int LONGEST_BODY = 500;
    private static final int LONGEST_TAG = 40;
    private static final Pattern LINE = Pattern.compile("[!-~]([ -~]*[!-~])?");
    private static final List<String> FIXED_PREFIXES = List.of("content-", "resent-", "arc-", "x-postseal-");
    private static final Set<String> FIXED = Set.of(
            "from",
            "sender",
            "to",
            "cc",
            "bcc",
            "date",
            "subject",
            "message-id",
            "in-reply-to",
            "references",
            "mime-version",
            "received",
            "return-path",
            "auto-submitted",
            "authentication-results",
            "dkim-signature",
            "delivered-to");
}
