package org.postseal.policy.settings;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The parameters of Exchange's Set-SmimeConfig, in the order of its page, with the value that holds here without them;
 * and one of ours. Microsoft documents their meaning at learn.microsoft.com, Set-SmimeConfig.
 */
public enum SmimeParameter {
    ALLOW_USER_CHOICE(
            "OWAAllowUserChoiceOfSigningCertificate",
            Type.BOOLEAN,
            "false",
            "true",
            "`true`: the certificate that a user or administrator chose signs;"
                    + " `false`: the one with the newest NotBefore"),
    ALWAYS_ENCRYPT(
            "OWAAlwaysEncrypt",
            Type.BOOLEAN,
            "false",
            "false",
            "all mail of our own senders must be encrypted; above `default`, nothing can weaken it"),
    ALWAYS_SIGN(
            "OWAAlwaysSign",
            Type.BOOLEAN,
            "false",
            "false",
            "all mail of our own senders must be signed; above `default`, nothing can weaken it"),
    BCC_FORKING(
            "OWABCCEncryptedEmailForking",
            Type.FORKING,
            "0",
            "0",
            "encrypted copies for Bcc: `0` each recipient alone, `1` one copy for all of them,"
                    + " `2` one copy with the others, which shows them to everybody"),
    CHECK_CRL_ON_SEND(
            "OWACheckCRLOnSend",
            Type.BOOLEAN,
            "false",
            "false",
            "`true`: no encryption and no signature while revocation cannot be checked,"
                    + " as `revocation.outbound: hard`"),
    CLEAR_SIGN(
            "OWAClearSign", Type.BOOLEAN, "true", "true", "`true`: `multipart/signed`; `false`: opaque `signed-data`"),
    COPY_RECIPIENT_HEADERS(
            "OWACopyRecipientHeaders",
            Type.BOOLEAN,
            "false",
            "false",
            "reserved by Microsoft: kept, no effect",
            "is kept, but has no effect: Microsoft does not say what it means"),
    CRL_CONNECTION_TIMEOUT(
            "OWACRLConnectionTimeout",
            Type.MILLISECONDS,
            "60000",
            "",
            "longest time for one revocation connection, unless `revocation.crlConnectionTimeout` is shorter"),
    CRL_RETRIEVAL_TIMEOUT(
            "OWACRLRetrievalTimeout",
            Type.MILLISECONDS,
            "10000",
            "",
            "longest time for all revocation connections for one certificate,"
                    + " unless `revocation.crlRetrievalTimeout` is shorter"),
    DISABLE_CRL_CHECK(
            "OWADisableCRLCheck",
            Type.BOOLEAN,
            "false",
            "false",
            "`true`: revocation is not checked when we encrypt and sign, unless `revocation:` says otherwise;"
                    + " overrides `OWACheckCRLOnSend`"),
    DL_EXPANSION_TIMEOUT(
            "OWADLExpansionTimeout",
            Type.MILLISECONDS,
            "60000",
            "",
            "longest time for a directory server to name the members of one group; at most 60 s"),
    ENCRYPTION_ALGORITHMS(
            "OWAEncryptionAlgorithms",
            Type.CIPHERS,
            "6610",
            "",
            "the ciphers that may be used, the preferred one first, see below"),
    ENCRYPT_TEMPORARY_BUFFERS(
            "OWAEncryptTemporaryBuffers",
            Type.BOOLEAN,
            "true",
            "true",
            "spooled mail is always encrypted",
            "is kept, but has no effect: spooled mail is always encrypted"),
    FORCE_CLIENT_UPGRADE(
            "OWAForceSMIMEClientUpgrade",
            Type.BOOLEAN,
            "true",
            "",
            "for clients only: kept, no effect",
            "is kept, but has no meaning on a server"),
    CHAIN_AND_ROOT(
            "OWAIncludeCertificateChainAndRootCertificate",
            Type.BOOLEAN,
            "false",
            "false",
            "signatures carry the issuers of the certificates, the root too"),
    CHAIN_WITHOUT_ROOT(
            "OWAIncludeCertificateChainWithoutRootCertificate",
            Type.BOOLEAN,
            "false",
            "true",
            "signatures carry the issuers of the certificates, but not the root"),
    INCLUDE_CAPABILITIES(
            "OWAIncludeSMIMECapabilitiesInMessage",
            Type.BOOLEAN,
            "false",
            "true",
            "signatures say what the sender reads (SMIMECapabilities)"),
    ONLY_USE_SMART_CARD(
            "OWAOnlyUseSmartCard",
            Type.BOOLEAN,
            "false",
            "false",
            "only keys in hardware tokens sign and open; above `AllowSMIMESoftCerts`, which is about signing only"),
    SENDER_ATTRIBUTES(
            "OWASenderCertificateAttributesToDisplay",
            Type.ATTRIBUTES,
            "",
            "",
            "kept, no effect: `Authentication-Results` has no place for them",
            "is kept, but has no effect: Authentication-Results has no place for attributes of certificates"),
    CERTIFICATE_INCLUSION(
            "OWASignedEmailCertificateInclusion",
            Type.BOOLEAN,
            "true",
            "true",
            "`false`: signatures carry no certificate at all, whatever the two chain parameters say"),
    SIGNING_ALGORITHMS(
            "OWASigningAlgorithms",
            Type.DIGESTS,
            "8004",
            "",
            "the digests that may be used, the preferred one first, see below"),
    TRIPLE_WRAP(
            "OWATripleWrapSignedEncryptedMail",
            Type.BOOLEAN,
            "false",
            "false",
            "signed and encrypted mail is signed once more outside (RFC 2634 §1.1)"),
    USE_KEY_IDENTIFIER(
            "OWAUseKeyIdentifier",
            Type.BOOLEAN,
            "false",
            "false",
            "recipients are named by subject key identifier where their certificate has one,"
                    + " else by issuer and serial number"),
    USE_SECONDARY_PROXIES(
            "OWAUseSecondaryProxiesWhenFindingCertificates",
            Type.BOOLEAN,
            "true",
            "true",
            "`false`: a certificate must carry the address asked for"
                    + " or the primary one of its entry in a directory server"),
    NO_SIGN_ON_REPLY(
            "NoSignOnReply", Type.BOOLEAN, "true", "false", "`true`: a reply is signed only where that is required"),
    ISSUING_CA(
            "SMIMECertificateIssuingCA",
            Type.STORE,
            "",
            "",
            "kept, no effect: `postseal trust import` takes the store as a file",
            "is kept, but has no effect: import the store with postseal trust import"),
    IDENTITY(
            "Identity",
            Type.TEXT,
            "",
            "",
            "reserved by Microsoft: kept, no effect",
            "is kept, but has no meaning on a server"),
    CONFIRM(
            "Confirm",
            Type.BOOLEAN,
            "",
            "",
            "reserved by Microsoft: kept, no effect",
            "is kept, but has no meaning on a server"),
    MAX_FORKS(
            "maxForks",
            Type.FORKS,
            "",
            "100",
            "ours: how many encrypted copies for Bcc recipients one message may leave in at a time."
                    + " The other recipients get 452 and are tried again."
                    + " Over SMTP, which has one reply for all recipients, the whole message gets 452; each retry"
                    + " serves the next recipients, and the journal keeps anybody from getting a second copy."
                    + " Behind an MTA that tries `n` times before it gives up, the limit is `n` times as high");

    private final String parameter;
    private final Type type;
    private final String microsoftDefault;
    private final String withoutIt;
    private final String effect;
    private final String warning;

    SmimeParameter(String parameter, Type type, String microsoftDefault, String withoutIt, String effect) {
        this(parameter, type, microsoftDefault, withoutIt, effect, "");
    }

    SmimeParameter(
            String parameter, Type type, String microsoftDefault, String withoutIt, String effect, String warning) {
        this.parameter = parameter;
        this.type = type;
        this.microsoftDefault = microsoftDefault;
        this.withoutIt = withoutIt;
        this.effect = effect;
        this.warning = warning;
    }

    /** The form of a value. */
    public enum Type {
        BOOLEAN("`true`, `false`"),
        FORKING("`0`, `1`, `2`"),
        FORKS("1 to 1000"),
        MILLISECONDS("milliseconds from 1"),
        CIPHERS("list of ciphers"),
        DIGESTS("list of hashes"),
        ATTRIBUTES("OIDs, comma-separated"),
        /** Certificates of issuers, in Microsoft's SST format. */
        STORE("text"),
        TEXT("text");

        private final String values;

        Type(String values) {
            this.values = values;
        }
    }

    /** Returns Microsoft's parameter with this name; empty for ours and for an unknown name. */
    public static Optional<SmimeParameter> ofMicrosoft(String name) {
        return microsofts().filter(known -> known.parameter.equals(name)).findFirst();
    }

    /** Returns the parameters that Set-SmimeConfig has. */
    public static Stream<SmimeParameter> microsofts() {
        return Arrays.stream(values()).filter(known -> known != MAX_FORKS);
    }

    /** Returns true if the parameter only names the object, or is no part of it at all. */
    public boolean isReserved() {
        return this == IDENTITY || this == CONFIRM;
    }

    /** Returns the name that Microsoft and the policy use. */
    public String parameter() {
        return parameter;
    }

    public Type type() {
        return type;
    }

    /** Returns the meaning without markup. */
    public String meaning() {
        return effect.replace("`", "");
    }

    /** Returns Exchange's own default; empty if there is none. */
    public String microsoftDefault() {
        return microsoftDefault;
    }

    /** Returns the value that holds here without it; empty if another setting decides. */
    String withoutIt() {
        return withoutIt;
    }

    /** Returns false if it has no effect here, which {@code check} reports. */
    public boolean hasEffect() {
        return warning.isEmpty();
    }

    /** Returns why it has no effect; empty if it has one. */
    String warning() {
        return warning;
    }

    /** Returns its row of the reference table. */
    String row() {
        return "| `" + parameter + "` | " + type.values + " | " + code(microsoftDefault) + " | " + code(withoutIt)
                + " | " + effect + " |";
    }

    private static String code(String text) {
        return text.isEmpty() ? "" : "`" + text + "`";
    }
}
