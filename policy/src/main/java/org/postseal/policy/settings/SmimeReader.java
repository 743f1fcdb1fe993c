package org.postseal.policy.settings;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.postseal.policy.protection.EncryptionAlgorithm;
import org.postseal.policy.protection.SignedAlgorithm;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/**
 * Reads the {@code smime} section. It keeps a parameter that has no effect, and warns about it unless its value is what
 * happens anyway. Used once.
 */
public final class SmimeReader {
    private final Map<SmimeParameter, String> written = new EnumMap<>(SmimeParameter.class);
    private final Map<SmimeParameter, YamlValue> values = new EnumMap<>(SmimeParameter.class);
    private List<EncryptionAlgorithm> ciphers = List.of();
    private List<SignedAlgorithm> digests = List.of();

    private SmimeReader() {}

    public static SmimeConfig read(YamlMapping section) {
        return new SmimeReader().whole(section);
    }

    private SmimeConfig whole(YamlMapping section) {
        for (SmimeParameter parameter : SmimeParameter.values()) {
            section.value(parameter.parameter())
                    .ifPresent(value -> text(parameter, value).ifPresent(text -> {
                        written.put(parameter, text);
                        values.put(parameter, value);
                        if (!parameter.hasEffect() && !text.isEmpty() && !text.equals(parameter.withoutIt())) {
                            value.warning(parameter.warning());
                        }
                    }));
        }
        section.refuseOthers();
        SmimeConfig config = new SmimeConfig(written, ciphers, digests);
        check(config);
        return config;
    }

    private Optional<String> text(SmimeParameter parameter, YamlValue value) {
        return switch (parameter.type()) {
            case BOOLEAN -> value.bool().map(String::valueOf);
            case FORKING -> value.integer(0, 2).map(String::valueOf);
            case FORKS -> value.integer(1, 1000).map(String::valueOf);
            // Microsoft does not document 0, which could mean "for ever" or "never".
            case MILLISECONDS -> value.number(1, 4_294_967_295L).map(String::valueOf);
            case CIPHERS -> {
                Optional<String> list = value.string();
                ciphers = list.map(text -> AlgorithmLists.ciphers(value, text)).orElse(List.of());
                yield list;
            }
            case DIGESTS -> {
                Optional<String> list = value.string();
                digests = list.map(text -> AlgorithmLists.hashes(value, text)).orElse(List.of());
                yield list;
            }
            case ATTRIBUTES ->
                value.possiblyEmpty()
                        .filter(text -> text.isEmpty()
                                || value.parsed(
                                                "OIDs such as 2.5.4.3,2.5.4.10",
                                                oids -> Optional.of(oids)
                                                        .filter(found -> OIDS.matcher(found)
                                                                .matches()))
                                        .isPresent());
            case STORE, TEXT -> value.possiblyEmpty();
        };
    }

    private void check(SmimeConfig config) {
        at(SmimeParameter.BCC_FORKING)
                .filter(_ -> config.number(SmimeParameter.BCC_FORKING) == 2)
                .ifPresent(
                        value -> value.warning("shows every Bcc recipient of an encrypted message to all the others"));
        at(SmimeParameter.DISABLE_CRL_CHECK)
                .filter(_ -> config.is(SmimeParameter.DISABLE_CRL_CHECK))
                .ifPresent(value -> value.warning("mail is encrypted to revoked certificates and signed with them,"
                        + " unless revocation: says otherwise"));
        at(SmimeParameter.CHECK_CRL_ON_SEND)
                .filter(_ -> config.is(SmimeParameter.CHECK_CRL_ON_SEND) && config.is(SmimeParameter.DISABLE_CRL_CHECK))
                .ifPresent(value -> value.warning("has no effect: OWADisableCRLCheck is true"));
        for (SmimeParameter chain : List.of(SmimeParameter.CHAIN_AND_ROOT, SmimeParameter.CHAIN_WITHOUT_ROOT)) {
            at(chain)
                    .filter(_ -> config.is(chain) && !config.is(SmimeParameter.CERTIFICATE_INCLUSION))
                    .ifPresent(value -> value.warning("has no effect: OWASignedEmailCertificateInclusion is false"));
        }
        at(SmimeParameter.ENCRYPTION_ALGORITHMS).ifPresent(value -> {
            passedOver(
                    value,
                    ciphers.stream()
                            .filter(EncryptionAlgorithm::isLegacy)
                            .map(EncryptionAlgorithm::word)
                            .toList(),
                    " unless allowLegacyAlgorithms names it",
                    ciphers.stream().allMatch(EncryptionAlgorithm::isLegacy) ? "; AES is used" : "");
        });
        at(SmimeParameter.SIGNING_ALGORITHMS)
                .ifPresent(value -> passedOver(
                        value,
                        digests.stream()
                                .filter(SignedAlgorithm::isLegacy)
                                .map(SignedAlgorithm::name)
                                .toList(),
                        " unless allowLegacyAlgorithms names it",
                        digests.stream().allMatch(SignedAlgorithm::isLegacy) ? "; SHA256 is used" : ""));
    }

    private static void passedOver(YamlValue value, List<String> legacy, String condition, String instead) {
        if (!legacy.isEmpty()) {
            value.warning(String.join(", ", legacy) + ": no longer safe, and passed over" + condition + instead);
        }
    }

    private Optional<YamlValue> at(SmimeParameter parameter) {
        return Optional.ofNullable(values.get(parameter));
    }

    private static final Pattern OIDS = Pattern.compile("[0-2](\\.\\d{1,20}){1,30}(,[0-2](\\.\\d{1,20}){1,30}){0,30}");
}
