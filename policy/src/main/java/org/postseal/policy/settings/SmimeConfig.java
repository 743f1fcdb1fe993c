package org.postseal.policy.settings;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postseal.policy.protection.EncryptionAlgorithm;
import org.postseal.policy.protection.SignedAlgorithm;
import org.postseal.policy.protection.SigningSettings.Certificates;

/** The {@code smime} section: the parameters of Exchange's Set-SmimeConfig by their names, those without effect included. Immutable. */
public final class SmimeConfig {
    private static final Set<SmimeParameter> FOR_MESSAGES = EnumSet.of(
            SmimeParameter.BCC_FORKING,
            SmimeParameter.CLEAR_SIGN,
            SmimeParameter.ENCRYPTION_ALGORITHMS,
            SmimeParameter.CHAIN_AND_ROOT,
            SmimeParameter.CHAIN_WITHOUT_ROOT,
            SmimeParameter.INCLUDE_CAPABILITIES,
            SmimeParameter.ONLY_USE_SMART_CARD,
            SmimeParameter.CERTIFICATE_INCLUSION,
            SmimeParameter.SIGNING_ALGORITHMS,
            SmimeParameter.TRIPLE_WRAP,
            SmimeParameter.USE_KEY_IDENTIFIER);

    // after what its constructor reads
    public static final SmimeConfig DEFAULT = new SmimeConfig(Map.of(), List.of(), List.of());

    private final Map<SmimeParameter, String> written;
    private final List<EncryptionAlgorithm> ciphers;
    private final List<SignedAlgorithm> digests;
    private final List<Setting> explained;

    /**
     * @param written as the policy has them, each checked
     * @param ciphers of {@code OWAEncryptionAlgorithms}; empty without it
     * @param digests of {@code OWASigningAlgorithms}; empty without it
     */
    SmimeConfig(Map<SmimeParameter, String> written, List<EncryptionAlgorithm> ciphers, List<SignedAlgorithm> digests) {
        this.written = written.isEmpty() ? Map.of() : new EnumMap<>(written);
        this.ciphers = List.copyOf(ciphers);
        this.digests = List.copyOf(digests);
        this.explained = explain();
    }

    /** What is written, each checked, those without effect included. */
    public Map<SmimeParameter, String> written() {
        return Collections.unmodifiableMap(written);
    }

    /** As written; empty when it is not. */
    Optional<String> written(SmimeParameter parameter) {
        return Optional.ofNullable(written.get(parameter));
    }

    /** True or false, as written or as it is without. */
    public boolean is(SmimeParameter parameter) {
        return value(parameter).equals("true");
    }

    int number(SmimeParameter parameter) {
        return Integer.parseInt(value(parameter));
    }

    /** What may be used, the preferred first; empty when everything may. */
    public List<EncryptionAlgorithm> ciphers() {
        return ciphers;
    }

    /** What may be used, the preferred first; empty when everything may. */
    public List<SignedAlgorithm> digests() {
        return digests;
    }

    /** Which certificates a signature carries. Of the two about the chain the one with the root wins. */
    public Certificates certificates() {
        if (!is(SmimeParameter.CERTIFICATE_INCLUSION)) {
            return Certificates.NONE;
        }
        if (is(SmimeParameter.CHAIN_AND_ROOT)) {
            return Certificates.CHAIN_AND_ROOT;
        }
        return is(SmimeParameter.CHAIN_WITHOUT_ROOT) ? Certificates.CHAIN : Certificates.OWN;
    }

    /** Each setting that counts for a message. */
    List<Setting> explained() {
        return explained;
    }

    private String value(SmimeParameter parameter) {
        return written(parameter).orElse(parameter.withoutIt());
    }

    private List<Setting> explain() {
        List<Setting> settings = new ArrayList<>();
        for (SmimeParameter parameter : FOR_MESSAGES) {
            String value = value(parameter);
            if (!value.isEmpty()) {
                settings.add(new Setting(
                        parameter.parameter(), value, written.containsKey(parameter) ? "smime" : "built-in"));
            }
        }
        return List.copyOf(settings);
    }
}
