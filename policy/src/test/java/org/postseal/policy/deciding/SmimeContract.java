package org.postseal.policy.deciding;

import static org.postseal.policy.deciding.ContractRow.protection;
import static org.postseal.policy.deciding.ContractRow.reply;
import static org.postseal.policy.deciding.ContractRow.wish;
import static org.postseal.policy.settings.GatewayWishes.BccForking;
import static org.postseal.policy.settings.GatewayWishes.Revocation;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.postseal.certstore.KeyPlace;
import org.postseal.policy.protection.EncryptionSettings;
import org.postseal.policy.protection.EncryptionSettings.Cipher;
import org.postseal.policy.protection.EncryptionSettings.RsaKeyTransport;
import org.postseal.policy.protection.Protection;
import org.postseal.policy.protection.SigningSettings;
import org.postseal.policy.protection.SigningSettings.Certificates;
import org.postseal.policy.protection.SigningSettings.Digest;
import org.postseal.policy.protection.SigningSettings.RsaPadding;
import org.postseal.policy.settings.GatewayWishes;

/** The parameters of Set-SmimeConfig, with their values and defaults. */
final class SmimeContract {
    static final String SMIME = "Set-SmimeConfig -";

    /** Each parameter of Set-SmimeConfig with the values that must be tried, copied from its page by hand. */
    static final Map<String, List<String>> PARAMETERS = Map.ofEntries(
            Map.entry("OWAAllowUserChoiceOfSigningCertificate", List.of("true", "false")),
            Map.entry("OWAAlwaysEncrypt", List.of("true", "false")),
            Map.entry("OWAAlwaysSign", List.of("true", "false")),
            Map.entry("OWABCCEncryptedEmailForking", List.of("0", "1", "2")),
            Map.entry("OWACheckCRLOnSend", List.of("true", "false")),
            Map.entry("OWAClearSign", List.of("true", "false")),
            Map.entry("OWACopyRecipientHeaders", List.of("true", "false")),
            Map.entry("OWACRLConnectionTimeout", List.of("60000")),
            Map.entry("OWACRLRetrievalTimeout", List.of("10000")),
            Map.entry("OWADisableCRLCheck", List.of("true", "false")),
            Map.entry("OWADLExpansionTimeout", List.of("60000")),
            Map.entry("OWAEncryptionAlgorithms", List.of("6610")),
            Map.entry("OWAEncryptTemporaryBuffers", List.of("true", "false")),
            Map.entry("OWAForceSMIMEClientUpgrade", List.of("true", "false")),
            Map.entry("OWAIncludeCertificateChainAndRootCertificate", List.of("true", "false")),
            Map.entry("OWAIncludeCertificateChainWithoutRootCertificate", List.of("true", "false")),
            Map.entry("OWAIncludeSMIMECapabilitiesInMessage", List.of("true", "false")),
            Map.entry("OWAOnlyUseSmartCard", List.of("true", "false")),
            Map.entry("OWASenderCertificateAttributesToDisplay", List.of("'2.5.4.3,2.5.4.10'", "''")),
            Map.entry("OWASignedEmailCertificateInclusion", List.of("true", "false")),
            Map.entry("OWASigningAlgorithms", List.of("8004")),
            Map.entry("OWATripleWrapSignedEncryptedMail", List.of("true", "false")),
            Map.entry("OWAUseKeyIdentifier", List.of("true", "false")),
            Map.entry("OWAUseSecondaryProxiesWhenFindingCertificates", List.of("true", "false")),
            Map.entry("NoSignOnReply", List.of("true", "false")),
            Map.entry("SMIMECertificateIssuingCA", List.of("AAAA")),
            Map.entry("Identity", List.of("'Smime Config'")),
            Map.entry("Confirm", List.of("true", "false")));

    /** The identifiers of ciphers, and below those of hashes, that a list of Set-SmimeConfig may have. */
    static final List<String> CIPHER_IDS =
            List.of("6601", "6602:40", "6602:56", "6602:64", "6602:128", "6603", "660E", "660F", "6610");

    static final List<String> HASH_IDS = List.of("8003", "8004", "800C", "800D", "800E");
    private static final SigningSettings SIGNING = new SigningSettings(Digest.SHA256, RsaPadding.PKCS1, true);
    private static final EncryptionSettings ENCRYPTION =
            new EncryptionSettings(Cipher.AES256_CBC, RsaKeyTransport.PKCS1);

    private SmimeContract() {}

    static Stream<ContractRow> smimeConfig() {
        Protection both = new Protection.SignedAndEncrypted(SIGNING, ENCRYPTION);
        return Stream.of(
                smime("OWAAllowUserChoiceOfSigningCertificate: false", wish(GatewayWishes::chosenCertificates), false),
                smime("OWAAllowUserChoiceOfSigningCertificate: true", wish(GatewayWishes::chosenCertificates), true),
                smime("OWAAlwaysEncrypt: true", ContractRow::byItself, new Protection.Encrypted(ENCRYPTION)),
                smime("OWAAlwaysSign: true", ContractRow::byItself, new Protection.Signed(SIGNING)),
                smime("OWAAlwaysSign: false", ContractRow::byItself, new Protection.Clear()),
                smime("OWABCCEncryptedEmailForking: 0", wish(GatewayWishes::forking), BccForking.EACH),
                smime("OWABCCEncryptedEmailForking: 1", wish(GatewayWishes::forking), BccForking.TOGETHER),
                smime("OWABCCEncryptedEmailForking: 2", wish(GatewayWishes::forking), BccForking.NONE),
                unset("OWABCCEncryptedEmailForking", wish(GatewayWishes::forking), BccForking.EACH),
                smime("OWACheckCRLOnSend: true", wish(GatewayWishes::revocation), Optional.of(Revocation.HARD)),
                smime("OWACheckCRLOnSend: false", wish(GatewayWishes::revocation), Optional.of(Revocation.SOFT)),
                unset("OWACheckCRLOnSend", wish(GatewayWishes::revocation), Optional.empty()),
                smime(
                        "OWAClearSign: false",
                        ContractRow::demanded,
                        both(new SigningSettings(Digest.SHA256, RsaPadding.PKCS1, false), ENCRYPTION)),
                smime("OWAClearSign: true", ContractRow::demanded, both),
                smime(
                        "OWACopyRecipientHeaders: true",
                        ContractRow::problems,
                        List.of("is kept, but has no effect: Microsoft does not say what it means")),
                smime(
                        "OWACRLConnectionTimeout: 60000",
                        wish(GatewayWishes::connectionTimeout),
                        Optional.of(Duration.ofSeconds(60))),
                smime(
                        "OWACRLRetrievalTimeout: 10000",
                        wish(GatewayWishes::retrievalTimeout),
                        Optional.of(Duration.ofSeconds(10))),
                smime(
                        "OWADisableCRLCheck: true, OWACheckCRLOnSend: true",
                        wish(GatewayWishes::revocation),
                        Optional.of(Revocation.OFF)),
                smime(
                        "OWADisableCRLCheck: true",
                        ContractRow::problems,
                        List.of("mail is encrypted to revoked certificates and signed with them,"
                                + " unless revocation: says otherwise")),
                smime(
                        "OWADLExpansionTimeout: 60000",
                        wish(GatewayWishes::groupTimeout),
                        Optional.of(Duration.ofSeconds(60))),
                smime("OWAEncryptTemporaryBuffers: true", ContractRow::problems, List.of()),
                smime(
                        "OWAEncryptTemporaryBuffers: false",
                        ContractRow::problems,
                        List.of("is kept, but has no effect: spooled mail is always encrypted")),
                smime(
                        "OWAForceSMIMEClientUpgrade: true",
                        ContractRow::problems,
                        List.of("is kept, but has no meaning on a server")),
                smime(
                        "OWAIncludeSMIMECapabilitiesInMessage: false",
                        ContractRow::demanded,
                        both(
                                new SigningSettings(
                                        Digest.SHA256,
                                        RsaPadding.PKCS1,
                                        true,
                                        KeyPlace.ANYWHERE,
                                        Certificates.CHAIN,
                                        false),
                                ENCRYPTION)),
                smime(
                        "OWAOnlyUseSmartCard: true",
                        ContractRow::demanded,
                        both(
                                new SigningSettings(Digest.SHA256, RsaPadding.PKCS1, true, KeyPlace.HARDWARE),
                                ENCRYPTION)),
                smime("OWAOnlyUseSmartCard: true", wish(GatewayWishes::onlyHardwareOpens), true),
                smime("OWAOnlyUseSmartCard: false", wish(GatewayWishes::onlyHardwareOpens), false),
                smime(
                        "OWASenderCertificateAttributesToDisplay: '2.5.4.3,2.5.4.10'",
                        ContractRow::problems,
                        List.of("is kept, but has no effect:"
                                + " Authentication-Results has no place for attributes of certificates")),
                smime(
                        "OWATripleWrapSignedEncryptedMail: true",
                        ContractRow::demanded,
                        new Protection.TripleWrapped(SIGNING, ENCRYPTION)),
                smime(
                        "OWATripleWrapSignedEncryptedMail: true, OWAAlwaysEncrypt: true",
                        ContractRow::byItself,
                        new Protection.Encrypted(ENCRYPTION)),
                smime(
                        "OWAUseKeyIdentifier: true",
                        ContractRow::demanded,
                        both(SIGNING, new EncryptionSettings(Cipher.AES256_CBC, RsaKeyTransport.PKCS1, true))),
                smime(
                        "OWAUseSecondaryProxiesWhenFindingCertificates: false",
                        wish(GatewayWishes::secondaryAddresses),
                        false),
                unset("OWAUseSecondaryProxiesWhenFindingCertificates", wish(GatewayWishes::secondaryAddresses), true),
                smime("NoSignOnReply: true", loaded -> protection(loaded, reply("if")), new Protection.Clear()),
                smime(
                        "NoSignOnReply: false",
                        loaded -> protection(loaded, reply("if")),
                        new Protection.Signed(SIGNING)),
                smime("NoSignOnReply: true", loaded -> protection(loaded, reply("both")), both),
                smime(
                        "SMIMECertificateIssuingCA: AAAA",
                        ContractRow::problems,
                        List.of("is kept, but has no effect: import the store with postseal trust import")),
                smime(
                        "Identity: 'Smime Config'",
                        ContractRow::problems,
                        List.of("is kept, but has no meaning on a server")),
                smime("Confirm: false", ContractRow::problems, List.of("is kept, but has no meaning on a server")),
                smime("maxForks: 7", wish(GatewayWishes::maxForks), 7));
    }

    /** The defaults, and the values that are what happens anyway. */
    static Stream<ContractRow> smimeDefaults() {
        Protection both = new Protection.SignedAndEncrypted(SIGNING, ENCRYPTION);
        return Stream.of(
                unset("OWAAllowUserChoiceOfSigningCertificate", wish(GatewayWishes::chosenCertificates), true),
                unset("OWAAlwaysEncrypt", ContractRow::byItself, new Protection.Clear()),
                smime("OWAAlwaysEncrypt: false", ContractRow::byItself, new Protection.Clear()),
                unset("OWAAlwaysSign", ContractRow::byItself, new Protection.Clear()),
                unset("OWAClearSign", ContractRow::demanded, both),
                unset("OWACopyRecipientHeaders", ContractRow::problems, List.of()),
                smime("OWACopyRecipientHeaders: false", ContractRow::problems, List.of()),
                unset("OWACRLConnectionTimeout", wish(GatewayWishes::connectionTimeout), Optional.empty()),
                unset("OWACRLRetrievalTimeout", wish(GatewayWishes::retrievalTimeout), Optional.empty()),
                unset("OWADisableCRLCheck", wish(GatewayWishes::revocation), Optional.empty()),
                smime("OWADisableCRLCheck: false", ContractRow::problems, List.of()),
                unset("OWADLExpansionTimeout", wish(GatewayWishes::groupTimeout), Optional.empty()),
                unset("OWAEncryptionAlgorithms", ContractRow::demanded, both),
                unset("OWAEncryptTemporaryBuffers", ContractRow::problems, List.of()),
                unset("OWAForceSMIMEClientUpgrade", ContractRow::problems, List.of()),
                smime(
                        "OWAForceSMIMEClientUpgrade: false",
                        ContractRow::problems,
                        List.of("is kept, but has no meaning on a server")),
                unset("OWAIncludeSMIMECapabilitiesInMessage", ContractRow::demanded, both),
                smime("OWAIncludeSMIMECapabilitiesInMessage: true", ContractRow::demanded, both),
                unset("OWAOnlyUseSmartCard", wish(GatewayWishes::onlyHardwareOpens), false),
                unset("OWASenderCertificateAttributesToDisplay", ContractRow::problems, List.of()),
                smime("OWASenderCertificateAttributesToDisplay: ''", ContractRow::problems, List.of()),
                unset("OWASigningAlgorithms", ContractRow::demanded, both),
                unset("OWATripleWrapSignedEncryptedMail", ContractRow::demanded, both),
                smime("OWATripleWrapSignedEncryptedMail: false", ContractRow::demanded, both),
                unset("OWAUseKeyIdentifier", ContractRow::demanded, both),
                smime("OWAUseKeyIdentifier: false", ContractRow::demanded, both),
                smime(
                        "OWAUseSecondaryProxiesWhenFindingCertificates: true",
                        wish(GatewayWishes::secondaryAddresses),
                        true),
                unset("NoSignOnReply", loaded -> protection(loaded, reply("if")), new Protection.Signed(SIGNING)),
                unset("SMIMECertificateIssuingCA", ContractRow::problems, List.of()),
                unset("Identity", ContractRow::problems, List.of()),
                unset("Confirm", ContractRow::problems, List.of()),
                smime("Confirm: true", ContractRow::problems, List.of("is kept, but has no meaning on a server")));
    }

    static Stream<ContractRow> certificatesInSignatures() {
        return Stream.of(
                included("OWASignedEmailCertificateInclusion: false", Certificates.NONE),
                included(
                        "OWASignedEmailCertificateInclusion: false,"
                                + " OWAIncludeCertificateChainAndRootCertificate: true,"
                                + " OWAIncludeCertificateChainWithoutRootCertificate: true",
                        Certificates.NONE),
                included(
                        "OWASignedEmailCertificateInclusion: true,"
                                + " OWAIncludeCertificateChainWithoutRootCertificate: false,"
                                + " OWAIncludeCertificateChainAndRootCertificate: false",
                        Certificates.OWN),
                included(
                        "OWASignedEmailCertificateInclusion: true,"
                                + " OWAIncludeCertificateChainWithoutRootCertificate: true,"
                                + " OWAIncludeCertificateChainAndRootCertificate: false",
                        Certificates.CHAIN),
                included(
                        "OWAIncludeCertificateChainWithoutRootCertificate: false,"
                                + " OWAIncludeCertificateChainAndRootCertificate: true",
                        Certificates.CHAIN_AND_ROOT),
                included(
                        "OWAIncludeCertificateChainWithoutRootCertificate: true,"
                                + " OWAIncludeCertificateChainAndRootCertificate: true",
                        Certificates.CHAIN_AND_ROOT),
                included("OWASignedEmailCertificateInclusion: true", Certificates.CHAIN),
                included("OWAIncludeCertificateChainAndRootCertificate: false", Certificates.CHAIN),
                included("OWAIncludeCertificateChainAndRootCertificate: true", Certificates.CHAIN_AND_ROOT),
                unset("OWASignedEmailCertificateInclusion", ContractRow::demanded, both(SIGNING, ENCRYPTION)),
                unset("OWAIncludeCertificateChainAndRootCertificate", ContractRow::demanded, both(SIGNING, ENCRYPTION)),
                unset(
                        "OWAIncludeCertificateChainWithoutRootCertificate",
                        ContractRow::demanded,
                        both(SIGNING, ENCRYPTION)));
    }

    static Stream<ContractRow> algorithmLists() {
        return Stream.of(
                ciphers("6610", Cipher.AES256_CBC),
                ciphers("660F", Cipher.AES192_CBC),
                ciphers("660e", Cipher.AES128_CBC),
                ciphers("660E;6610", Cipher.AES128_CBC),
                ciphers("6603;6602:128;6602:64;6601;6602:56", Cipher.AES256_CBC),
                // Each of the old ciphers stands alone, and nobody allows it.
                ciphers("6601", Cipher.AES256_CBC),
                ciphers("6602:40", Cipher.AES256_CBC),
                ciphers("6602:56", Cipher.AES256_CBC),
                ciphers("6602:64", Cipher.AES256_CBC),
                ciphers("6602:128", Cipher.AES256_CBC),
                ciphers("6603", Cipher.AES256_CBC),
                // These are as documented, with an OID.
                ciphers("6601,1.3.14.3.2.7", Cipher.AES256_CBC),
                ciphers("6602:128,1.2.840.113549.3.2", Cipher.AES256_CBC),
                ciphers("660E,2.16.840.1.101.3.4.1.2", Cipher.AES128_CBC),
                ciphers("660F,2.16.840.1.101.3.4.1.22", Cipher.AES192_CBC),
                ciphers("6610,2.16.840.1.101.3.4.1.42", Cipher.AES256_CBC),
                ciphers("6603,1.2.840.113549.3.7", Cipher.AES256_CBC),
                // GCM has no ALG_ID. A recipient who is not known to read it gets the next cipher of the list.
                ciphers("6610,2.16.840.1.101.3.4.1.46;660E", Cipher.AES128_CBC),
                digests("800E;8004;8003", Digest.SHA512),
                digests("800D", Digest.SHA384),
                digests("800c", Digest.SHA256),
                digests("8004", Digest.SHA256),
                digests("8003", Digest.SHA256),
                digests("800E", Digest.SHA512),
                digests("8003,1.2.840.113549.2.5", Digest.SHA256),
                digests("8004,1.3.14.3.2.26", Digest.SHA256),
                digests("800C,2.16.840.1.101.3.4.2.1", Digest.SHA256),
                digests("800E,2.16.840.1.101.3.4.2.3", Digest.SHA512),
                digests("800E,2.16.840.1.101.3.4.2.2", Digest.SHA384));
    }

    private static ContractRow smime(String written, Function<RuleSet.Loaded, Object> look, Object expected) {
        String parameter = written.substring(0, written.indexOf(':'));
        return new ContractRow(parameter, SMIME + parameter, "smime", written, look, expected);
    }

    /** Makes a row for a parameter that the file does not write. */
    private static ContractRow unset(String parameter, Function<RuleSet.Loaded, Object> look, Object expected) {
        return new ContractRow(parameter, SMIME + parameter, "smime", "", look, expected);
    }

    private static ContractRow included(String written, Certificates certificates) {
        return smime(
                written,
                ContractRow::demanded,
                both(
                        new SigningSettings(
                                Digest.SHA256, RsaPadding.PKCS1, true, KeyPlace.ANYWHERE, certificates, true),
                        ENCRYPTION));
    }

    private static ContractRow ciphers(String list, Cipher cipher) {
        return smime(
                "OWAEncryptionAlgorithms: '" + list + "'",
                ContractRow::demanded,
                both(SIGNING, new EncryptionSettings(cipher, RsaKeyTransport.PKCS1)));
    }

    private static ContractRow digests(String list, Digest digest) {
        return smime(
                "OWASigningAlgorithms: '" + list + "'",
                ContractRow::demanded,
                both(new SigningSettings(digest, RsaPadding.PKCS1, true), ENCRYPTION));
    }

    private static Protection both(SigningSettings signing, EncryptionSettings encryption) {
        return new Protection.SignedAndEncrypted(signing, encryption);
    }
}
