package org.postseal.certstore.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Signature;
import java.security.SignatureSpi;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SelfTestTest {
    @Test
    void theNativeEngineKnowsEveryAnswer() {
        assertThat(SelfTest.failures(new DelegatingProvider(engine()))).isEmpty();
    }

    @Test
    void aSignatureThatIsAlwaysGoodIsFound() {
        Provider lying = new Altered(engine(), "Signature", "SHA256withECDSA", AcceptsAll::new);

        Map<String, String> failures = SelfTest.failures(new DelegatingProvider(lying));

        // The key services are tested by means of signatures, so they fail as well.
        assertThat(failures.keySet())
                .containsExactlyInAnyOrder("Signature SHA256withECDSA", "KeyFactory EC", "KeyPairGenerator EC");
    }

    @Test
    void anEngineThatCannotBeMadeIsFound() {
        Provider broken = new Altered(engine(), "KeyAgreement", "ECDH", () -> {
            throw new NoSuchAlgorithmException("library without curves");
        });

        assertThat(SelfTest.failures(new DelegatingProvider(broken))).containsOnlyKeys("KeyAgreement ECDH");
    }

    @Test
    void whatFailedIsNotOffered() throws Exception {
        DelegatingProvider partly = new DelegatingProvider(engine(), Set.of("Signature SHA256withECDSA"));

        assertThat(partly.getService("Signature", "SHA256withECDSA")).isNull();
        assertThat(partly.getService("Signature", "1.2.840.10045.4.3.2")).isNull();
        assertThat(Signature.getInstance("SHA256withRSA", partly)).isNotNull();
        assertThat(KeyFactory.getInstance("EC", partly)).isNotNull();
    }

    private static Provider engine() {
        NativeEngine found = NativeEngine.load();
        assumeTrue(found instanceof NativeEngine.Present || System.getenv("CI") != null, "no native provider here");
        return ((NativeEngine.Present) found).provider();
    }

    private interface Maker {
        Object make() throws NoSuchAlgorithmException;
    }

    /** Copies another provider, but replaces one service by our own. */
    private static final class Altered extends Provider {
        private static final long serialVersionUID = 1;
        private final transient Provider target;
        private final transient Service altered;

        Altered(Provider target, String type, String name, Maker maker) {
            super("Altered", "1", "for tests");
            this.target = target;
            this.altered = new Service(this, type, name, Altered.class.getName(), null, null) {
                @Override
                public Object newInstance(Object parameter) throws NoSuchAlgorithmException {
                    return maker.make();
                }

                @Override
                public boolean supportsParameter(Object parameter) {
                    return true;
                }
            };
        }

        @Override
        public Service getService(String type, String algorithm) {
            return altered.getType().equals(type) && altered.getAlgorithm().equals(algorithm)
                    ? altered
                    : target.getService(type, algorithm);
        }
    }

    private static final class AcceptsAll extends SignatureSpi {
        @Override
        protected void engineInitVerify(java.security.PublicKey key) {}

        @Override
        protected void engineInitSign(java.security.PrivateKey key) {}

        @Override
        protected void engineUpdate(byte octet) {}

        @Override
        protected void engineUpdate(byte[] octets, int offset, int length) {}

        @Override
        protected byte[] engineSign() {
            return new byte[72];
        }

        @Override
        protected boolean engineVerify(byte[] signature) {
            return true;
        }

        @Deprecated
        @Override
        protected void engineSetParameter(String name, Object value) {}

        @Deprecated
        @Override
        protected Object engineGetParameter(String name) {
            throw new UnsupportedOperationException(name);
        }
    }
}
