package org.postseal.policy.settings;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A named set of values for {@code profile}; a value that the mailbox policy writes itself goes first. */
public enum Profile {
    /**
     * The algorithms that RFC 8551 §2.2, §2.3 and §2.7 prefer, and those that it still allows for people who do not
     * read them.
     */
    MODERN("modern"),
    /**
     * The algorithms that every Outlook since 2010 reads: no authenticated encryption, no OAEP and no PSS, even for
     * people who are known to read them.
     */
    OUTLOOK_COMPATIBLE("outlook-compatible"),
    /**
     * BSI TR-02102-1, "Cryptographic Mechanisms: Recommendations and Key Lengths", 120 bits of security: AES, SHA-2,
     * RSA of 3000 bits and more with OAEP and PSS, curves of 250 bits and more.
     */
    BSI_TR_02102("bsi-tr-02102"),
    /**
     * The sizes of the Commercial National Security Algorithm Suite 1.0 for S/MIME (RFC 8755): P-384, RSA of 3072 bits
     * and more, SHA-384, AES-256.
     */
    CNSA("cnsa"),
    /**
     * EDI@Energy, "Regelungen zum Übertragungsweg" (BDEW, put in force by the Bundesnetzagentur), the section on
     * algorithms for S/MIME: signatures by RSASSA-PSS only, with SHA-256 or SHA-512; content keys by RSAES-OAEP only,
     * with SHA-256; content by AES-128-GCM.
     */
    EDI_ENERGY("edi-energy");

    private final String word;

    Profile(String word) {
        this.word = word;
    }

    /** Returns the name in the policy. */
    public String word() {
        return word;
    }

    public static final Map<String, Profile> WORDS = Stream.of(values())
            .collect(Collectors.toMap(Profile::word, Function.identity(), (one, _) -> one, LinkedHashMap::new));
}
