package org.postseal.policy.exchange;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The S/MIME parameters of New- and Set-MobileDeviceMailboxPolicy, which are elements of EASProvisionDoc too. A value's
 * code in ActiveSync is its index in the list, from 0 (MS-ASPROV §2.2.2). It differs from the code in the enums of
 * Windows, which is one higher.
 */
enum MobileParameter {
    /** MS-ASPROV §2.2.2.13. The overview there says "signing" where encryption is meant. */
    NEGOTIATION(
            "AllowSMIMEEncryptionAlgorithmNegotiation",
            false,
            "BlockNegotiation",
            "OnlyStrongAlgorithmNegotiation",
            "AllowAnyAlgorithmNegotiation"),
    /** MS-ASPROV §2.2.2.14. */
    SOFT_CERTIFICATES("AllowSMIMESoftCerts", false, "false", "true"),
    /** MS-ASPROV §2.2.2.47. */
    MESSAGES_ENCRYPTED("RequireEncryptedSMIMEMessages", true, "false", "true"),
    /** MS-ASPROV §2.2.2.48. */
    ENCRYPTION_ALGORITHM(
            "RequireEncryptionSMIMEAlgorithm", true, "TripleDES", "DES", "RC2128bit", "RC264bit", "RC240bit"),
    /** MS-ASPROV §2.2.2.50. */
    SIGNED_ALGORITHM("RequireSignedSMIMEAlgorithm", true, "SHA1", "MD5"),
    /** MS-ASPROV §2.2.2.51. */
    MESSAGES_SIGNED("RequireSignedSMIMEMessages", true, "false", "true");

    private final String word;
    private final boolean addsUp;

    @SuppressWarnings("ImmutableEnumChecker") // a copy that nobody can change
    private final List<String> values;

    MobileParameter(String word, boolean addsUp, String... values) {
        this.word = word;
        this.addsUp = addsUp;
        this.values = List.of(values);
    }

    static Optional<MobileParameter> of(String word) {
        return Arrays.stream(values())
                .filter(parameter -> parameter.word.equals(word))
                .findFirst();
    }

    /** Returns the name in Exchange, in ActiveSync and in our policies. */
    String word() {
        return word;
    }

    /** Returns true if a later level cannot weaken the parameter unless an earlier one allows it. */
    boolean addsUp() {
        return addsUp;
    }

    boolean isBoolean() {
        return values.equals(List.of("false", "true"));
    }

    /** Returns the names of the values; the index of a name is its code. */
    List<String> names() {
        return values;
    }

    /** Finds a value by its name or its code; it takes true and false as PowerShell writes them. */
    Optional<String> value(String text) {
        return Values.oneOf(values, isBoolean(), text);
    }

    /** Returns the code of a value in ActiveSync; empty for a value that Microsoft does not have. */
    Optional<Integer> code(String value) {
        return Optional.of(values.indexOf(value)).filter(code -> code >= 0);
    }

    /** Ranks the values by strictness; a higher number is stricter. */
    int strength(String value) {
        return switch (this) {
            case MESSAGES_ENCRYPTED, MESSAGES_SIGNED -> values.indexOf(value);
            case SIGNED_ALGORITHM, NEGOTIATION, SOFT_CERTIFICATES -> -values.indexOf(value);
            case ENCRYPTION_ALGORITHM -> STRONGEST_LAST.indexOf(value);
        };
    }

    String strongest() {
        return values.stream().max(Comparator.comparingInt(this::strength)).orElseThrow();
    }

    private static final List<String> STRONGEST_LAST = List.of("RC240bit", "DES", "RC264bit", "RC2128bit", "TripleDES");
}
