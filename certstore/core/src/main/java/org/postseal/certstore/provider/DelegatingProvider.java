package org.postseal.certstore.provider;

import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A provider without algorithms of its own. Each of its services belongs to another provider, and has the names by
 * which the JDK and Bouncy Castle ask for it. A service that is not listed here never reaches the other provider.
 */
public final class DelegatingProvider extends Provider {
    private static final long serialVersionUID = 1;

    private final String target;

    /** Creates a provider for those of the listed services that {@code target} has. */
    public DelegatingProvider(Provider target) {
        this(target, Set.of());
    }

    /**
     * Creates a provider for some of the listed services.
     *
     * @param without the operations that are left to the next provider, by "type name"
     */
    DelegatingProvider(Provider target, Set<String> without) {
        super("Postseal", "1", "hands chosen operations to " + target.getName());
        this.target = target.getName() + " " + target.getVersionStr();
        for (Listed each : LISTED) {
            Service service = target.getService(each.type(), each.target());
            if (service != null && !without.contains(each.type() + " " + each.name())) {
                putService(
                        each.defaultDigest() == null
                                ? new Delegated(this, service, each.name(), each.aliases())
                                : new WithDefaults(this, target, each.defaultDigest(), each));
            }
        }
    }

    /** Returns name and version of the other provider. */
    String target() {
        return target;
    }

    /**
     * One listed service.
     *
     * @param defaultDigest the digest, if the name implies parameters
     */
    private record Listed(
            String type,
            String target,
            String name,
            List<String> aliases,
            @Nullable String defaultDigest) {}

    private static Listed same(String type, String name, String... aliases) {
        return new Listed(type, name, name, List.of(aliases), null);
    }

    private static Listed as(String type, String target, String name, String... aliases) {
        return new Listed(type, target, name, List.of(aliases), null);
    }

    private static Listed withDefault(String type, String target, String name, String digest, String... aliases) {
        return new Listed(type, target, name, List.of(aliases), digest);
    }

    /** Another provider's service under one of our names. */
    private static final class Delegated extends Service {
        private final Service target;

        Delegated(Provider own, Service target, String name, List<String> aliases) {
            super(own, target.getType(), name, target.getClassName(), aliases, null);
            this.target = target;
        }

        @Override
        public Object newInstance(@Nullable Object parameter) throws NoSuchAlgorithmException {
            return target.newInstance(parameter);
        }

        @Override
        public boolean supportsParameter(Object parameter) {
            return target.supportsParameter(parameter);
        }
    }

    /** A service whose name implies its parameters, on top of a service that must be told them. */
    private static final class WithDefaults extends Service {
        private final Provider target;
        private final String digest;
        private final Listed listed;

        WithDefaults(Provider own, Provider target, String digest, Listed listed) {
            super(own, listed.type(), listed.name(), DelegatingProvider.class.getName(), listed.aliases(), null);
            this.target = target;
            this.digest = digest;
            this.listed = listed;
        }

        @Override
        public Object newInstance(@Nullable Object parameter) throws NoSuchAlgorithmException {
            return listed.type().equals("Cipher") ? new OaepCipher(target, digest) : new PssSignature(target, digest);
        }

        @Override
        public boolean supportsParameter(Object parameter) {
            return true;
        }
    }

    private static final List<Listed> LISTED = List.of(
            // Keys made by the native factory need no translation at each use.
            same("KeyFactory", "RSA", "1.2.840.113549.1.1.1", "OID.1.2.840.113549.1.1.1"),
            same("KeyFactory", "EC", "1.2.840.10045.2.1", "OID.1.2.840.10045.2.1"),
            same("KeyPairGenerator", "RSA", "1.2.840.113549.1.1.1", "OID.1.2.840.113549.1.1.1"),
            same("KeyPairGenerator", "EC", "1.2.840.10045.2.1", "OID.1.2.840.10045.2.1"),
            same("Signature", "SHA256withRSA", "1.2.840.113549.1.1.11", "OID.1.2.840.113549.1.1.11"),
            same("Signature", "SHA384withRSA", "1.2.840.113549.1.1.12", "OID.1.2.840.113549.1.1.12"),
            same("Signature", "SHA512withRSA", "1.2.840.113549.1.1.13", "OID.1.2.840.113549.1.1.13"),
            same("Signature", "SHA256withECDSA", "1.2.840.10045.4.3.2", "OID.1.2.840.10045.4.3.2"),
            same("Signature", "SHA384withECDSA", "1.2.840.10045.4.3.3", "OID.1.2.840.10045.4.3.3"),
            same("Signature", "SHA512withECDSA", "1.2.840.10045.4.3.4", "OID.1.2.840.10045.4.3.4"),
            same("Signature", "Ed25519", "1.3.101.112", "OID.1.3.101.112"),
            same("Signature", "RSASSA-PSS", "1.2.840.113549.1.1.10", "OID.1.2.840.113549.1.1.10"),
            withDefault("Signature", "RSASSA-PSS", "SHA256withRSAandMGF1", "SHA-256", "SHA256withRSASSA-PSS"),
            withDefault("Signature", "RSASSA-PSS", "SHA384withRSAandMGF1", "SHA-384", "SHA384withRSASSA-PSS"),
            withDefault("Signature", "RSASSA-PSS", "SHA512withRSAandMGF1", "SHA-512", "SHA512withRSASSA-PSS"),
            same("Cipher", "RSA/ECB/NoPadding"),
            same("Cipher", "RSA/ECB/PKCS1Padding"),
            withDefault("Cipher", "RSA/ECB/OAEPPadding", "RSA/ECB/OAEPPadding", "SHA-1", "1.2.840.113549.1.1.7"),
            withDefault("Cipher", "RSA/ECB/OAEPPadding", "RSA/ECB/OAEPWithSHA-256AndMGF1Padding", "SHA-256"),
            withDefault("Cipher", "RSA/ECB/OAEPPadding", "RSA/ECB/OAEPWithSHA-384AndMGF1Padding", "SHA-384"),
            withDefault("Cipher", "RSA/ECB/OAEPPadding", "RSA/ECB/OAEPWithSHA-512AndMGF1Padding", "SHA-512"),
            same("Cipher", "AES/GCM/NoPadding"),
            as("Cipher", "AES_128/GCM/NoPadding", "AES_128/GCM/NoPadding", "2.16.840.1.101.3.4.1.6"),
            as("Cipher", "AES/GCM/NoPadding", "2.16.840.1.101.3.4.1.26"),
            as("Cipher", "AES_256/GCM/NoPadding", "AES_256/GCM/NoPadding", "2.16.840.1.101.3.4.1.46"),
            same("KeyAgreement", "ECDH"));
}
