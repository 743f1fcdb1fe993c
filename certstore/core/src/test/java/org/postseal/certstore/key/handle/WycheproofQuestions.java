package org.postseal.certstore.key.handle;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.key.handle.WycheproofVectors.Vector;

/** Asks a provider about vectors of the algorithms that are not post-quantum, in a way for each kind of file. */
final class WycheproofQuestions {
    private WycheproofQuestions() {}

    enum Answer {
        /** The signature is good, or what came out is what the vector says. */
        RIGHT,
        /** Something else came out. */
        WRONG,
        REFUSED;

        static Answer of(byte[] expected, byte[] found) {
            return Arrays.equals(expected, found) ? RIGHT : WRONG;
        }
    }

    /** Asks a peer about a vector. */
    interface Question {
        /**
         * Returns the answer. Any exception refuses the vector, but for one.
         *
         * @throws NoSuchAlgorithmException if the peer cannot be asked
         */
        Answer ask(WycheproofPeer peer, Vector vector) throws Exception;
    }

    static Answer rsaPkcs1(WycheproofPeer peer, Vector vector) throws GeneralSecurityException {
        return rsa(peer, vector, "RSA/ECB/PKCS1Padding", null);
    }

    static Answer rsaOaep(WycheproofPeer peer, Vector vector) throws GeneralSecurityException {
        AlgorithmParameterSpec parameters = new OAEPParameterSpec(
                vector.text("sha"),
                "MGF1",
                new MGF1ParameterSpec(vector.text("mgfSha")),
                new PSource.PSpecified(vector.octets("label")));
        return rsa(peer, vector, "RSA/ECB/OAEPPadding", parameters);
    }

    private static Answer rsa(
            WycheproofPeer peer, Vector vector, String transformation, @Nullable AlgorithmParameterSpec parameters)
            throws GeneralSecurityException {
        Cipher engine = peer.engine(each -> Cipher.getInstance(transformation, each));
        engine.init(Cipher.DECRYPT_MODE, peer.privateKey("RSA", vector.octets("privateKeyPkcs8")), parameters);
        return Answer.of(vector.octets("msg"), engine.doFinal(vector.octets("ct")));
    }

    static Answer rsaSignature(WycheproofPeer peer, Vector vector) throws GeneralSecurityException {
        return verified(peer, vector, named(vector, "withRSA"), "RSA");
    }

    static Answer rsaSigning(WycheproofPeer peer, Vector vector) throws GeneralSecurityException {
        Signature engine = peer.engine(each -> Signature.getInstance(named(vector, "withRSA"), each));
        engine.initSign(peer.privateKey("RSA", vector.octets("privateKeyPkcs8")));
        engine.update(vector.octets("msg"));
        return Answer.of(vector.octets("sig"), engine.sign());
    }

    static Answer ecdsa(WycheproofPeer peer, Vector vector) throws GeneralSecurityException {
        return verified(peer, vector, named(vector, "withECDSA"), "EC");
    }

    static Answer edDsa(WycheproofPeer peer, Vector vector) throws GeneralSecurityException {
        String name = vector.file().equals("ed448") ? "Ed448" : "Ed25519";
        return verified(peer, vector, name, name);
    }

    static Answer pss(WycheproofPeer peer, Vector vector) throws GeneralSecurityException {
        if (vector.text("sha").startsWith("SHAKE")) {
            return verified(peer, vector, vector.text("sha") + "withRSAPSS", "RSA");
        }
        Signature engine = peer.engine(each -> Signature.getInstance("RSASSA-PSS", each));
        engine.setParameter(new PSSParameterSpec(
                vector.text("sha"),
                "MGF1",
                new MGF1ParameterSpec(vector.text("mgfSha")),
                vector.number("sLen"),
                PSSParameterSpec.TRAILER_FIELD_BC));
        String family = vector.file().endsWith("_params") ? "RSASSA-PSS" : "RSA";
        return verified(engine, peer.publicKey(family, vector.octets("publicKeyDer")), vector);
    }

    // JCA calls them SHA256withRSA, SHA3-256withRSA and SHA512/256withRSA.
    private static String named(Vector vector, String suffix) {
        return vector.text("sha").replace("SHA-", "SHA") + suffix;
    }

    private static Answer verified(WycheproofPeer peer, Vector vector, String name, String family)
            throws GeneralSecurityException {
        Signature engine = peer.engine(each -> Signature.getInstance(name, each));
        return verified(engine, peer.publicKey(family, vector.octets("publicKeyDer")), vector);
    }

    static Answer verified(Signature engine, PublicKey key, Vector vector) throws GeneralSecurityException {
        engine.initVerify(key);
        engine.update(vector.octets("msg"));
        return engine.verify(vector.octets("sig")) ? Answer.RIGHT : Answer.REFUSED;
    }

    static Answer ecdh(WycheproofPeer peer, Vector vector) throws Exception {
        KeyAgreement engine = peer.engine(each -> KeyAgreement.getInstance("ECDH", each));
        engine.init(peer.privateKey("EC", ecPrivateKey(vector)));
        engine.doPhase(peer.publicKey("EC", vector.octets("public")), true);
        return Answer.of(vector.octets("shared"), engine.generateSecret());
    }

    /** Returns PKCS #8 of a private key that the vector has as a bare number. */
    static byte[] ecPrivateKey(Vector vector) throws IOException {
        String curve = vector.text("curve");
        ASN1ObjectIdentifier name = ECNamedCurveTable.getOID(curve);
        BigInteger number = new BigInteger(1, vector.octets("private"));
        int bits = Integer.parseInt(curve.replaceAll("\\D*(\\d+)r1", "$1"));
        return new PrivateKeyInfo(
                        new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, name),
                        new ECPrivateKey(bits, number, name))
                .getEncoded();
    }

    static Answer xdh(WycheproofPeer peer, Vector vector) throws GeneralSecurityException {
        KeyAgreement engine = peer.engine(each -> KeyAgreement.getInstance("XDH", each));
        engine.init(peer.privateKey("XDH", vector.octets("private")));
        engine.doPhase(peer.publicKey("XDH", vector.octets("public")), true);
        return Answer.of(vector.octets("shared"), engine.generateSecret());
    }

    static Answer gcm(WycheproofPeer peer, Vector vector) throws GeneralSecurityException {
        return aead(peer, vector, "AES/GCM/NoPadding", new GCMParameterSpec(128, vector.octets("iv")));
    }

    static Answer chaCha20Poly1305(WycheproofPeer peer, Vector vector) throws GeneralSecurityException {
        return aead(peer, vector, "ChaCha20-Poly1305", new IvParameterSpec(vector.octets("iv")));
    }

    private static Answer aead(WycheproofPeer peer, Vector vector, String name, AlgorithmParameterSpec parameters)
            throws GeneralSecurityException {
        Cipher engine = peer.engine(each -> Cipher.getInstance(name, each));
        engine.init(Cipher.DECRYPT_MODE, new SecretKeySpec(vector.octets("key"), "AES"), parameters);
        engine.updateAAD(vector.octets("aad"));
        byte[] sealed = org.bouncycastle.util.Arrays.concatenate(vector.octets("ct"), vector.octets("tag"));
        return Answer.of(vector.octets("msg"), engine.doFinal(sealed));
    }

    static Answer cbc(WycheproofPeer peer, Vector vector) throws GeneralSecurityException {
        Cipher engine = peer.engine(each -> Cipher.getInstance("AES/CBC/PKCS5Padding", each));
        SecretKeySpec key = new SecretKeySpec(vector.octets("key"), "AES");
        engine.init(Cipher.DECRYPT_MODE, key, new IvParameterSpec(vector.octets("iv")));
        return Answer.of(vector.octets("msg"), engine.doFinal(vector.octets("ct")));
    }

    static Answer keyWrap(WycheproofPeer peer, Vector vector) throws GeneralSecurityException {
        return unwrapped(peer, vector, "AESWrap");
    }

    static Answer paddedKeyWrap(WycheproofPeer peer, Vector vector) throws GeneralSecurityException {
        return unwrapped(peer, vector, "AESWrapPad");
    }

    private static Answer unwrapped(WycheproofPeer peer, Vector vector, String name) throws GeneralSecurityException {
        Cipher engine = peer.engine(each -> Cipher.getInstance(name, each));
        engine.init(Cipher.UNWRAP_MODE, new SecretKeySpec(vector.octets("key"), "AES"));
        byte[] found =
                engine.unwrap(vector.octets("ct"), "AES", Cipher.SECRET_KEY).getEncoded();
        return Answer.of(vector.octets("msg"), found);
    }

    static Answer hkdf(WycheproofPeer peer, Vector vector) throws GeneralSecurityException {
        String name = vector.file().replace("hkdf_sha", "HKDF-SHA");
        KDF engine = peer.engine(each -> KDF.getInstance(name, each));
        HKDFParameterSpec parameters = HKDFParameterSpec.ofExtract()
                .addIKM(vector.octets("ikm"))
                .addSalt(vector.octets("salt"))
                .thenExpand(vector.octets("info"), vector.number("size"));
        return Answer.of(vector.octets("okm"), engine.deriveData(parameters));
    }
}
