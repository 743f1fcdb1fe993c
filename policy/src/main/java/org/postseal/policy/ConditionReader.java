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
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/** Reads a rule's {@code when} and {@code unless}. */
final class ConditionReader {
    private final PeopleReader people;

    ConditionReader(PeopleReader people) {
        this.people = people;
    }

    /** The conditions; none for {@code always}; nothing when it is not known, with the cause among the problems. */
    Optional<List<Condition>> when(YamlValue when) {
        if (when.isSingle()) {
            return when.word(Map.of("always", List.of()));
        }
        return conditions(when, TextReadings.ANY, "has no condition; write when: always if it is meant for everything");
    }

    /** The conditions of an exception. */
    Optional<List<Condition>> unless(YamlValue unless) {
        return conditions(unless, TextReadings.ALL, "has no condition; leave it out if there is no exception");
    }

    private Optional<List<Condition>> conditions(YamlValue value, TextReadings readings, String ifNone) {
        return value.mapping().flatMap(mapping -> {
            if (mapping.names().isEmpty()) {
                mapping.error(ifNone);
                return Optional.empty();
            }
            // With unknown keys only, it is not a rule for everything, whatever else it may be meant to be.
            return Optional.of(conditions(mapping, readings)).filter(conditions -> !conditions.isEmpty());
        });
    }

    private List<Condition> conditions(YamlMapping when, TextReadings readings) {
        List<Condition> conditions = new ArrayList<>();
        when.value("direction")
                .ifPresent(value -> conditions.add(new Condition.InDirection(anyOf(value, Direction.class))));
        when.value("sender").ifPresent(value -> conditions.add(new Condition.Sender(people.people(value))));
        when.value("senderDomain").ifPresent(value -> conditions.add(new Condition.SenderDomain(domains(value))));
        when.value("recipient").ifPresent(value -> conditions.add(new Condition.RecipientIs(people.people(value))));
        when.value("recipientDomain").ifPresent(value -> conditions.add(new Condition.RecipientDomain(domains(value))));
        when.value("header").ifPresent(value -> conditions.add(new Condition.Header(headers(value), readings)));
        when.value("subject").ifPresent(value -> conditions.add(new Condition.Header(subjects(value), readings)));
        when.value("kind").ifPresent(value -> conditions.add(new Condition.OfKind(anyOf(value, Facts.Kind.class))));
        when.value("trait")
                .ifPresent(value -> conditions.add(new Condition.WithTrait(anyOf(value, Facts.Trait.class))));
        when.value("content")
                .ifPresent(value -> conditions.add(new Condition.WithContent(anyOf(value, Facts.Content.class))));
        protection(when, conditions);
        CircumstanceReader.read(when, conditions);
        when.refuseOthers();
        return conditions;
    }

    private void protection(YamlMapping when, List<Condition> conditions) {
        when.value("signature")
                .ifPresent(value -> conditions.add(new Condition.WithSignature(anyOf(value, Facts.Signature.class))));
        when.value("signedBy").ifPresent(value -> conditions.add(people.signers(value)));
        when.value("signerIssuer")
                .ifPresent(value -> conditions.add(new Condition.SignerIssuer(TextTestReader.textsOrTests(value))));
        when.value("signedWith")
                .ifPresent(value -> conditions.add(new Condition.SignedWith(anyOf(value, SignedAlgorithm.WORDS))));
        when.value("encryptedWith")
                .ifPresent(
                        value -> conditions.add(new Condition.EncryptedWith(anyOf(value, EncryptionAlgorithm.WORDS))));
        when.bool("suspicious").ifPresent(wanted -> conditions.add(new Condition.Suspicious(wanted)));
    }

    private static <E extends Enum<E>> Set<E> anyOf(YamlValue value, Class<E> type) {
        Set<E> any = EnumSet.noneOf(type);
        value.oneOrMore().forEach(item -> item.word(type).ifPresent(any::add));
        return any;
    }

    private static <T> Set<T> anyOf(YamlValue value, Map<String, T> words) {
        Set<T> any = new HashSet<>();
        value.oneOrMore().forEach(item -> item.word(words).ifPresent(any::add));
        return any;
    }

    private static DomainSet domains(YamlValue value) {
        return PolicyReader.domains(value.oneOrMore());
    }

    private static List<Condition.HeaderTest> headers(YamlValue value) {
        List<Condition.HeaderTest> tests = new ArrayList<>();
        for (YamlValue item : value.oneOrMore()) {
            item.mapping().ifPresent(header -> {
                Optional<String> name = header.required("name").flatMap(ConditionReader::fieldName);
                List<TextTest> any = TextTestReader.tests(header);
                header.refuseOthers();
                List<TextTest> wanted = any.isEmpty() ? List.of(new TextTest.Present()) : any;
                name.map(text -> text.toLowerCase(Locale.ROOT))
                        .ifPresent(known -> wanted.forEach(test -> tests.add(new Condition.HeaderTest(known, test))));
            });
        }
        return tests;
    }

    private static List<Condition.HeaderTest> subjects(YamlValue value) {
        return TextTestReader.textsOrTests(value).stream()
                .map(test -> new Condition.HeaderTest("subject", test))
                .toList();
    }

    /** As spelled. */
    static Optional<String> fieldName(YamlValue value) {
        return value.parsed(
                "the name of a header field",
                text -> FIELD_NAME.matcher(text).matches() ? Optional.of(text) : Optional.empty());
    }

    // RFC 5322 §3.6.8
    private static final Pattern FIELD_NAME = Pattern.compile("[!-9;-~]{1,76}");
}
