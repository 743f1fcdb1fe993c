package org.postseal.certstore.provider;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Tests a provider with known answers: signatures, ciphertexts and secrets that another implementation made. If an
 * operation uses random numbers, the test checks the known answer, and then the provider's own output with the inverse
 * operation. It also tries what must be refused: an altered signature and an altered tag.
 */
final class SelfTest {
    private static final byte[] TEXT = "postseal: known answer".getBytes(StandardCharsets.US_ASCII);

    private final Provider provider;
    private final Properties known = new Properties();

    private SelfTest(Provider provider) {
        this.provider = provider;
        try (InputStream in = SelfTest.class.getResourceAsStream("known-answers.properties")) {
            known.load(in);
        } catch (IOException e) {
            throw new IllegalStateException("the known answers are part of the program", e);
        }
    }

    /**
     * Returns the operations of {@code provider} that gave a wrong answer or none, by "type name", with the reason.
     * Operations that it does not have are not tested.
     */
    static Map<String, String> failures(Provider provider) {
        return new SelfTest(provider).failures();
    }

    /** Tests one operation by its name. It throws any exception if the operation is wrong. */
    private interface Trial {
        void run(String name) throws GeneralSecurityException;
    }

    private Map<String, String> failures() {
        Map<String, String> wrong = new LinkedHashMap<>();
        for (Provider.Service service : provider.getServices()) {
            String operation = operation(service);
            try {
                trial(service.getType(), service.getAlgorithm()).run(service.getAlgorithm());
            } catch (GeneralSecurityException | RuntimeException | LinkageError e) {
                // A broken library may do anything here.
                wrong.put(operation, e.toString());
            }
        }
        return wrong;
    }

    static String operation(Provider.Service service) {
        return service.getType() + " " + service.getAlgorithm();
    }

    private Trial trial(String type, String name) {
        return switch (type) {
            case "KeyFactory" -> this::keyFactory;
            case "KeyPairGenerator" -> this::keyPairGenerator;
            case "Signature" -> signature(name);
            case "Cipher" -> name.startsWith("RSA") ? this::rsaCipher : this::gcm;
            case "KeyAgreement" -> this::ecdh;
            default -> throw new IllegalStateException("no known answer for " + type);
        };
    }

    private Trial signature(String name) {
        if (name.equals("Ed25519")) {
            return this::ed25519;
        }
        if (name.contains("ECDSA")) {
            return this::ecdsa;
        }
        return name.contains("PSS") || name.contains("MGF1") ? this::pss : this::rsa;
    }

    private void rsa(String name) throws GeneralSecurityException {
        byte[] answer = answer("rsa.sha" + name.substring(3, 6));
        Signature engine = Signature.getInstance(name, provider);
        engine.initSign(rsaPrivate());
        engine.update(TEXT);
        demand(Arrays.equals(engine.sign(), answer), "another signature than the known one");
        verify(engine, rsaPublic(), answer);
    }

    private void pss(String name) throws GeneralSecurityException {
        for (String size :
                name.startsWith("SHA") ? new String[] {name.substring(3, 6)} : new String[] {"256", "384", "512"}) {
            Signature engine = Signature.getInstance(name, provider);
            engine.setParameter(new PSSParameterSpec(
                    "SHA-" + size,
                    "MGF1",
                    new MGF1ParameterSpec("SHA-" + size),
                    Integer.parseInt(size) / 8,
                    PSSParameterSpec.TRAILER_FIELD_BC));
            verify(engine, rsaPublic(), answer("pss.sha" + size));
            engine.initSign(rsaPrivate());
            engine.update(TEXT);
            verify(engine, rsaPublic(), engine.sign());
        }
    }

    private void ecdsa(String name) throws GeneralSecurityException {
        String hash = name.substring(3, 6);
        String curve = "ec" + (hash.equals("512") ? "521" : hash);
        Signature engine = Signature.getInstance(name, provider);
        verify(engine, ecPublic(curve + ".public"), answer(curve + ".signature"));
        engine.initSign(ecPrivate(curve));
        engine.update(TEXT);
        verify(engine, ecPublic(curve + ".public"), engine.sign());
    }

    // RFC 8032 §7.1, test 2.
    private void ed25519(String name) throws GeneralSecurityException {
        KeyFactory factory = KeyFactory.getInstance("Ed25519");
        PrivateKey privateKey = factory.generatePrivate(new PKCS8EncodedKeySpec(hex("302e020100300506032b657004220420"
                + "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")));
        PublicKey publicKey = factory.generatePublic(new X509EncodedKeySpec(
                hex("302a300506032b6570032100" + "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")));
        byte[] answer = hex("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
        Signature engine = Signature.getInstance(name, provider);
        engine.initSign(privateKey);
        engine.update((byte) 0x72);
        demand(Arrays.equals(engine.sign(), answer), "another signature than the known one");
        engine.initVerify(publicKey);
        engine.update((byte) 0x72);
        demand(engine.verify(answer), "the known signature is refused");
        engine.initVerify(publicKey);
        engine.update((byte) 0x73);
        demand(!engine.verify(answer), "a wrong signature is accepted");
    }

    private static void verify(Signature engine, PublicKey key, byte[] signature) throws GeneralSecurityException {
        engine.initVerify(key);
        engine.update(TEXT);
        demand(engine.verify(signature), "the known signature is refused");
        engine.initVerify(key);
        engine.update(TEXT);
        engine.update((byte) 0);
        demand(!engine.verify(signature), "a wrong signature is accepted");
    }

    private void rsaCipher(String name) throws GeneralSecurityException {
        Cipher engine = Cipher.getInstance(name, provider);
        if (name.endsWith("NoPadding")) {
            engine.init(Cipher.DECRYPT_MODE, rsaPrivate());
            byte[] block = engine.doFinal(answer("rsa.pkcs1"));
            byte[] end = Arrays.copyOfRange(block, block.length - TEXT.length, block.length);
            demand(Arrays.equals(end, TEXT), "another plaintext than the known one");
        } else if (name.endsWith("PKCS1Padding")) {
            decrypts(engine, null, answer("rsa.pkcs1"));
        } else {
            // Without parameters, MGF1 uses SHA-1 whatever the name says, because the JDK understands it that way.
            String digest = name.contains("SHA-") ? name.substring(name.indexOf("SHA-") + 4, name.indexOf("And")) : "1";
            decrypts(engine, null, answer("oaep.sha" + digest));
            for (String size : new String[] {"256", "384", "512"}) {
                decrypts(
                        engine,
                        new OAEPParameterSpec(
                                "SHA-" + size,
                                "MGF1",
                                new MGF1ParameterSpec("SHA-" + size),
                                PSource.PSpecified.DEFAULT),
                        answer("oaep.mgf" + size));
            }
        }
    }

    private void decrypts(Cipher engine, @Nullable AlgorithmParameterSpec parameters, byte[] known)
            throws GeneralSecurityException {
        init(engine, Cipher.DECRYPT_MODE, false, parameters);
        demand(Arrays.equals(engine.doFinal(known), TEXT), "another plaintext than the known one");
        init(engine, Cipher.ENCRYPT_MODE, true, parameters);
        byte[] made = engine.doFinal(TEXT);
        init(engine, Cipher.DECRYPT_MODE, false, parameters);
        demand(Arrays.equals(engine.doFinal(made), TEXT), "its own ciphertext is not decrypted");
    }

    private void init(Cipher engine, int mode, boolean isPublic, @Nullable AlgorithmParameterSpec parameters)
            throws GeneralSecurityException, InvalidKeyException, InvalidAlgorithmParameterException {
        if (parameters == null) {
            engine.init(mode, isPublic ? rsaPublic() : rsaPrivate());
        } else {
            engine.init(mode, isPublic ? rsaPublic() : rsaPrivate(), parameters);
        }
    }

    // The Galois/Counter Mode of Operation (McGrew, Viega), test cases 4, 10 and 16.
    private void gcm(String name) throws GeneralSecurityException {
        for (GcmVector vector : GcmVector.ALL) {
            boolean fits = !name.startsWith("AES_") || name.startsWith("AES_" + 8 * vector.key().length + "/");
            boolean fitsOid = GcmVector.keyLength(name) == 0 || GcmVector.keyLength(name) == vector.key().length;
            if (!fits || !fitsOid) {
                continue;
            }
            SecretKeySpec key = new SecretKeySpec(vector.key(), "AES");
            GCMParameterSpec nonce = new GCMParameterSpec(128, GcmVector.NONCE);
            Cipher engine = Cipher.getInstance(name, provider);
            engine.init(Cipher.ENCRYPT_MODE, key, nonce);
            engine.updateAAD(GcmVector.ATTRIBUTES);
            demand(
                    Arrays.equals(engine.doFinal(GcmVector.PLAIN), vector.sealed()),
                    "another ciphertext than the known");
            engine.init(Cipher.DECRYPT_MODE, key, nonce);
            engine.updateAAD(GcmVector.ATTRIBUTES);
            demand(Arrays.equals(engine.doFinal(vector.sealed()), GcmVector.PLAIN), "another plaintext than the known");
            demand(refusesAlteredTag(engine, key, nonce, vector), "an altered tag is accepted");
        }
    }

    private static boolean refusesAlteredTag(Cipher engine, SecretKeySpec key, GCMParameterSpec nonce, GcmVector vector)
            throws GeneralSecurityException {
        byte[] altered = vector.sealed();
        altered[altered.length - 1] ^= 1;
        engine.init(Cipher.DECRYPT_MODE, key, nonce);
        engine.updateAAD(GcmVector.ATTRIBUTES);
        try {
            byte[] _ = engine.doFinal(altered);
            return false;
        } catch (AEADBadTagException asItMust) {
            return true;
        }
    }

    private void ecdh(String name) throws GeneralSecurityException {
        for (String curve : new String[] {"ec256", "ec384", "ec521"}) {
            KeyAgreement engine = KeyAgreement.getInstance(name, provider);
            engine.init(ecPrivate(curve));
            engine.doPhase(ecPublic(curve + ".peer"), true);
            demand(Arrays.equals(engine.generateSecret(), answer(curve + ".secret")), "another secret than the known");
        }
    }

    private void keyFactory(String name) throws GeneralSecurityException {
        String key = name.equals("RSA") ? "rsa" : "ec256";
        KeyFactory factory = KeyFactory.getInstance(name, provider);
        byte[] encoded = answer(key + ".public");
        demand(
                Arrays.equals(
                        factory.generatePublic(new X509EncodedKeySpec(encoded)).getEncoded(), encoded),
                "another public key");
        PrivateKey made = factory.generatePrivate(new PKCS8EncodedKeySpec(answer(key + ".private")));
        Signature engine = Signature.getInstance(key.equals("rsa") ? "SHA256withRSA" : "SHA256withECDSA", provider);
        engine.initSign(made);
        engine.update(TEXT);
        verify(engine, factory.generatePublic(new X509EncodedKeySpec(encoded)), engine.sign());
    }

    private void keyPairGenerator(String name) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(name, provider);
        boolean isRsa = name.equals("RSA");
        if (isRsa) {
            // The generator makes no shorter key than this. A key of normal length would take too long at every start.
            generator.initialize(1024);
        } else {
            generator.initialize(new ECGenParameterSpec("secp256r1"));
        }
        KeyPair pair = generator.generateKeyPair();
        Signature engine = Signature.getInstance(isRsa ? "SHA256withRSA" : "SHA256withECDSA", provider);
        engine.initSign(pair.getPrivate());
        engine.update(TEXT);
        verify(engine, pair.getPublic(), engine.sign());
    }

    // The JDK's factories are used, since this does not test the provider's own ones.
    private PrivateKey rsaPrivate() throws GeneralSecurityException {
        return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(answer("rsa.private")));
    }

    private PublicKey rsaPublic() throws GeneralSecurityException {
        return KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(answer("rsa.public")));
    }

    private PrivateKey ecPrivate(String curve) throws GeneralSecurityException {
        return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(answer(curve + ".private")));
    }

    private PublicKey ecPublic(String name) throws GeneralSecurityException {
        return KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(answer(name)));
    }

    private byte[] answer(String name) {
        return Base64.getDecoder().decode(known.getProperty(name));
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    private static void demand(boolean holds, String complaint) throws GeneralSecurityException {
        if (!holds) {
            throw new GeneralSecurityException(complaint);
        }
    }
}
