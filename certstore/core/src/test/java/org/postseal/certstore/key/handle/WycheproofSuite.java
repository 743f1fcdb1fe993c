package org.postseal.certstore.key.handle;

import java.security.NoSuchAlgorithmException;
import org.postseal.certstore.key.handle.WycheproofQuestions.Question;
import org.postseal.certstore.key.handle.WycheproofVectors.Vector;

/**
 * Says which files of Wycheproof are asked in which way. The two providers in Java are asked only about the shortest
 * RSA keys and the smallest curve, where their arithmetic is the same for all, or the test would take minutes.
 */
enum WycheproofSuite {
    RSAES_PKCS1("RSAES-PKCS1-v1_5", "rsa_pkcs1_\\d+", WycheproofQuestions::rsaPkcs1, WycheproofGateway::rsaPkcs1),
    RSAES_OAEP("RSAES-OAEP", "rsa_oaep_.*", WycheproofQuestions::rsaOaep, WycheproofGateway::rsaOaep),
    RSASSA_PKCS1("RSASSA-PKCS1-v1_5", "rsa_signature_.*", WycheproofQuestions::rsaSignature, nobody()),
    RSASSA_PKCS1_SIGNING(
            "RSASSA-PKCS1-v1_5 signing",
            "rsa_pkcs1_\\d+_sig_gen",
            WycheproofQuestions::rsaSigning,
            WycheproofGateway::rsaSigning),
    RSASSA_PSS("RSASSA-PSS", "rsa_pss_.*(?<!_params)", WycheproofQuestions::pss, nobody()),
    RSASSA_PSS_KEYS("RSASSA-PSS, id-RSASSA-PSS keys", "rsa_pss_.*_params", WycheproofQuestions::pss, nobody()),
    ECDSA("ECDSA", "ecdsa_secp.*", WycheproofQuestions::ecdsa, nobody()),
    ECDSA_BRAINPOOL("ECDSA, Brainpool", "ecdsa_brainpool.*", WycheproofQuestions::ecdsa, nobody()),
    EDDSA("EdDSA", "ed\\d+", WycheproofQuestions::edDsa, nobody()),
    ECDH("ECDH", "ecdh_secp.*", WycheproofQuestions::ecdh, WycheproofGateway::ecdh),
    ECDH_BRAINPOOL(
            "ECDH, Brainpool", "ecdh_brainpool.*", WycheproofQuestions::ecdh, WycheproofGateway::ecdhByBouncyCastle),
    XDH("X25519 and X448", "x\\d+_asn", WycheproofQuestions::xdh, WycheproofGateway::xdh),
    AES_GCM("AES-GCM", "aes_gcm", WycheproofQuestions::gcm, nobody()),
    CHACHA20_POLY1305("ChaCha20-Poly1305", "chacha20_poly1305", WycheproofQuestions::chaCha20Poly1305, nobody()),
    AES_CBC("AES-CBC", "aes_cbc_pkcs5", WycheproofQuestions::cbc, nobody()),
    AES_WRAP("AES key wrap", "aes_wrap", WycheproofQuestions::keyWrap, WycheproofGateway::keyWrap),
    AES_WRAP_PAD(
            "AES key wrap with padding",
            "aes_kwp",
            WycheproofQuestions::paddedKeyWrap,
            WycheproofGateway::paddedKeyWrap),
    HKDF("HKDF", "hkdf_.*", WycheproofQuestions::hkdf, nobody()),
    ML_DSA("ML-DSA", "mldsa_\\d+_verify", WycheproofLattices::mlDsaSignature, nobody()),
    ML_DSA_SIGNING(
            "ML-DSA signing", "mldsa_\\d+_sign_.*", WycheproofLattices::mlDsaSigning, WycheproofGateway::mlDsaSigning),
    ML_KEM_DECAPSULATION(
            "ML-KEM decapsulation",
            "mlkem_\\d+(_semi_expanded_decaps)?",
            WycheproofLattices::decapsulation,
            WycheproofGateway::decapsulation),
    ML_KEM_ENCAPSULATION("ML-KEM encapsulation", "mlkem_\\d+_encaps", WycheproofLattices::encapsulation, nobody()),
    ML_KEM_KEYS("ML-KEM keys", "mlkem_\\d+_keygen_seed", nobody(), WycheproofGateway::keyGeneration);

    private final String word;
    private final String files;

    @SuppressWarnings("ImmutableEnumChecker")
    private final Question provider;

    @SuppressWarnings("ImmutableEnumChecker")
    private final Question gateway;

    WycheproofSuite(String word, String files, Question provider, Question gateway) {
        this.word = word;
        this.files = files;
        this.provider = provider;
        this.gateway = gateway;
    }

    private static Question nobody() {
        return (_, _) -> {
            throw new NoSuchAlgorithmException("nobody is asked");
        };
    }

    /** Returns its name in the tables of the page. */
    String word() {
        return word;
    }

    boolean has(String file) {
        return file.matches(files);
    }

    /** Returns how a provider is asked about a vector. */
    Question provider(WycheproofPeer peer, Vector vector) {
        if (vector.file().contains("brainpool") && !peer.is(WycheproofPeer.BOUNCY_CASTLE)) {
            return nobody();
        }
        boolean isInJava = peer.is(WycheproofPeer.JDK) || peer.is(WycheproofPeer.BOUNCY_CASTLE);
        return isTooLong(vector) || (isInJava && isLong(vector)) ? nobody() : provider;
    }

    /** Returns how the gateway's own code is asked about a vector. */
    Question gateway(Vector vector) {
        boolean isTooSlow = vector.file().contains("brainpool") && isLong(vector);
        return isTooLong(vector) || isTooSlow ? nobody() : gateway;
    }

    private static boolean isTooLong(Vector vector) {
        return vector.file().equals("rsa_oaep_misc") && vector.number("keySize") > 3072;
    }

    private static boolean isLong(Vector vector) {
        return vector.file().startsWith("rsa_")
                ? vector.number("keySize") > 2048
                : vector.file().startsWith("ec") && !vector.file().matches(".*(secp|brainpoolP)256r1.*");
    }
}
