package org.postseal.policy;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.yaml.Nearest;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/** Reads a rule's {@code when}. */
final class ConditionReader {
    private final Map<String, Set<MailAddress>> groups;

    ConditionReader(Map<String, Set<MailAddress>> groups) {
        this.groups = groups;
    }

    /** The conditions; none for {@code always}; nothing when it is not known, with the cause among the problems. */
    Optional<List<Condition>> read(YamlValue when) {
        if (when.isSingle()) {
            return when.word(Map.of("always", List.of()));
        }
        return when.mapping().flatMap(mapping -> {
            if (mapping.names().isEmpty()) {
                mapping.error("has no condition; write when: always if it is meant for everything");
                return Optional.empty();
            }
            // With unknown keys only, it is not a rule for everything, whatever else it may be meant to be.
            return Optional.of(conditions(mapping)).filter(conditions -> !conditions.isEmpty());
        });
    }

    private List<Condition> conditions(YamlMapping when) {
        List<Condition> conditions = new ArrayList<>();
        when.value("direction")
                .ifPresent(value -> conditions.add(new Condition.InDirection(anyOf(value, Direction.class))));
        when.value("sender").ifPresent(value -> conditions.add(new Condition.Sender(addresses(value))));
        when.value("senderDomain").ifPresent(value -> conditions.add(new Condition.SenderDomain(domains(value))));
        when.value("recipient").ifPresent(value -> conditions.add(new Condition.RecipientIs(addresses(value))));
        when.value("recipientDomain").ifPresent(value -> conditions.add(new Condition.RecipientDomain(domains(value))));
        when.value("header").ifPresent(value -> conditions.add(new Condition.Header(headers(value))));
        when.value("subject").ifPresent(value -> conditions.add(new Condition.Header(subjects(value))));
        when.value("kind").ifPresent(value -> conditions.add(new Condition.OfKind(anyOf(value, Facts.Kind.class))));
        when.value("content")
                .ifPresent(value -> conditions.add(new Condition.WithContent(anyOf(value, Facts.Content.class))));
        when.value("signature")
                .ifPresent(value -> conditions.add(new Condition.WithSignature(anyOf(value, Facts.Signature.class))));
        when.refuseOthers();
        return conditions;
    }

    private static <E extends Enum<E>> Set<E> anyOf(YamlValue value, Class<E> type) {
        Set<E> any = EnumSet.noneOf(type);
        value.oneOrMore().forEach(item -> item.word(type).ifPresent(any::add));
        return any;
    }

    private Set<MailAddress> addresses(YamlValue value) {
        Set<MailAddress> addresses = new HashSet<>();
        for (YamlValue item : value.oneOrMore()) {
            item.string().ifPresent(text -> {
                if (text.startsWith(MailboxPolicyReader.GROUP)) {
                    String name = text.substring(MailboxPolicyReader.GROUP.length());
                    Optional.ofNullable(groups.get(name))
                            .ifPresentOrElse(
                                    addresses::addAll,
                                    () -> item.error("unknown group '" + YamlValue.clean(name) + "'"
                                            + Nearest.hint(name, groups.keySet())));
                } else {
                    item.parsed("a mail address or group:NAME", MailAddress::parse)
                            .ifPresent(addresses::add);
                }
            });
        }
        return addresses;
    }

    private static DomainSet domains(YamlValue value) {
        return PolicyReader.domains(value.oneOrMore());
    }

    private static List<Condition.HeaderTest> headers(YamlValue value) {
        List<Condition.HeaderTest> tests = new ArrayList<>();
        for (YamlValue item : value.oneOrMore()) {
            item.mapping().ifPresent(header -> {
                Optional<String> name = header.required("name")
                        .flatMap(written -> written.parsed(
                                "the name of a header field",
                                text -> FIELD_NAME.matcher(text).matches()
                                        ? Optional.of(text.toLowerCase(Locale.ROOT))
                                        : Optional.empty()));
                List<TextTest> any = texts(header);
                header.refuseOthers();
                List<TextTest> wanted = any.isEmpty() ? List.of(new TextTest.Present()) : any;
                name.ifPresent(known -> wanted.forEach(test -> tests.add(new Condition.HeaderTest(known, test))));
            });
        }
        return tests;
    }

    private static List<Condition.HeaderTest> subjects(YamlValue value) {
        List<TextTest> tests = new ArrayList<>();
        for (YamlValue item : value.oneOrMore()) {
            if (item.isMapping()) {
                item.mapping().ifPresent(mapping -> {
                    int before = tests.size();
                    tests.addAll(texts(mapping));
                    mapping.refuseOthers();
                    if (tests.size() == before && mapping.names().isEmpty()) {
                        mapping.error("has no condition (valid: contains, equals, wildcard, matches)");
                    }
                });
            } else {
                item.string().ifPresent(text -> tests.add(contains(text)));
            }
        }
        return tests.stream()
                .map(test -> new Condition.HeaderTest("subject", test))
                .toList();
    }

    private static List<TextTest> texts(YamlMapping mapping) {
        List<TextTest> tests = new ArrayList<>();
        for (YamlValue item : mapping.oneOrMore("contains")) {
            item.string().ifPresent(text -> tests.add(contains(text)));
        }
        for (YamlValue item : mapping.oneOrMore("equals")) {
            item.string().ifPresent(text -> tests.add(new TextTest.Equal(text.strip())));
        }
        for (YamlValue item : mapping.oneOrMore("wildcard")) {
            item.string().flatMap(text -> pattern(item, text, true)).ifPresent(tests::add);
        }
        for (YamlValue item : mapping.oneOrMore("matches")) {
            item.string().flatMap(text -> pattern(item, text, false)).ifPresent(tests::add);
        }
        return tests;
    }

    private static TextTest contains(String text) {
        return new TextTest.Contains(text.toLowerCase(Locale.ROOT));
    }

    private static Optional<TextTest> pattern(YamlValue item, String text, boolean isWildcard) {
        try {
            return Optional.of(
                    new TextTest.Matches(isWildcard ? SafePattern.wildcard(text) : SafePattern.search(text)));
        } catch (SafePattern.SyntaxException fault) {
            item.error("not a pattern: " + fault.getMessage());
            return Optional.empty();
        }
    }

    // RFC 5322 §3.6.8
    private static final Pattern FIELD_NAME = Pattern.compile("[!-9;-~]{1,76}");
}
