package org.postseal.policy.exchange;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.policy.settings.SmimeParameter;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/** Writes the {@code smime} section as Get-SmimeConfig shows it. */
final class SmimeExport {
    private SmimeExport() {}

    static Map<String, Object> of(YamlMapping section, ExchangeGaps gaps) {
        Map<String, Object> object = new LinkedHashMap<>();
        section.all().forEach((name, value) -> {
            Optional<SmimeParameter> parameter = SmimeParameter.ofMicrosoft(name);
            if (parameter.isEmpty()) {
                gaps.found(value, "has no parameter in Exchange");
            } else {
                value(parameter.get(), value, gaps).ifPresent(said -> object.put(name, said));
            }
        });
        return object;
    }

    /** Names what a mailbox policy that is exported alone loses: the requirements of the section above it. */
    static void missWhatIsRequired(YamlMapping section, ExchangeGaps gaps) {
        for (SmimeParameter parameter : List.of(SmimeParameter.ALWAYS_SIGN, SmimeParameter.ALWAYS_ENCRYPT)) {
            section.value(parameter.parameter())
                    .filter(value -> value.bool().orElse(false))
                    .ifPresent(value ->
                            gaps.found(value, "is required of everybody and has no place in a mailbox policy"));
        }
        section.warning("is left out: it is no part of a mailbox policy");
    }

    private static Optional<Object> value(SmimeParameter parameter, YamlValue value, ExchangeGaps gaps) {
        String text = value.text().orElse("");
        if (parameter.isReserved() || parameter.type() == SmimeParameter.Type.STORE) {
            value.warning("is left out: Get-SmimeConfig shows it, Set-SmimeConfig does not take it from there");
            return Optional.empty();
        }
        return switch (parameter.type()) {
            case BOOLEAN -> value.bool().map(truth -> truth);
            case FORKING, FORKS, MILLISECONDS -> value.number(0, Long.MAX_VALUE).map(number -> number);
            case CIPHERS -> algorithms(AlgorithmList.Kind.ENCRYPTION, value, text, gaps);
            case DIGESTS -> algorithms(AlgorithmList.Kind.SIGNING, value, text, gaps);
            case ATTRIBUTES, STORE, TEXT -> line(value, text, gaps);
        };
    }

    private static Optional<Object> line(YamlValue value, String text, ExchangeGaps gaps) {
        if (text.chars().anyMatch(Character::isISOControl)) {
            gaps.found(value, "cannot be expressed in Exchange: it is more than one line");
            return Optional.empty();
        }
        return Optional.of(text);
    }

    private static Optional<Object> algorithms(
            AlgorithmList.Kind kind, YamlValue value, String text, ExchangeGaps gaps) {
        return switch (AlgorithmList.read(kind, text)) {
            case AlgorithmList.Read(AlgorithmList list) -> Optional.of(list.toString());
            case AlgorithmList.Malformed(String why) -> {
                gaps.found(value, "cannot be expressed in Exchange: " + why);
                yield Optional.empty();
            }
        };
    }
}
