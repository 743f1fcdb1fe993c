package org.postseal.policy.exchange;

import java.util.Arrays;
import java.util.Optional;

/** The parameters of Set-SmimeConfig with Microsoft's defaults, as its page documents them. */
enum SmimeParameter {
    ALLOW_USER_CHOICE("OWAAllowUserChoiceOfSigningCertificate", Type.BOOLEAN, "false"),
    ALWAYS_ENCRYPT("OWAAlwaysEncrypt", Type.BOOLEAN, "false"),
    ALWAYS_SIGN("OWAAlwaysSign", Type.BOOLEAN, "false"),
    BCC_FORKING("OWABCCEncryptedEmailForking", Type.FORKING, "0"),
    CHECK_CRL_ON_SEND("OWACheckCRLOnSend", Type.BOOLEAN, "false"),
    CLEAR_SIGN("OWAClearSign", Type.BOOLEAN, "true"),
    COPY_RECIPIENT_HEADERS("OWACopyRecipientHeaders", Type.BOOLEAN, "false"),
    CRL_CONNECTION_TIMEOUT("OWACRLConnectionTimeout", Type.MILLISECONDS, "60000"),
    CRL_RETRIEVAL_TIMEOUT("OWACRLRetrievalTimeout", Type.MILLISECONDS, "10000"),
    DISABLE_CRL_CHECK("OWADisableCRLCheck", Type.BOOLEAN, "false"),
    DL_EXPANSION_TIMEOUT("OWADLExpansionTimeout", Type.MILLISECONDS, "60000"),
    ENCRYPTION_ALGORITHMS("OWAEncryptionAlgorithms", Type.ALGORITHMS, "6610"),
    ENCRYPT_TEMPORARY_BUFFERS("OWAEncryptTemporaryBuffers", Type.BOOLEAN, "true"),
    FORCE_CLIENT_UPGRADE("OWAForceSMIMEClientUpgrade", Type.BOOLEAN, "true"),
    INCLUDE_CHAIN_AND_ROOT("OWAIncludeCertificateChainAndRootCertificate", Type.BOOLEAN, "false"),
    INCLUDE_CHAIN("OWAIncludeCertificateChainWithoutRootCertificate", Type.BOOLEAN, "false"),
    INCLUDE_CAPABILITIES("OWAIncludeSMIMECapabilitiesInMessage", Type.BOOLEAN, "false"),
    ONLY_SMART_CARD("OWAOnlyUseSmartCard", Type.BOOLEAN, "false"),
    ATTRIBUTES_TO_DISPLAY("OWASenderCertificateAttributesToDisplay", Type.TEXT, ""),
    INCLUDE_CERTIFICATES("OWASignedEmailCertificateInclusion", Type.BOOLEAN, "true"),
    SIGNING_ALGORITHMS("OWASigningAlgorithms", Type.ALGORITHMS, "8004"),
    TRIPLE_WRAP("OWATripleWrapSignedEncryptedMail", Type.BOOLEAN, "false"),
    KEY_IDENTIFIER("OWAUseKeyIdentifier", Type.BOOLEAN, "false"),
    SECONDARY_PROXIES("OWAUseSecondaryProxiesWhenFindingCertificates", Type.BOOLEAN, "true"),
    NO_SIGN_ON_REPLY("NoSignOnReply", Type.BOOLEAN, "true"),
    /** A store of issuers (SST): the gateway's trust, not its policy. */
    ISSUING_CA("SMIMECertificateIssuingCA", Type.STORE, ""),
    /** Reserved by Microsoft, as is the next; of an object it is only the name. */
    IDENTITY("Identity", Type.RESERVED, ""),
    CONFIRM("Confirm", Type.RESERVED, "");

    /** How a value is written. */
    enum Type {
        BOOLEAN,
        FORKING,
        MILLISECONDS,
        ALGORITHMS,
        TEXT,
        STORE,
        RESERVED
    }

    private final String word;
    private final Type type;
    private final String standard;

    SmimeParameter(String word, Type type, String standard) {
        this.word = word;
        this.type = type;
        this.standard = standard;
    }

    static Optional<SmimeParameter> of(String word) {
        return Arrays.stream(values())
                .filter(parameter -> parameter.word.equals(word))
                .findFirst();
    }

    /** As Exchange and our policies name it. */
    String word() {
        return word;
    }

    Type type() {
        return type;
    }

    /** Microsoft's default; empty where it documents none. */
    String standard() {
        return standard;
    }

    /** A property of this name shows that an object is what Get-SmimeConfig gives. */
    boolean tells() {
        return type != Type.RESERVED;
    }
}
