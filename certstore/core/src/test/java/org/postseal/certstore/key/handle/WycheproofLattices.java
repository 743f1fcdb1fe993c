package org.postseal.certstore.key.handle;

import java.io.IOException;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Map;
import java.util.Objects;
import javax.crypto.KEM;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPrivateKeyParameters;
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.bouncycastle.crypto.params.MLKEMPrivateKeyParameters;
import org.bouncycastle.jcajce.spec.ContextParameterSpec;
import org.postseal.certstore.key.handle.WycheproofPeer.Drawing;
import org.postseal.certstore.key.handle.WycheproofQuestions.Answer;
import org.postseal.certstore.key.handle.WycheproofVectors.Vector;

/**
 * Asks a provider about vectors of ML-DSA and ML-KEM. Private keys are given to it in the expanded form, as the gateway
 * does, since the JDK reads no other.
 */
final class WycheproofLattices {
    private WycheproofLattices() {}

    static Answer mlDsaSignature(WycheproofPeer peer, Vector vector) throws Exception {
        Signature engine = mlDsa(peer, vector);
        return WycheproofQuestions.verified(engine, peer.publicKey("ML-DSA", vector.octets("publicKeyDer")), vector);
    }

    static Answer mlDsaSigning(WycheproofPeer peer, Vector vector) throws Exception {
        return mlDsaSigning(peer, vector, peer.privateKey("ML-DSA", expandedMlDsa(vector)));
    }

    static Answer mlDsaSigning(WycheproofPeer peer, Vector vector, PrivateKey key) throws Exception {
        Drawing random = new Drawing(vector.has("rnd") ? vector.octets("rnd") : new byte[32]);
        Signature engine = mlDsa(peer, vector);
        engine.initSign(key, random);
        engine.update(vector.octets("msg"));
        byte[] signature = engine.sign();
        random.demandDrawn();
        return Answer.of(vector.octets("sig"), signature);
    }

    /** No provider takes the digest of a message in the place of the message. */
    static void demandMessage(Vector vector) throws NoSuchAlgorithmException {
        if (!vector.has("msg")) {
            throw new NoSuchAlgorithmException("ML-DSA without the message");
        }
    }

    // Only Bouncy Castle can be told a context.
    private static Signature mlDsa(WycheproofPeer peer, Vector vector) throws Exception {
        demandMessage(vector);
        byte[] context = vector.octets("ctx");
        if (context.length > 0 && !peer.is(WycheproofPeer.BOUNCY_CASTLE)) {
            throw new NoSuchAlgorithmException("ML-DSA with a context");
        }
        Signature engine = peer.engine(each -> Signature.getInstance("ML-DSA", each));
        if (context.length > 0) {
            engine.setParameter(new ContextParameterSpec(context));
        }
        return engine;
    }

    private static byte[] expandedMlDsa(Vector vector) throws Exception {
        if (!vector.has("privateSeed")) {
            return pkcs8(vector, vector.octets("privateKey"));
        }
        byte[] seed = vector.octets("privateSeed");
        demandSeed(seed.length == 32);
        MLDSAParameters parameters = switch (set(vector)) {
            case "mldsa_44" -> MLDSAParameters.ml_dsa_44;
            case "mldsa_65" -> MLDSAParameters.ml_dsa_65;
            default -> MLDSAParameters.ml_dsa_87;
        };
        return pkcs8(vector, new MLDSAPrivateKeyParameters(parameters, seed).getEncoded());
    }

    static Answer decapsulation(WycheproofPeer peer, Vector vector) throws Exception {
        PrivateKey key = peer.privateKey("ML-KEM", expandedMlKem(vector));
        KEM.Decapsulator engine =
                peer.engine(each -> KEM.getInstance("ML-KEM", each)).newDecapsulator(key);
        byte[] secret = engine.decapsulate(vector.octets("c")).getEncoded();
        return Answer.of(vector.octets("K"), secret);
    }

    static Answer encapsulation(WycheproofPeer peer, Vector vector) throws Exception {
        Drawing random = new Drawing(vector.octets("m"));
        PublicKey key =
                peer.publicKey("ML-KEM", new SubjectPublicKeyInfo(algorithm(vector), vector.octets("ek")).getEncoded());
        KEM.Encapsulated made = peer.engine(each -> KEM.getInstance("ML-KEM", each))
                .newEncapsulator(key, random)
                .encapsulate();
        random.demandDrawn();
        return Answer.of(vector.octets("c"), made.encapsulation()) == Answer.RIGHT
                ? Answer.of(vector.octets("K"), made.key().getEncoded())
                : Answer.WRONG;
    }

    private static byte[] expandedMlKem(Vector vector) throws Exception {
        if (vector.has("dk")) {
            return pkcs8(vector, vector.octets("dk"));
        }
        byte[] seed = vector.octets("seed");
        demandSeed(seed.length == 64);
        MLKEMParameters parameters = switch (set(vector)) {
            case "mlkem_512" -> MLKEMParameters.ml_kem_512;
            case "mlkem_768" -> MLKEMParameters.ml_kem_768;
            default -> MLKEMParameters.ml_kem_1024;
        };
        return pkcs8(vector, new MLKEMPrivateKeyParameters(parameters, seed).getEncoded());
    }

    private static void demandSeed(boolean hasItsLength) throws NoSuchAlgorithmException {
        if (!hasItsLength) {
            throw new NoSuchAlgorithmException("the seed is not given to a provider");
        }
    }

    /** Returns PKCS #8 with an expanded key. */
    static byte[] pkcs8(Vector vector, byte[] expanded) throws IOException {
        return new PrivateKeyInfo(algorithm(vector), new DEROctetString(expanded)).getEncoded();
    }

    /** Returns PKCS #8 with a seed. */
    static byte[] seedPkcs8(Vector vector, byte[] seed) throws IOException {
        return new PrivateKeyInfo(algorithm(vector), new DERTaggedObject(false, 0, new DEROctetString(seed)))
                .getEncoded();
    }

    static AlgorithmIdentifier algorithm(Vector vector) {
        return new AlgorithmIdentifier(Objects.requireNonNull(NAMES.get(set(vector))));
    }

    // The name of a file begins with that of the parameter set.
    private static String set(Vector vector) {
        return vector.file().replaceAll("^(\\w+?_\\d+)_?.*", "$1");
    }

    private static final Map<String, ASN1ObjectIdentifier> NAMES = Map.of(
            "mldsa_44", NISTObjectIdentifiers.id_ml_dsa_44,
            "mldsa_65", NISTObjectIdentifiers.id_ml_dsa_65,
            "mldsa_87", NISTObjectIdentifiers.id_ml_dsa_87,
            "mlkem_512", NISTObjectIdentifiers.id_alg_ml_kem_512,
            "mlkem_768", NISTObjectIdentifiers.id_alg_ml_kem_768,
            "mlkem_1024", NISTObjectIdentifiers.id_alg_ml_kem_1024);
}
