package org.postseal.policy.exchange;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/** Says the {@code smime} section as Get-SmimeConfig would. */
final class SmimeExport {
    private SmimeExport() {}

    static Map<String, Object> of(YamlMapping section) {
        Map<String, Object> object = new LinkedHashMap<>();
        section.all().forEach((name, value) -> {
            Optional<SmimeParameter> parameter = SmimeParameter.of(name);
            if (parameter.isEmpty()) {
                value.error("has no parameter in Exchange");
            } else {
                value(parameter.get(), value).ifPresent(said -> object.put(name, said));
            }
        });
        return object;
    }

    /** One mailbox policy alone must not lose what stands above it. */
    static void refuseWhatIsRequired(YamlMapping section) {
        for (SmimeParameter parameter : List.of(SmimeParameter.ALWAYS_SIGN, SmimeParameter.ALWAYS_ENCRYPT)) {
            section.value(parameter.word())
                    .filter(value -> value.bool().orElse(false))
                    .ifPresent(value -> value.error("is required of everybody and has no place in a mailbox policy"));
        }
        section.warning("is left out: it is no part of a mailbox policy");
    }

    private static Optional<Object> value(SmimeParameter parameter, YamlValue value) {
        String text = value.text().orElse("");
        return switch (parameter.type()) {
            case BOOLEAN -> value.bool().map(truth -> truth);
            case FORKING, MILLISECONDS -> value.number(0, Long.MAX_VALUE).map(number -> number);
            case ALGORITHMS -> algorithms(parameter, value, text);
            case TEXT -> line(value, text);
            case STORE, RESERVED -> {
                value.warning("is left out: Get-SmimeConfig shows it, Set-SmimeConfig does not take it from there");
                yield Optional.empty();
            }
        };
    }

    private static Optional<Object> line(YamlValue value, String text) {
        if (text.chars().anyMatch(Character::isISOControl)) {
            value.error("cannot be said to Exchange: it is more than one line");
            return Optional.empty();
        }
        return Optional.of(text);
    }

    private static Optional<Object> algorithms(SmimeParameter parameter, YamlValue value, String text) {
        AlgorithmList.Kind kind = parameter == SmimeParameter.SIGNING_ALGORITHMS
                ? AlgorithmList.Kind.SIGNING
                : AlgorithmList.Kind.ENCRYPTION;
        return switch (AlgorithmList.read(kind, text)) {
            case AlgorithmList.Read(AlgorithmList list) -> Optional.of(list.toString());
            case AlgorithmList.Malformed(String why) -> {
                value.error("cannot be said to Exchange: " + why);
                yield Optional.empty();
            }
        };
    }
}
