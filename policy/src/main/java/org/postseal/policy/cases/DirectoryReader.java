package org.postseal.policy.cases;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.postseal.certstore.KeyPlace;
import org.postseal.policy.facts.DirectoryFacts.Fact;
import org.postseal.policy.facts.DirectoryFacts.Membership;
import org.postseal.policy.protection.Capabilities;
import org.postseal.policy.protection.KeyFacts;
import org.postseal.policy.record.DirectoryWords;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/** Reads the {@code directory} of a case. */
final class DirectoryReader {
    private DirectoryReader() {}

    static CaseDirectory read(YamlMapping directory) {
        Answers<Fact> certificates = directory
                .mapping("certificates")
                .map(section -> answers(section, DirectoryReader::certificate))
                .orElse(new Answers<>(Map.of()));
        Answers<CaseDirectory.Key> keys = directory
                .mapping("keys")
                .map(section -> answers(section, DirectoryReader::signingKey))
                .orElse(new Answers<>(Map.of()));
        Map<String, Answers<Membership>> groups = new HashMap<>();
        directory
                .mapping("groups")
                .ifPresent(section -> section.all().forEach((name, value) -> groups.put(name, members(value))));
        directory.refuseOthers();
        return new CaseDirectory(certificates, keys, groups);
    }

    private static <T> Answers<T> answers(YamlMapping section, Function<YamlValue, Optional<T>> reader) {
        Map<String, T> byName = new LinkedHashMap<>();
        section.all().forEach((written, value) -> {
            Optional<String> name = Answers.name(written);
            if (name.isEmpty()) {
                value.error("must be for " + WHOM);
            }
            Optional<T> answer = reader.apply(value);
            name.ifPresent(known -> answer.ifPresent(present -> {
                if (byName.put(known, present) != null) {
                    value.error("is already given in another spelling");
                }
            }));
        });
        return new Answers<>(byName);
    }

    // The value is a word, or a mapping that describes a usable certificate.
    private static Optional<Fact> certificate(YamlValue value) {
        if (!value.isMapping()) {
            return value.word(DirectoryWords.FACTS);
        }
        return value.mapping().map(mapping -> {
            KeyFacts key = key(mapping);
            List<String> reads = new ArrayList<>();
            for (YamlValue item : mapping.oneOrMore("reads")) {
                item.parsed("one of " + String.join(", ", DirectoryWords.READS), DirectoryReader::reads)
                        .ifPresent(reads::add);
            }
            Capabilities.Source said = mapping.word("source", Capabilities.Source.class)
                    .orElse(reads.isEmpty() ? Capabilities.Source.UNKNOWN : Capabilities.Source.VERIFIED_MAIL);
            mapping.refuseOthers();
            return new Fact.Available(key, DirectoryWords.capabilities(said, reads));
        });
    }

    private static Optional<CaseDirectory.Key> signingKey(YamlValue value) {
        if (!value.isMapping()) {
            return value.word(KEYS);
        }
        return value.mapping().map(mapping -> {
            KeyFacts key = key(mapping);
            KeyPlace place = mapping.word("place", PLACES).orElse(KeyPlace.ANYWHERE);
            mapping.refuseOthers();
            return new CaseDirectory.Key(new Fact.Available(key, Capabilities.UNKNOWN), place);
        });
    }

    private static KeyFacts key(YamlMapping mapping) {
        return mapping.parsed("key", "a kind of key and its bits such as RSA 2048", DirectoryWords::key)
                .orElse(new Fact.Available().key());
    }

    private static Optional<String> reads(String text) {
        return Optional.of(text).filter(DirectoryWords.READS::contains);
    }

    // The value is a list of members, or the word for a server that does not answer.
    private static Answers<Membership> members(YamlValue value) {
        Map<String, Membership> byName = new HashMap<>();
        if (value.isList()) {
            value.list()
                    .forEach(item -> item.parsed(WHOM, Answers::name)
                            .ifPresent(name -> byName.put(name, new Membership.Member())));
        } else {
            value.word(Map.of(DirectoryWords.LOOKUP_FAILED, DirectoryWords.NOT_REACHED))
                    .ifPresent(why -> byName.put("*", new Membership.LookupFailed(why)));
        }
        return new Answers<>(byName);
    }

    private static Map<String, CaseDirectory.Key> keys() {
        Map<String, CaseDirectory.Key> words = new LinkedHashMap<>();
        words.put("soft", new CaseDirectory.Key(new Fact.Available(), KeyPlace.ANYWHERE));
        words.put("hardware", new CaseDirectory.Key(new Fact.Available(), KeyPlace.HARDWARE));
        DirectoryWords.FACTS.forEach((word, fact) -> {
            if (!word.equals(DirectoryWords.USABLE)) {
                words.put(word, new CaseDirectory.Key(fact, KeyPlace.ANYWHERE));
            }
        });
        return words;
    }

    private static final Map<String, KeyPlace> PLACES =
            Map.of("soft", KeyPlace.ANYWHERE, "hardware", KeyPlace.HARDWARE);
    private static final String WHOM = "a mail address, a domain, *.domain or *";
    static final Map<String, CaseDirectory.Key> KEYS = keys();
}
