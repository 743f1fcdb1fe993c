package org.postseal.policy.settings;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.postseal.policy.protection.Capabilities;
import org.postseal.policy.protection.EncryptionAlgorithm;
import org.postseal.policy.protection.EncryptionSettings.Cipher;
import org.postseal.policy.protection.EncryptionSettings.RsaKeyTransport;

/** The values of {@code recipientsRead}, which says what recipients are taken to read of whom nothing is known. */
public final class Readables {
    private Readables() {}

    /** One value: a cipher or a key transport. RC2 and DES are never taken to be read (RFC 8551 §2.7.1). */
    enum Item {
        AES128(EncryptionAlgorithm.AES128),
        AES192(EncryptionAlgorithm.AES192),
        AES256(EncryptionAlgorithm.AES256),
        AES128_GCM(EncryptionAlgorithm.AES128_GCM),
        AES192_GCM(EncryptionAlgorithm.AES192_GCM),
        AES256_GCM(EncryptionAlgorithm.AES256_GCM),
        CHACHA20_POLY1305(EncryptionAlgorithm.CHACHA20_POLY1305),
        PKCS1(RsaKeyTransport.PKCS1, "PKCS1"),
        OAEP_SHA1(RsaKeyTransport.OAEP_SHA1, "OAEP-SHA1"),
        OAEP_SHA256(RsaKeyTransport.OAEP_SHA256, "OAEP-SHA256"),
        OAEP_SHA384(RsaKeyTransport.OAEP_SHA384, "OAEP-SHA384"),
        OAEP_SHA512(RsaKeyTransport.OAEP_SHA512, "OAEP-SHA512");

        private final String word;
        private final Optional<Cipher> cipher;
        private final Optional<RsaKeyTransport> transport;

        Item(EncryptionAlgorithm algorithm) {
            this.word = algorithm.word();
            this.cipher = Optional.of(algorithm.cipher());
            this.transport = Optional.empty();
        }

        Item(RsaKeyTransport transport, String word) {
            this.word = word;
            this.cipher = Optional.empty();
            this.transport = Optional.of(transport);
        }

        String word() {
            return word;
        }
    }

    /** Returns capabilities as if the recipient had declared these algorithms. */
    public static Capabilities of(Set<Item> items) {
        return new Capabilities(
                Capabilities.Source.UNKNOWN,
                items.stream().flatMap(item -> item.cipher.stream()).collect(Collectors.toSet()),
                transports(items));
    }

    private static Set<RsaKeyTransport> transports(Set<Item> items) {
        Set<RsaKeyTransport> transports = EnumSet.noneOf(RsaKeyTransport.class);
        items.forEach(item -> item.transport.ifPresent(transports::add));
        return transports;
    }
}
