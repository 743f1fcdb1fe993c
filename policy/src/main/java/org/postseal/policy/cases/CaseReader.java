package org.postseal.policy.cases;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.yaml.Nearest;
import org.postseal.policy.yaml.Problems;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlReader;
import org.postseal.policy.yaml.YamlValue;

/** Reads a file of cases. Used once. */
final class CaseReader {
    private final MessageFiles files;
    private final Map<String, Integer> lines = new HashMap<>();
    private CaseMessage message = CaseMessage.NOTHING;
    private List<MailAddress> recipients = List.of();
    private CaseDirectory directory = CaseDirectory.EMPTY;

    private CaseReader(MessageFiles files) {
        this.files = files;
    }

    /** Reads the cases as far as possible, and adds what is wrong to the problems. */
    static List<PolicyCase> read(String yaml, MessageFiles files, Problems problems) {
        return YamlReader.read(yaml, problems)
                .map(root -> new CaseReader(files).read(root))
                .orElse(List.of());
    }

    private List<PolicyCase> read(YamlMapping root) {
        root.required("version").ifPresent(value -> value.integer(1, 1));
        root.mapping("defaults").ifPresent(this::defaults);
        Optional<YamlValue> section = root.required("cases");
        List<YamlValue> items = section.map(YamlValue::list).orElse(List.of());
        section.filter(value -> value.isList() && items.isEmpty()).ifPresent(value -> value.error("has no case"));
        List<PolicyCase> cases = new ArrayList<>();
        for (YamlValue item : items) {
            item.mapping().ifPresent(mapping -> cases.add(read(item, mapping)));
        }
        root.refuseOthers();
        return cases;
    }

    private void defaults(YamlMapping section) {
        message = message(section).orElse(message);
        recipients = recipients(section);
        directory = directory(section).orElse(directory);
        section.refuseOthers();
    }

    private PolicyCase read(YamlValue item, YamlMapping mapping) {
        String name = name(mapping);
        CaseMessage ofCase = message(mapping).map(own -> own.over(message)).orElse(message);
        List<MailAddress> own = recipients(mapping);
        List<MailAddress> to = own.isEmpty() ? recipients : own;
        if (to.isEmpty() && !mapping.names().contains("to")) {
            mapping.error("has no recipient: neither the case nor the defaults say to");
        }
        CaseDirectory ofDirectory =
                directory(mapping).map(known -> known.over(directory)).orElse(directory);
        Map<MailAddress, Expectation> expected = mapping.required("expect")
                .flatMap(YamlValue::mapping)
                .map(expect -> expected(expect, to))
                .orElse(Map.of());
        mapping.refuseOthers();
        return new PolicyCase(item.line(), name, ofCase, to, ofDirectory, expected);
    }

    private String name(YamlMapping mapping) {
        Optional<YamlValue> value = mapping.required("name");
        Optional<String> name = value.flatMap(YamlValue::string);
        name.ifPresent(text -> {
            Integer first = lines.putIfAbsent(text, value.get().line());
            if (first != null) {
                value.get().error("duplicate name, first given on line " + first);
            }
            if (!YamlValue.clean(text).equals(text)) {
                value.get().error("must be one line of at most 100 printable characters");
            }
        });
        return name.orElse("?");
    }

    private Optional<CaseMessage> message(YamlMapping mapping) {
        return mapping.mapping("message").map(section -> new MessageReader(section, files).read());
    }

    private static Optional<CaseDirectory> directory(YamlMapping mapping) {
        return mapping.mapping("directory").map(DirectoryReader::read);
    }

    private static List<MailAddress> recipients(YamlMapping mapping) {
        List<MailAddress> addresses = new ArrayList<>();
        for (YamlValue item : mapping.oneOrMore("to")) {
            item.parsed("a mail address", MailAddress::parse).ifPresent(address -> {
                if (addresses.contains(address)) {
                    item.error("is given twice");
                }
                addresses.add(address);
            });
        }
        return addresses;
    }

    // Returns the expectations by recipient if the keys are addresses, else the same expectation for every recipient.
    private static Map<MailAddress, Expectation> expected(YamlMapping expect, List<MailAddress> to) {
        Map<MailAddress, Expectation> byRecipient = new LinkedHashMap<>();
        if (expect.names().stream().anyMatch(name -> name.contains("@"))) {
            Set<String> known = to.stream().map(MailAddress::toString).collect(Collectors.toSet());
            expect.all().forEach((name, value) -> {
                Optional<MailAddress> recipient = MailAddress.parse(name).filter(to::contains);
                if (recipient.isEmpty()) {
                    value.error(
                            name.contains("@")
                                    ? "is not among the recipients" + Nearest.hint(name, known)
                                    : "stands beside recipients; write it below each of them");
                    return;
                }
                value.mapping().map(CaseReader::expectation).ifPresent(read -> byRecipient.put(recipient.get(), read));
            });
            return byRecipient;
        }
        Expectation all = expectation(expect);
        to.forEach(recipient -> byRecipient.put(recipient, all));
        return byRecipient;
    }

    private static Expectation expectation(YamlMapping expect) {
        if (expect.names().isEmpty()) {
            expect.error("expects nothing");
        }
        Map<OutcomeKey, String> values = new EnumMap<>(OutcomeKey.class);
        OutcomeKey.BY_WORD.forEach((word, key) -> expect.value(word).ifPresent(value -> {
            Optional<String> expected = key.separator()
                    .map(separator -> Optional.of(joined(value, separator)))
                    .orElseGet(() -> key.choices().isEmpty() ? value.string() : value.word(sameWords(key)));
            expected.ifPresent(text -> values.put(key, text));
        }));
        Map<String, String> settings = new LinkedHashMap<>();
        expect.mapping(SETTINGS)
                .ifPresent(section -> section.all().forEach((name, value) -> {
                    Optional<String> text = value.isBool() ? value.bool().map(String::valueOf) : value.string();
                    text.ifPresent(expected -> settings.put(name, expected));
                }));
        expect.refuseOthers();
        return new Expectation(values, settings);
    }

    private static String joined(YamlValue value, String separator) {
        return value.oneOrMore().stream()
                .flatMap(item -> item.string().stream())
                .collect(Collectors.joining(separator));
    }

    private static Map<String, String> sameWords(OutcomeKey key) {
        Map<String, String> words = new LinkedHashMap<>();
        key.choices().forEach(word -> words.put(word, word));
        return words;
    }

    static final String SETTINGS = "settings";
}
