package org.postseal.certstore.provider;

import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.interfaces.ECKey;
import java.security.spec.EllipticCurve;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.bouncycastle.jcajce.provider.asymmetric.util.EC5Util;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.PublicKeyKind.Curve;

/**
 * Hands keys on Brainpool curves (RFC 5639) to Bouncy Castle, and says that it takes no other key. It stands in front
 * of the JDK's providers: their key factory and their engines take such a key, and then fail when they use it. The
 * provider with native code can stay in front of it, since it refuses such a key at once.
 */
final class BrainpoolProvider extends Provider {
    private static final long serialVersionUID = 1;

    private final String target;

    BrainpoolProvider(Provider target) {
        super("Brainpool", "1", "hands keys on Brainpool curves to " + target.getName());
        this.target = target.getName() + " " + target.getVersionStr();
        putService(new Keys(this, "KeyFactory", BrainpoolKeyFactory.class, () -> new BrainpoolKeyFactory(target)));
        putService(new Keys(
                this, "KeyPairGenerator", BrainpoolKeyGenerator.class, () -> new BrainpoolKeyGenerator(target)));
        for (String digest : DIGESTS) {
            put(target, "Signature", digest + "withECDSA");
        }
        put(target, "KeyAgreement", "ECDH");
    }

    /** Returns name and version of the other provider. */
    String target() {
        return target;
    }

    private void put(Provider target, String type, String name) {
        Service service = target.getService(type, name);
        if (service == null) {
            throw new IllegalStateException(target.getName() + " has no " + name);
        }
        putService(new Delegated(this, service, name));
    }

    /** Returns true if the key is on a Brainpool curve, whoever made it. */
    static boolean takes(Object key) {
        return key instanceof ECKey ec
                && ec.getParams() != null
                && CURVES.contains(ec.getParams().getCurve());
    }

    /** An engine of the other provider for keys on these curves. */
    private static final class Delegated extends Service {
        private final Service target;

        Delegated(Provider own, Service target, String name) {
            super(own, target.getType(), name, target.getClassName(), null, null);
            this.target = target;
        }

        @Override
        public Object newInstance(@Nullable Object parameter) throws NoSuchAlgorithmException {
            return target.newInstance(parameter);
        }

        @Override
        public boolean supportsParameter(Object parameter) {
            return takes(parameter);
        }
    }

    /** Key factory and generator, which cannot be chosen by a key, and refuse others themselves. */
    private static final class Keys extends Service {
        private final Maker maker;

        Keys(Provider own, String type, Class<?> engine, Maker maker) {
            super(own, type, "EC", engine.getName(), List.of("1.2.840.10045.2.1"), null);
            this.maker = maker;
        }

        @Override
        public Object newInstance(@Nullable Object parameter) throws NoSuchAlgorithmException {
            return maker.make();
        }
    }

    private interface Maker {
        Object make() throws NoSuchAlgorithmException;
    }

    private static final List<String> DIGESTS =
            List.of("SHA1", "SHA224", "SHA256", "SHA384", "SHA512", "SHA3-224", "SHA3-256", "SHA3-384", "SHA3-512");
    private static final Set<EllipticCurve> CURVES = Arrays.stream(Curve.values())
            .filter(Curve::isBrainpool)
            .map(curve -> EC5Util.convertToSpec(curve.numbers()).getCurve())
            .collect(Collectors.toUnmodifiableSet());
}
