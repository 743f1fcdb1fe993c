package org.postseal.policy.settings;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A named set of values for {@code profile}; what a mailbox policy writes itself comes before. */
public enum Profile {
    /** The algorithms that RFC 8551 §2.2, §2.3 and §2.7 prefer, and what it still allows for those who do not read them. */
    MODERN("modern"),
    /** What every Outlook since 2010 reads: no authenticated encryption, no OAEP and no PSS, even where somebody is known to read them. */
    OUTLOOK_COMPATIBLE("outlook-compatible"),
    /**
     * BSI TR-02102-1, "Cryptographic Mechanisms: Recommendations and Key Lengths", 120 bits of security: AES, SHA-2, RSA of 3000 bits and more with OAEP and PSS, curves of 250
     * bits and more.
     */
    BSI_TR_02102("bsi-tr-02102"),
    /** The sizes of the Commercial National Security Algorithm Suite 1.0 for S/MIME (RFC 8755): P-384, RSA of 3072 bits and more, SHA-384, AES-256. */
    CNSA("cnsa"),
    /**
     * EDI@Energy, "Regelungen zum Übertragungsweg" (BDEW, put in force by the Bundesnetzagentur), the section on algorithms for S/MIME: signatures by RSASSA-PSS only, with SHA-256
     * or SHA-512; content keys by RSAES-OAEP only, with SHA-256; content by AES-128-GCM.
     */
    EDI_ENERGY("edi-energy");

    private final String word;

    Profile(String word) {
        this.word = word;
    }

    /** As the policy writes it. */
    public String word() {
        return word;
    }

    public static final Map<String, Profile> WORDS = Stream.of(values())
            .collect(Collectors.toMap(Profile::word, Function.identity(), (one, _) -> one, LinkedHashMap::new));
}
