package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.smime.SignatureVerdict.Cause;
import org.postseal.gateway.smime.SignatureVerifier.Verification;
import org.postseal.policy.protection.SignedAlgorithm;

/** Checks the result of several layers, and how it is reported. */
class LayerResultsTest {
    private static final SignatureVerdict GOOD =
            new SignatureVerdict.Valid(Pki.issued(Pki.ALICE, KeyAlgorithm.P256).certificate(), List.of());
    private static final SignatureVerdict BAD = SignatureVerdict.of(Cause.CONTENT_ALTERED, Optional.empty());
    private static final SignatureVerdict UNKNOWN = SignatureVerdict.of(Cause.REVOCATION_UNKNOWN, Optional.empty());

    @Test
    void onlyAllGoodIsGood() {
        assertThat(summary()).isEqualTo(new SignatureVerdict.Unsigned());
        assertThat(summary(GOOD, GOOD)).isEqualTo(GOOD);
        assertThat(summary(GOOD, BAD)).isEqualTo(BAD);
        assertThat(summary(UNKNOWN, GOOD, BAD)).isEqualTo(BAD);
        assertThat(summary(GOOD, UNKNOWN)).isEqualTo(UNKNOWN);
    }

    @Test
    void theWeakestDigestCounts() {
        assertThat(LayerVerdict.summary(List.of(
                                layer("2", GOOD, SignedAlgorithm.SHA512), layer("1/2", GOOD, SignedAlgorithm.SHA1)))
                        .digest())
                .contains(SignedAlgorithm.SHA1);
    }

    @Test
    void eachLayerHasAResultAndNonePassesWhereTheMessageDoesNot() {
        List<LayerVerdict> layers =
                List.of(layer("2", GOOD, SignedAlgorithm.SHA256), layer("1/2", BAD, SignedAlgorithm.SHA256));

        assertThat(field(BAD, layers))
                .isEqualTo("Authentication-Results: gw.example.com; smime=policy"
                        + " reason=\"another layer is not valid\" body.smime-part=2;"
                        + " smime=fail reason=\"content altered\" body.smime-part=\"1/2\"");
    }

    @Test
    void aVerdictThatIsOfNoLayerStandsAlone() {
        SignatureVerdict mismatch = SignatureVerdict.of(Cause.HEADER_MISMATCH, Optional.empty());

        assertThat(field(mismatch, List.of(layer("2", GOOD, SignedAlgorithm.SHA256))))
                .isEqualTo("Authentication-Results: gw.example.com; smime=policy reason=\"header mismatch\"");
    }

    private static String field(SignatureVerdict verdict, List<LayerVerdict> layers) {
        return new String(
                        ResultsField.of("gw.example.com", verdict, layers, Optional.empty(), false)
                                .raw(),
                        StandardCharsets.US_ASCII)
                .replace("\r\n", "");
    }

    private static SignatureVerdict summary(SignatureVerdict... verdicts) {
        return LayerVerdict.summary(List.of(verdicts).stream()
                        .map(verdict -> layer("2", verdict, SignedAlgorithm.SHA256))
                        .toList())
                .verdict();
    }

    private static LayerVerdict layer(String section, SignatureVerdict verdict, SignedAlgorithm digest) {
        return new LayerVerdict(section, false, new Verification(verdict, Optional.of(digest), List.of()));
    }
}
