package org.postseal.policy.condition;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.schema.Schema;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/**
 * {@code tls}: the protection of the peer's connection.
 *
 * @param least the oldest version that is enough; empty for a connection without TLS
 * @param verified whether the peer must have shown a certificate that was verified
 */
record TlsCondition(Optional<Facts.TlsVersion> least, boolean verified) implements Condition {
    static final ConditionType TYPE = new ConditionType(
            "tls",
            Needs.MESSAGE,
            "The peer's connection.",
            "of the connection to the gateway: `none`, `any`, `verified` (the peer showed a certificate"
                    + " that was verified), or `{ least: TLSv1.3, verified: true }`",
            new ConditionForm(schema(), (value, _) -> read(value)));

    @Override
    public ConditionType type() {
        return TYPE;
    }

    @Override
    public Truth holds(Asked asked) {
        Optional<Facts.Tls> tls = asked.peer().tls();
        return Truth.of(
                least.isEmpty()
                        ? tls.isEmpty()
                        : tls.filter(found -> found.version().compareTo(least.get()) >= 0
                                        && (found.isVerified() || !verified))
                                .isPresent());
    }

    @Override
    public String words() {
        return least.map(version -> "it comes over "
                        + (version == Facts.TlsVersion.TLS_1_2 ? "TLS 1.2 or later" : "TLS 1.3")
                        + (verified ? " with a verified certificate of the peer" : ""))
                .orElse("it comes without TLS");
    }

    @Override
    public boolean isWithin(Condition wider) {
        return wider instanceof TlsCondition(Optional<Facts.TlsVersion> version, boolean isVerified)
                && version.flatMap(bound -> least.filter(own -> own.compareTo(bound) >= 0))
                        .isPresent()
                && (verified || !isVerified);
    }

    private static Schema schema() {
        return Schema.anyOf(
                Schema.word(named().keySet()),
                Schema.mapping()
                        .key(
                                "least",
                                "The oldest version.",
                                Schema.word(versions().keySet()))
                        .key("verified", "With a certificate of the peer that was verified.", Schema.bool())
                        .schema());
    }

    private static Optional<Condition> read(YamlValue value) {
        return value.isMapping() ? value.mapping().map(TlsCondition::read) : value.word(named());
    }

    private static TlsCondition read(YamlMapping tls) {
        Facts.TlsVersion least = tls.word("least", versions()).orElse(Facts.TlsVersion.TLS_1_2);
        boolean verified = tls.bool("verified").orElse(false);
        tls.refuseOthers();
        if (tls.names().isEmpty()) {
            tls.error("has no condition (valid: least, verified)");
        }
        return new TlsCondition(Optional.of(least), verified);
    }

    private static Map<String, Condition> named() {
        Map<String, Condition> words = new LinkedHashMap<>();
        words.put("none", new TlsCondition(Optional.empty(), false));
        words.put("any", new TlsCondition(Optional.of(Facts.TlsVersion.TLS_1_2), false));
        words.put("verified", new TlsCondition(Optional.of(Facts.TlsVersion.TLS_1_2), true));
        return words;
    }

    private static Map<String, Facts.TlsVersion> versions() {
        Map<String, Facts.TlsVersion> versions = new LinkedHashMap<>();
        versions.put("TLSv1.2", Facts.TlsVersion.TLS_1_2);
        versions.put("TLSv1.3", Facts.TlsVersion.TLS_1_3);
        return versions;
    }
}
