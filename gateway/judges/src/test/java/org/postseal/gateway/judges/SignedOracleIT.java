package org.postseal.gateway.judges;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** What eleven programs and three CMS tools show of mail that passes. */
class SignedOracleIT extends OracleContract {
    /** What a friend's signature is not good for; a good one inside may count all the same. */
    private static final Set<String> HARDLY_PASS = Set.of(
            "recipe:above",
            "recipe:below",
            "recipe:around",
            "recipe:beside",
            "recipe:below-opaque",
            "entity:inner-signed-broken",
            "entity:inner-opaque-broken",
            "entity:protected-other-from",
            "object:broken",
            "object:octets-behind",
            "signature:other-name",
            "signature:quoted-name",
            "signature:name-of-a-signature",
            "signature:encoded-name",
            "signature:extended-name",
            "signature:continued-name",
            "signature:second-name",
            "signature:other-file-name",
            "signature:extended-file-name",
            "signature:file-name-behind-a-blank",
            "signature:second-disposition",
            "signature:other-description",
            "signature:encoded-description",
            "signature:second-description",
            "signature:made-up-name",
            "signature:made-up-file-name",
            "signature:free-description",
            "signature:free-encoded-description",
            "signature:description-with-a-language",
            "signature:description-behind-padding",
            "signature:location");

    private final SignedOracle oracle;

    SignedOracleIT() {
        SignedOracle signed = new SignedOracle();
        super(signed, 1800, 500);
        oracle = signed;
    }

    @Test
    void eachCmsProgramReadSomeOfThePassedMail() {
        assertThat(oracle.cmsAnswers()).containsOnlyKeys("openssl", "gpgsm", "nss");
    }

    @Override
    String claimed() {
        return "pass";
    }

    @Override
    Set<String> unclaimed() {
        return Set.of("doubtful", "fail", "none", "refused");
    }

    @Override
    Set<String> excusedFromTheClaim() {
        return HARDLY_PASS;
    }
}
