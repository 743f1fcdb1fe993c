package org.postseal.certstore.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.NoSuchAlgorithmException;
import java.security.Signature;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.provider.CryptoCount.Reading;

class CryptoCountTest {
    @Test
    void countsByOperationAlgorithmAndProvider() throws NoSuchAlgorithmException {
        CryptoProviders.install();
        Signature engine = Signature.getInstance("SHA1withDSA");
        CryptoCount count = CryptoCount.of(CryptoOperation.SIGN, "test");
        count.done(engine.getProvider());
        count.done(engine.getProvider());
        count.done("SunPKCS11-nowhere");
        count.failed(engine.getProvider());
        count.failed(null);
        CryptoCount.of(CryptoOperation.VERIFY, "test").done(engine.getProvider());

        assertThat(CryptoCount.of(CryptoOperation.SIGN, "test")).isSameAs(count);
        String label = ProviderReport.name(engine.getProvider());
        assertThat(of("test"))
                .containsExactly(
                        new Reading(CryptoOperation.SIGN, "test", label, 2, 1),
                        new Reading(CryptoOperation.SIGN, "test", "SunPKCS11-nowhere", 1, 0),
                        new Reading(CryptoOperation.SIGN, "test", "none", 0, 1),
                        new Reading(CryptoOperation.VERIFY, "test", label, 1, 0),
                        new Reading(CryptoOperation.VERIFY, "test", "none", 0, 0));
    }

    @Test
    void nobodyIsThereBeforeAnythingFails() {
        CryptoCount _ = CryptoCount.of(CryptoOperation.DECRYPT_KEY, "unused");
        assertThat(of("unused")).containsExactly(new Reading(CryptoOperation.DECRYPT_KEY, "unused", "none", 0, 0));
    }

    private static List<Reading> of(String algorithm) {
        return CryptoCount.readings().stream()
                .filter(reading -> reading.algorithm().equals(algorithm))
                .toList();
    }
}
