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

/**
 * The {@code smime} section: the parameters of Exchange's Set-SmimeConfig by their names, including those without
 * effect. Immutable.
 */
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

    // This field comes after the constants that the constructor reads.
    public static final SmimeConfig DEFAULT = new SmimeConfig(Map.of(), List.of(), List.of());

    private final Map<SmimeParameter, String> written;
    private final List<EncryptionAlgorithm> ciphers;
    private final List<SignedAlgorithm> digests;
    private final List<Setting> explained;

    /**
     * Makes a section.
     *
     * @param written checked values, as the policy has them
     * @param ciphers of {@code OWAEncryptionAlgorithms}; empty without it
     * @param digests of {@code OWASigningAlgorithms}; empty without it
     */
    SmimeConfig(Map<SmimeParameter, String> written, List<EncryptionAlgorithm> ciphers, List<SignedAlgorithm> digests) {
        this.written = written.isEmpty() ? Map.of() : new EnumMap<>(written);
        this.ciphers = List.copyOf(ciphers);
        this.digests = List.copyOf(digests);
        this.explained = explain();
    }

    /** Returns the written values, each checked, including those without effect. */
    public Map<SmimeParameter, String> written() {
        return Collections.unmodifiableMap(written);
    }

    /** Returns a value as written; empty if it is not written. */
    Optional<String> written(SmimeParameter parameter) {
        return Optional.ofNullable(written.get(parameter));
    }

    /** Returns a truth value: the written one, or the one that holds without it. */
    public boolean is(SmimeParameter parameter) {
        return value(parameter).equals("true");
    }

    int number(SmimeParameter parameter) {
        return Integer.parseInt(value(parameter));
    }

    /** Returns the ciphers that may be used, the preferred one first; empty if all of them may. */
    public List<EncryptionAlgorithm> ciphers() {
        return ciphers;
    }

    /** Returns the digests that may be used, the preferred one first; empty if all of them may. */
    public List<SignedAlgorithm> digests() {
        return digests;
    }

    /**
     * Returns which certificates a signature carries. If both parameters about the chain are true, the one with the
     * root wins.
     */
    public Certificates certificates() {
        if (!is(SmimeParameter.CERTIFICATE_INCLUSION)) {
            return Certificates.NONE;
        }
        if (is(SmimeParameter.CHAIN_AND_ROOT)) {
            return Certificates.CHAIN_AND_ROOT;
        }
        return is(SmimeParameter.CHAIN_WITHOUT_ROOT) ? Certificates.CHAIN : Certificates.OWN;
    }

    /** Returns each setting that counts for a message. */
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
