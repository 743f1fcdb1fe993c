package org.postseal.gateway.judges;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** What can be read of mail that must leave encrypted. */
class EncryptedOracleIT extends OracleContract {
    /** Mail that is no ciphertext is sealed, and what has words in or beside one is sealed or refused. */
    private static final Set<String> READABLE = Set.of(
            "around:plain-text",
            "around:in-text",
            "around:calendar",
            "around:as-binary",
            "around:beside-text",
            "around:in-mixed",
            "around:in-signed-with-content-description",
            "around:in-signed-with-field-in-signature-part",
            "around:second-type",
            "around:second-type-first",
            "around:tnef",
            "around:words-before",
            "around:words-behind",
            "around:words-behind-blank-line",
            "base64:words-behind",
            "header:encoding-twice",
            "text:behind-a-line-without-colon",
            "text:blank-before-colon",
            "text:blank-in-name",
            "text:colon-first",
            "text:comment-in-name",
            "text:control-in-name",
            "text:mbox-from",
            "text:no-colon",
            "text:non-ascii-name",
            "text:tab-before-colon",
            "type:encoded-word",
            "type:quoted",
            "type:quoted-all");

    /** Other ways to write a ciphertext that counts. */
    private static final Set<String> HARMLESS =
            Set.of("around:in-signed", "around:opaque-signed", "base64:one-line", "base64:short-lines");

    private final EncryptedOracle oracle;

    EncryptedOracleIT() {
        EncryptedOracle encrypted = new EncryptedOracle();
        super(encrypted, 2000, 800);
        oracle = encrypted;
    }

    @Test
    void filesOfTheSpoolWereLookedThrough() {
        assertThat(oracle.spooledFiles()).isPositive();
    }

    @Override
    String claimed() {
        return "kept";
    }

    @Override
    Set<String> unclaimed() {
        return Set.of("refused", "sealed", "redirected");
    }

    @Override
    Set<String> excusedFromTheClaim() {
        return READABLE;
    }

    @Override
    Set<String> excusedFromItsAbsence() {
        return HARMLESS;
    }
}
