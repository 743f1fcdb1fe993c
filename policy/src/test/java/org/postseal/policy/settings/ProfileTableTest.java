package org.postseal.policy.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.PublicKeyKind;
import org.postseal.policy.protection.KeyKind;
import org.postseal.policy.settings.ProfileTable.Use;

class ProfileTableTest {
    private static final ProfileTable BSI = ProfileTable.of(Profile.BSI_TR_02102_2026);

    @Test
    void aKeyThatThePolicyHasNoWordForIsNotTaken() {
        PublicKeyKind key = new PublicKeyKind.SlhDsa(PublicKeyKind.SlhDsaParameters.SHA2_128S);
        assertThat(BSI.whyNot(key)).hasValue("takes RSA, EC, Brainpool");
        assertThat(BSI.last(Use.SIGN, key)).isEmpty();
    }

    @Test
    void theSizeDecidesAsWell() {
        assertThat(BSI.whyNot(new PublicKeyKind.Rsa(2999, false))).hasValue("takes RSA of 3000 and more");
        assertThat(BSI.whyNot(new PublicKeyKind.Rsa(3000, false))).isEmpty();
        assertThat(ProfileTable.of(Profile.CNSA_2)
                        .whyNot(new PublicKeyKind.MlDsa(PublicKeyKind.MlDsaParameters.ML_DSA_65)))
                .hasValue("takes ML-DSA of 87 and more");
    }

    @Test
    void eachUseHasItsOwnLastDay() {
        PublicKeyKind key = new PublicKeyKind.Ec(PublicKeyKind.Curve.P256);
        assertThat(BSI.last(Use.SIGN, key)).hasValue(LocalDate.parse("2035-12-31"));
        assertThat(BSI.last(Use.ENCRYPT, key)).hasValue(LocalDate.parse("2031-12-31"));
        Set<KeyKind> classical = Set.of(KeyKind.EC, KeyKind.X25519);
        assertThat(BSI.takes(classical, LocalDate.parse("2031-12-31"))).isTrue();
        assertThat(BSI.takes(classical, LocalDate.parse("2032-01-01"))).isFalse();
        assertThat(BSI.takes(Set.of(KeyKind.X25519), LocalDate.parse("2026-12-31")))
                .isFalse();
    }
}
