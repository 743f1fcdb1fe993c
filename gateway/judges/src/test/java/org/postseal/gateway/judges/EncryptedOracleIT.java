package org.postseal.gateway.judges;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** What can be read of mail that must leave encrypted. */
class EncryptedOracleIT extends OracleContract {
    private static final Set<String> READABLE = Set.of("around:plain-text", "around:in-text", "around:calendar");

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
    String unclaimed() {
        return "refused";
    }

    /** Mail that is no ciphertext is sealed. */
    @Override
    Set<String> never(String outcome) {
        return outcome.equals("kept") ? READABLE : Set.of();
    }
}
