package org.postseal.policy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/** Reads the {@code smime} section. A parameter that does nothing yet is accepted, and a warning says so unless its value is what happens anyway. */
final class SmimeReader {
    private SmimeReader() {}

    static SmimeConfig read(YamlMapping section) {
        Map<String, String> kept = new LinkedHashMap<>();
        for (Parameter parameter : PARAMETERS) {
            section.value(parameter.name())
                    .ifPresent(value -> text(parameter, value).ifPresent(text -> {
                        kept.put(parameter.name(), text);
                        warn(parameter, value, text);
                    }));
        }
        section.refuseOthers();
        return new SmimeConfig(
                "true".equals(kept.get("OWAAlwaysSign")),
                "true".equals(kept.get("OWAAlwaysEncrypt")),
                !"false".equals(kept.get("OWAClearSign")),
                kept);
    }

    private static Optional<String> text(Parameter parameter, YamlValue value) {
        return switch (parameter.type()) {
            case BOOLEAN -> value.bool().map(bool -> bool ? "true" : "false");
            case FORKING -> value.integer(0, 2).map(String::valueOf);
            // 0 is not documented by Microsoft and could mean "for ever" or "never".
            case MILLISECONDS -> value.number(1, 4_294_967_295L).map(String::valueOf);
            case ALGORITHMS ->
                value.parsed(
                        "a list such as 6610;660E",
                        text -> ALGORITHM_LIST.matcher(text).matches() ? Optional.of(text) : Optional.empty());
            case TEXT -> value.possiblyEmpty();
        };
    }

    private static void warn(Parameter parameter, YamlValue value, String text) {
        switch (parameter.effect()) {
            case WORKS -> {}
            case NOT_YET -> {
                if (!text.equals(parameter.asNow())) {
                    value.warning("is kept, but has no effect yet" + parameter.advice());
                }
            }
            case NEVER -> value.warning("is kept, but has no meaning on a server");
        }
    }

    enum Type {
        BOOLEAN,
        FORKING,
        MILLISECONDS,
        ALGORITHMS,
        TEXT
    }

    enum Effect {
        WORKS,
        NOT_YET,
        NEVER
    }

    /**
     * One parameter.
     *
     * @param asNow the value that says what is done now anyway; empty when none does
     * @param advice what to write meanwhile
     */
    record Parameter(String name, Type type, Effect effect, String asNow, String advice) {
        static Parameter works(String name) {
            return new Parameter(name, Type.BOOLEAN, Effect.WORKS, "", "");
        }

        static Parameter notYet(String name, Type type, String asNow) {
            return new Parameter(name, type, Effect.NOT_YET, asNow, "");
        }

        static Parameter algorithms(String name, String meanwhile) {
            return new Parameter(
                    name, Type.ALGORITHMS, Effect.NOT_YET, "", "; set " + meanwhile + " of mailboxPolicies.default");
        }

        static Parameter never(String name, Type type) {
            return new Parameter(name, type, Effect.NEVER, "", "");
        }
    }

    // item *( ";" item ), item = four hex digits [":" bits] ["," OID]; four hex digits as documented for
    // Set-SmimeConfig.
    private static final Pattern ALGORITHM_LIST = Pattern.compile(
            "\\p{XDigit}{4}(:\\d{1,4})?(,[0-9.]{1,60})?(;\\p{XDigit}{4}(:\\d{1,4})?(,[0-9.]{1,60})?){0,30}");

    static final List<Parameter> PARAMETERS = List.of(
            Parameter.works("OWAAlwaysSign"),
            Parameter.works("OWAAlwaysEncrypt"),
            Parameter.works("OWAClearSign"),
            Parameter.notYet("OWAAllowUserChoiceOfSigningCertificate", Type.BOOLEAN, "false"),
            Parameter.notYet("OWABCCEncryptedEmailForking", Type.FORKING, "0"),
            Parameter.notYet("OWACheckCRLOnSend", Type.BOOLEAN, ""),
            Parameter.notYet("OWACopyRecipientHeaders", Type.BOOLEAN, "false"),
            Parameter.notYet("OWACRLConnectionTimeout", Type.MILLISECONDS, ""),
            Parameter.notYet("OWACRLRetrievalTimeout", Type.MILLISECONDS, ""),
            Parameter.notYet("OWADisableCRLCheck", Type.BOOLEAN, ""),
            Parameter.notYet("OWADLExpansionTimeout", Type.MILLISECONDS, ""),
            Parameter.algorithms("OWAEncryptionAlgorithms", "RequireEncryptionSMIMEAlgorithm"),
            Parameter.notYet("OWAEncryptTemporaryBuffers", Type.BOOLEAN, "true"),
            Parameter.never("OWAForceSMIMEClientUpgrade", Type.BOOLEAN),
            Parameter.notYet("OWAIncludeCertificateChainAndRootCertificate", Type.BOOLEAN, ""),
            Parameter.notYet("OWAIncludeCertificateChainWithoutRootCertificate", Type.BOOLEAN, ""),
            Parameter.notYet("OWAIncludeSMIMECapabilitiesInMessage", Type.BOOLEAN, ""),
            Parameter.notYet("OWAOnlyUseSmartCard", Type.BOOLEAN, "false"),
            Parameter.notYet("OWASenderCertificateAttributesToDisplay", Type.TEXT, ""),
            Parameter.notYet("OWASignedEmailCertificateInclusion", Type.BOOLEAN, "true"),
            Parameter.algorithms("OWASigningAlgorithms", "RequireSignedSMIMEAlgorithm"),
            Parameter.notYet("OWATripleWrapSignedEncryptedMail", Type.BOOLEAN, "false"),
            Parameter.notYet("OWAUseKeyIdentifier", Type.BOOLEAN, "false"),
            Parameter.notYet("OWAUseSecondaryProxiesWhenFindingCertificates", Type.BOOLEAN, ""),
            Parameter.works("NoSignOnReply"),
            Parameter.notYet("SMIMECertificateIssuingCA", Type.TEXT, ""),
            Parameter.never("Identity", Type.TEXT),
            Parameter.never("Confirm", Type.BOOLEAN));
}
