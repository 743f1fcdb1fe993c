package org.postseal.policy.cases;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.postseal.certstore.KeyPlace;
import org.postseal.policy.DirectoryFacts.Fact;
import org.postseal.policy.DirectoryFacts.Membership;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/** Reads the {@code directory} of a case. */
final class DirectoryReader {
    private DirectoryReader() {}

    static CaseDirectory read(YamlMapping directory) {
        Answers<Fact> certificates = directory
                .mapping("certificates")
                .map(section -> answers(section, value -> value.word(DirectoryWords.FACTS)))
                .orElse(new Answers<>(Map.of()));
        Answers<CaseDirectory.Key> keys = directory
                .mapping("keys")
                .map(section -> answers(section, value -> value.word(KEYS)))
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
                value.error("is not for " + WHOM);
            }
            Optional<T> answer = reader.apply(value);
            name.ifPresent(known -> answer.ifPresent(present -> {
                if (byName.put(known, present) != null) {
                    value.error("is given twice, in another spelling before");
                }
            }));
        });
        return new Answers<>(byName);
    }

    // a list of members, or the word for a server that does not answer
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

    private static final String WHOM = "a mail address, a domain, *.domain or *";
    static final Map<String, CaseDirectory.Key> KEYS = keys();
}
