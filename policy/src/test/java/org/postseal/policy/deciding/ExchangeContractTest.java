package org.postseal.policy.deciding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.policy.settings.GatewayWishes.BccForking;
import static org.postseal.policy.settings.GatewayWishes.Revocation;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.certstore.KeyPlace;
import org.postseal.policy.facts.DirectoryFacts;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.protection.Capabilities;
import org.postseal.policy.protection.EncryptionSettings;
import org.postseal.policy.protection.EncryptionSettings.Cipher;
import org.postseal.policy.protection.EncryptionSettings.RsaKeyTransport;
import org.postseal.policy.protection.KeyFacts;
import org.postseal.policy.protection.KeyKind;
import org.postseal.policy.protection.Protection;
import org.postseal.policy.protection.SigningSettings;
import org.postseal.policy.protection.SigningSettings.Certificates;
import org.postseal.policy.protection.SigningSettings.Digest;
import org.postseal.policy.protection.SigningSettings.RsaPadding;
import org.postseal.policy.settings.GatewayWishes;
import org.postseal.policy.settings.SmimeParameter;

/**
 * Tests each parameter of MobileDeviceMailboxPolicy and of Set-SmimeConfig with its values, codes and default. Every
 * row names where Microsoft documents it.
 */
@Tag("thorough")
class ExchangeContractTest {
    private static final String ASPROV = "MS-ASPROV ";
    private static final String CMDLET = "New-MobileDeviceMailboxPolicy -";
    private static final String SMIME = "Set-SmimeConfig -";
    private static final String MOBILE = "mailbox";

    /**
     * §1 of the reference, copied by hand: each parameter with its section of MS-ASPROV, its codes and its value names.
     */
    private static final Map<String, String> MOBILE_PARAMETERS = Map.of(
            "AllowSMIMEEncryptionAlgorithmNegotiation",
            "2.2.2.13: 0 1 2 BlockNegotiation OnlyStrongAlgorithmNegotiation AllowAnyAlgorithmNegotiation",
            "AllowSMIMESoftCerts",
            "2.2.2.14: 0 1 false true",
            "RequireEncryptedSMIMEMessages",
            "2.2.2.47: 0 1 false true",
            "RequireEncryptionSMIMEAlgorithm",
            "2.2.2.48: 0 1 2 3 4 TripleDES DES RC2128bit RC264bit RC240bit",
            "RequireSignedSMIMEAlgorithm",
            "2.2.2.50: 0 1 SHA1 MD5",
            "RequireSignedSMIMEMessages",
            "2.2.2.51: 0 1 false true");

    /** §2.1 of the reference, copied by hand: each parameter with the values that must be tried. */
    private static final Map<String, List<String>> SMIME_PARAMETERS = Map.ofEntries(
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

    /** The two tables of §2.2 of the reference. */
    private static final List<String> CIPHER_IDS =
            List.of("6601", "6602:40", "6602:56", "6602:64", "6602:128", "6603", "660E", "660F", "6610");

    private static final List<String> HASH_IDS = List.of("8003", "8004", "800C", "800D", "800E");
    private static final SigningSettings SIGNING = new SigningSettings(Digest.SHA256, RsaPadding.PKCS1, true);
    private static final EncryptionSettings ENCRYPTION =
            new EncryptionSettings(Cipher.AES256_CBC, RsaKeyTransport.PKCS1);

    /**
     * One row.
     *
     * @param parameter that the row is about
     * @param source where Microsoft documents it
     * @param section of the policy, {@code mailboxPolicies.default} or {@code smime}
     * @param written text in the section
     * @param look returns the value to compare
     */
    record Row(
            String parameter,
            String source,
            String section,
            String written,
            Function<RuleSet.Loaded, Object> look,
            Object expected) {
        @Override
        public String toString() {
            return source + ": " + (written.isEmpty() ? "default" : written);
        }
    }

    private static Row mailbox(String source, String written, String name, String value) {
        return new Row(
                name,
                source.equals(CMDLET) ? source + name : source,
                MOBILE,
                written,
                loaded -> setting(loaded, name),
                name + ": " + value + (written.isEmpty() ? " (built-in)" : " (organisation: mailbox policy default)"));
    }

    private static Row smime(String written, Function<RuleSet.Loaded, Object> look, Object expected) {
        String parameter = written.substring(0, written.indexOf(':'));
        return new Row(parameter, SMIME + parameter, "smime", written, look, expected);
    }

    /** Makes a row for a parameter that the file does not write. */
    private static Row unset(String parameter, Function<RuleSet.Loaded, Object> look, Object expected) {
        return new Row(parameter, SMIME + parameter, "smime", "", look, expected);
    }

    static Stream<Row> mobileDeviceMailboxPolicy() {
        String negotiation = "AllowSMIMEEncryptionAlgorithmNegotiation";
        String cipher = "RequireEncryptionSMIMEAlgorithm";
        String digest = "RequireSignedSMIMEAlgorithm";
        return Stream.of(
                mailbox(ASPROV + "2.2.2.13", negotiation + ": 0", negotiation, "BlockNegotiation"),
                mailbox(ASPROV + "2.2.2.13", negotiation + ": 1", negotiation, "OnlyStrongAlgorithmNegotiation"),
                mailbox(ASPROV + "2.2.2.13", negotiation + ": 2", negotiation, "AllowAnyAlgorithmNegotiation"),
                mailbox(CMDLET, negotiation + ": BlockNegotiation", negotiation, "BlockNegotiation"),
                mailbox(
                        CMDLET,
                        negotiation + ": OnlyStrongAlgorithmNegotiation",
                        negotiation,
                        "OnlyStrongAlgorithmNegotiation"),
                mailbox(
                        CMDLET,
                        negotiation + ": AllowAnyAlgorithmNegotiation",
                        negotiation,
                        "AllowAnyAlgorithmNegotiation"),
                mailbox(CMDLET, "", negotiation, "AllowAnyAlgorithmNegotiation"),
                mailbox(ASPROV + "2.2.2.14", "AllowSMIMESoftCerts: 0", "AllowSMIMESoftCerts", "false"),
                mailbox(ASPROV + "2.2.2.14", "AllowSMIMESoftCerts: 1", "AllowSMIMESoftCerts", "true"),
                mailbox(CMDLET, "AllowSMIMESoftCerts: false", "AllowSMIMESoftCerts", "false"),
                mailbox(CMDLET, "AllowSMIMESoftCerts: true", "AllowSMIMESoftCerts", "true"),
                mailbox(CMDLET, "", "AllowSMIMESoftCerts", "true"),
                mailbox(CMDLET, "RequireEncryptedSMIMEMessages: false", "RequireEncryptedSMIMEMessages", "false"),
                mailbox(CMDLET, "RequireEncryptedSMIMEMessages: true", "RequireEncryptedSMIMEMessages", "true"),
                mailbox(CMDLET, "RequireSignedSMIMEMessages: false", "RequireSignedSMIMEMessages", "false"),
                mailbox(CMDLET, "RequireSignedSMIMEMessages: true", "RequireSignedSMIMEMessages", "true"),
                mailbox(
                        ASPROV + "2.2.2.47",
                        "RequireEncryptedSMIMEMessages: 0",
                        "RequireEncryptedSMIMEMessages",
                        "false"),
                mailbox(
                        ASPROV + "2.2.2.47",
                        "RequireEncryptedSMIMEMessages: 1",
                        "RequireEncryptedSMIMEMessages",
                        "true"),
                mailbox(CMDLET, "", "RequireEncryptedSMIMEMessages", "false"),
                mailbox(ASPROV + "2.2.2.48", cipher + ": 0", cipher, "TripleDES"),
                mailbox(ASPROV + "2.2.2.48", cipher + ": 1", cipher, "DES"),
                mailbox(ASPROV + "2.2.2.48", cipher + ": 2", cipher, "RC2128bit"),
                mailbox(ASPROV + "2.2.2.48", cipher + ": 3", cipher, "RC264bit"),
                mailbox(ASPROV + "2.2.2.48", cipher + ": 4", cipher, "RC240bit"),
                mailbox(CMDLET, cipher + ": TripleDES", cipher, "TripleDES"),
                mailbox(CMDLET, cipher + ": DES", cipher, "DES"),
                mailbox(CMDLET, cipher + ": RC2128bit", cipher, "RC2128bit"),
                mailbox(CMDLET, cipher + ": RC264bit", cipher, "RC264bit"),
                mailbox(CMDLET, cipher + ": RC240bit", cipher, "RC240bit"),
                // This default is ours; Exchange's is TripleDES, which nobody should use for new messages.
                mailbox(CMDLET, "", cipher, "AES256"),
                mailbox(ASPROV + "2.2.2.50", digest + ": 0", digest, "SHA1"),
                mailbox(ASPROV + "2.2.2.50", digest + ": 1", digest, "MD5"),
                mailbox(CMDLET, digest + ": SHA1", digest, "SHA1"),
                mailbox(CMDLET, digest + ": MD5", digest, "MD5"),
                // This default is ours; Exchange's is SHA1.
                mailbox(CMDLET, "", digest, "SHA256"),
                mailbox(ASPROV + "2.2.2.51", "RequireSignedSMIMEMessages: 0", "RequireSignedSMIMEMessages", "false"),
                mailbox(ASPROV + "2.2.2.51", "RequireSignedSMIMEMessages: 1", "RequireSignedSMIMEMessages", "true"),
                mailbox(CMDLET, "", "RequireSignedSMIMEMessages", "false"));
    }

    static Stream<Row> smimeConfig() {
        Protection both = new Protection.SignedAndEncrypted(SIGNING, ENCRYPTION);
        return Stream.of(
                smime("OWAAllowUserChoiceOfSigningCertificate: false", wish(GatewayWishes::chosenCertificates), false),
                smime("OWAAllowUserChoiceOfSigningCertificate: true", wish(GatewayWishes::chosenCertificates), true),
                smime("OWAAlwaysEncrypt: true", ExchangeContractTest::byItself, new Protection.Encrypted(ENCRYPTION)),
                smime("OWAAlwaysSign: true", ExchangeContractTest::byItself, new Protection.Signed(SIGNING)),
                smime("OWAAlwaysSign: false", ExchangeContractTest::byItself, new Protection.Clear()),
                smime("OWABCCEncryptedEmailForking: 0", wish(GatewayWishes::forking), BccForking.EACH),
                smime("OWABCCEncryptedEmailForking: 1", wish(GatewayWishes::forking), BccForking.TOGETHER),
                smime("OWABCCEncryptedEmailForking: 2", wish(GatewayWishes::forking), BccForking.NONE),
                unset("OWABCCEncryptedEmailForking", wish(GatewayWishes::forking), BccForking.EACH),
                smime("OWACheckCRLOnSend: true", wish(GatewayWishes::revocation), Optional.of(Revocation.HARD)),
                smime("OWACheckCRLOnSend: false", wish(GatewayWishes::revocation), Optional.of(Revocation.SOFT)),
                unset("OWACheckCRLOnSend", wish(GatewayWishes::revocation), Optional.empty()),
                smime(
                        "OWAClearSign: false",
                        ExchangeContractTest::demanded,
                        both(new SigningSettings(Digest.SHA256, RsaPadding.PKCS1, false), ENCRYPTION)),
                smime("OWAClearSign: true", ExchangeContractTest::demanded, both),
                smime(
                        "OWACopyRecipientHeaders: true",
                        ExchangeContractTest::problems,
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
                        ExchangeContractTest::problems,
                        List.of("mail is encrypted to revoked certificates and signed with them,"
                                + " unless revocation: says otherwise")),
                smime(
                        "OWADLExpansionTimeout: 60000",
                        wish(GatewayWishes::groupTimeout),
                        Optional.of(Duration.ofSeconds(60))),
                smime("OWAEncryptTemporaryBuffers: true", ExchangeContractTest::problems, List.of()),
                smime(
                        "OWAEncryptTemporaryBuffers: false",
                        ExchangeContractTest::problems,
                        List.of("is kept, but has no effect: spooled mail is always encrypted")),
                smime(
                        "OWAForceSMIMEClientUpgrade: true",
                        ExchangeContractTest::problems,
                        List.of("is kept, but has no meaning on a server")),
                smime(
                        "OWAIncludeSMIMECapabilitiesInMessage: false",
                        ExchangeContractTest::demanded,
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
                        ExchangeContractTest::demanded,
                        both(
                                new SigningSettings(Digest.SHA256, RsaPadding.PKCS1, true, KeyPlace.HARDWARE),
                                ENCRYPTION)),
                smime("OWAOnlyUseSmartCard: true", wish(GatewayWishes::onlyHardwareOpens), true),
                smime("OWAOnlyUseSmartCard: false", wish(GatewayWishes::onlyHardwareOpens), false),
                smime(
                        "OWASenderCertificateAttributesToDisplay: '2.5.4.3,2.5.4.10'",
                        ExchangeContractTest::problems,
                        List.of("is kept, but has no effect:"
                                + " Authentication-Results has no place for attributes of certificates")),
                smime(
                        "OWATripleWrapSignedEncryptedMail: true",
                        ExchangeContractTest::demanded,
                        new Protection.TripleWrapped(SIGNING, ENCRYPTION)),
                smime(
                        "OWATripleWrapSignedEncryptedMail: true, OWAAlwaysEncrypt: true",
                        ExchangeContractTest::byItself,
                        new Protection.Encrypted(ENCRYPTION)),
                smime(
                        "OWAUseKeyIdentifier: true",
                        ExchangeContractTest::demanded,
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
                        ExchangeContractTest::problems,
                        List.of("is kept, but has no effect: import the store with postseal trust import")),
                smime(
                        "Identity: 'Smime Config'",
                        ExchangeContractTest::problems,
                        List.of("is kept, but has no meaning on a server")),
                smime(
                        "Confirm: false",
                        ExchangeContractTest::problems,
                        List.of("is kept, but has no meaning on a server")),
                smime("maxForks: 7", wish(GatewayWishes::maxForks), 7));
    }

    /** The defaults, and the values that are what happens anyway. */
    static Stream<Row> smimeDefaults() {
        Protection both = new Protection.SignedAndEncrypted(SIGNING, ENCRYPTION);
        return Stream.of(
                unset("OWAAllowUserChoiceOfSigningCertificate", wish(GatewayWishes::chosenCertificates), true),
                unset("OWAAlwaysEncrypt", ExchangeContractTest::byItself, new Protection.Clear()),
                smime("OWAAlwaysEncrypt: false", ExchangeContractTest::byItself, new Protection.Clear()),
                unset("OWAAlwaysSign", ExchangeContractTest::byItself, new Protection.Clear()),
                unset("OWAClearSign", ExchangeContractTest::demanded, both),
                unset("OWACopyRecipientHeaders", ExchangeContractTest::problems, List.of()),
                smime("OWACopyRecipientHeaders: false", ExchangeContractTest::problems, List.of()),
                unset("OWACRLConnectionTimeout", wish(GatewayWishes::connectionTimeout), Optional.empty()),
                unset("OWACRLRetrievalTimeout", wish(GatewayWishes::retrievalTimeout), Optional.empty()),
                unset("OWADisableCRLCheck", wish(GatewayWishes::revocation), Optional.empty()),
                smime("OWADisableCRLCheck: false", ExchangeContractTest::problems, List.of()),
                unset("OWADLExpansionTimeout", wish(GatewayWishes::groupTimeout), Optional.empty()),
                unset("OWAEncryptionAlgorithms", ExchangeContractTest::demanded, both),
                unset("OWAEncryptTemporaryBuffers", ExchangeContractTest::problems, List.of()),
                unset("OWAForceSMIMEClientUpgrade", ExchangeContractTest::problems, List.of()),
                smime(
                        "OWAForceSMIMEClientUpgrade: false",
                        ExchangeContractTest::problems,
                        List.of("is kept, but has no meaning on a server")),
                unset("OWAIncludeSMIMECapabilitiesInMessage", ExchangeContractTest::demanded, both),
                smime("OWAIncludeSMIMECapabilitiesInMessage: true", ExchangeContractTest::demanded, both),
                unset("OWAOnlyUseSmartCard", wish(GatewayWishes::onlyHardwareOpens), false),
                unset("OWASenderCertificateAttributesToDisplay", ExchangeContractTest::problems, List.of()),
                smime("OWASenderCertificateAttributesToDisplay: ''", ExchangeContractTest::problems, List.of()),
                unset("OWASigningAlgorithms", ExchangeContractTest::demanded, both),
                unset("OWATripleWrapSignedEncryptedMail", ExchangeContractTest::demanded, both),
                smime("OWATripleWrapSignedEncryptedMail: false", ExchangeContractTest::demanded, both),
                unset("OWAUseKeyIdentifier", ExchangeContractTest::demanded, both),
                smime("OWAUseKeyIdentifier: false", ExchangeContractTest::demanded, both),
                smime(
                        "OWAUseSecondaryProxiesWhenFindingCertificates: true",
                        wish(GatewayWishes::secondaryAddresses),
                        true),
                unset("NoSignOnReply", loaded -> protection(loaded, reply("if")), new Protection.Signed(SIGNING)),
                unset("SMIMECertificateIssuingCA", ExchangeContractTest::problems, List.of()),
                unset("Identity", ExchangeContractTest::problems, List.of()),
                unset("Confirm", ExchangeContractTest::problems, List.of()),
                smime(
                        "Confirm: true",
                        ExchangeContractTest::problems,
                        List.of("is kept, but has no meaning on a server")));
    }

    static Stream<Row> certificatesInSignatures() {
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
                unset("OWASignedEmailCertificateInclusion", ExchangeContractTest::demanded, both(SIGNING, ENCRYPTION)),
                unset(
                        "OWAIncludeCertificateChainAndRootCertificate",
                        ExchangeContractTest::demanded,
                        both(SIGNING, ENCRYPTION)),
                unset(
                        "OWAIncludeCertificateChainWithoutRootCertificate",
                        ExchangeContractTest::demanded,
                        both(SIGNING, ENCRYPTION)));
    }

    static Stream<Row> algorithmLists() {
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

    @ParameterizedTest(name = "{0}")
    @MethodSource({
        "mobileDeviceMailboxPolicy",
        "smimeConfig",
        "smimeDefaults",
        "certificatesInSignatures",
        "algorithmLists"
    })
    void holds(Row row) {
        RuleSet.Reading reading = RuleSet.read("policy.yaml", """
                version: 1
                internal: [example.com]
                mailboxPolicies: { default: { %s } }
                smime: { %s }
                rules:
                  - { id: both, when: { direction: outbound, subject: both },
                      then: { sign: required, encrypt: required } }
                  - { id: if, when: { direction: outbound, subject: if }, then: { sign: ifPossible } }
                  - { id: last, when: always, then: mailboxPolicy }
                """.formatted(
                        row.section.equals(MOBILE) ? row.written : "", row.section.equals("smime") ? row.written : ""));
        assertThat(reading).as(() -> reading.problems().toString()).isInstanceOf(RuleSet.Loaded.class);
        assertThat(row.look.apply((RuleSet.Loaded) reading)).isEqualTo(row.expected);
    }

    /**
     * No row of the reference's tables is left out: each parameter is tried with every value, with its default, and for
     * ActiveSync with each code.
     */
    @Test
    void everyRowOfTheReferenceIsTried() {
        List<Row> mobile = mobileDeviceMailboxPolicy().toList();
        MOBILE_PARAMETERS.forEach((name, known) -> {
            String section = known.substring(0, known.indexOf(':'));
            for (String value : known.substring(section.length() + 2).split(" ", -1)) {
                assertThat(mobile)
                        .as(name + " " + value)
                        .anySatisfy(row -> assertThat(row.source + " " + row.written)
                                .isEqualTo((value.matches("[0-9]") ? ASPROV + section : CMDLET + name) + " " + name
                                        + ": " + value));
            }
            assertThat(mobile)
                    .as(name)
                    .anySatisfy(row -> assertThat(row.source + row.written).isEqualTo(CMDLET + name));
        });
        List<Row> smime = Stream.of(smimeConfig(), smimeDefaults(), certificatesInSignatures(), algorithmLists())
                .flatMap(Function.identity())
                .toList();
        SMIME_PARAMETERS.forEach((name, values) -> {
            for (String value : values) {
                assertThat(smime).as(name + " " + value).anySatisfy(row -> {
                    assertThat(row.source).isEqualTo(SMIME + name);
                    assertThat(row.written.replace("'" + value + "'", value)).startsWith(name + ": " + value);
                });
            }
            assertThat(smime)
                    .as(name)
                    .anySatisfy(row -> assertThat(row.source + row.written).isEqualTo(SMIME + name));
        });
        CIPHER_IDS.forEach(
                id -> assertThat(written(smime, "OWAEncryptionAlgorithms")).contains(id));
        HASH_IDS.forEach(
                id -> assertThat(written(smime, "OWASigningAlgorithms")).contains(id));
        // The policy knows no parameter of Microsoft's that has no row; maxForks is ours.
        assertThat(Stream.of(SmimeParameter.values()).map(SmimeParameter::parameter))
                .filteredOn(name -> !name.equals(SmimeParameter.MAX_FORKS.parameter()))
                .containsExactlyInAnyOrderElementsOf(SMIME_PARAMETERS.keySet());
    }

    /** Returns the lists of one entry. */
    private static Set<String> written(List<Row> rows, String parameter) {
        return rows.stream()
                .filter(row -> row.parameter.equals(parameter))
                .map(row -> row.written.replaceAll("^[^']*'|'$", "").toUpperCase(Locale.ROOT))
                .collect(Collectors.toSet());
    }

    private static Row included(String written, Certificates certificates) {
        return smime(
                written,
                ExchangeContractTest::demanded,
                both(
                        new SigningSettings(
                                Digest.SHA256, RsaPadding.PKCS1, true, KeyPlace.ANYWHERE, certificates, true),
                        ENCRYPTION));
    }

    private static Row ciphers(String list, Cipher cipher) {
        return smime(
                "OWAEncryptionAlgorithms: '" + list + "'",
                ExchangeContractTest::demanded,
                both(SIGNING, new EncryptionSettings(cipher, RsaKeyTransport.PKCS1)));
    }

    private static Row digests(String list, Digest digest) {
        return smime(
                "OWASigningAlgorithms: '" + list + "'",
                ExchangeContractTest::demanded,
                both(new SigningSettings(digest, RsaPadding.PKCS1, true), ENCRYPTION));
    }

    private static Protection both(SigningSettings signing, EncryptionSettings encryption) {
        return new Protection.SignedAndEncrypted(signing, encryption);
    }

    private static <T> Function<RuleSet.Loaded, Object> wish(Function<GatewayWishes, T> of) {
        return loaded -> of.apply(loaded.ruleSet().wishes());
    }

    private static List<String> problems(RuleSet.Loaded loaded) {
        return loaded.warnings().stream().map(problem -> problem.message()).toList();
    }

    private static Mail reply(String subject) {
        return Mail.ours("a@example.com", "bob@out.example")
                .header("Subject", subject)
                .trait(Facts.Trait.REPLY);
    }

    /** Returns the protection when a rule asks for signature and encryption. */
    private static Object demanded(RuleSet.Loaded loaded) {
        return protection(loaded, Mail.ours("a@example.com", "bob@out.example").header("Subject", "both"));
    }

    private static Object byItself(RuleSet.Loaded loaded) {
        return protection(loaded, Mail.ours("a@example.com", "bob@out.example"));
    }

    private static Object protection(RuleSet.Loaded loaded, Mail mail) {
        return ruling(loaded, mail).decision() instanceof Decision.Deliver deliver
                ? deliver.protection()
                : ruling(loaded, mail).decision();
    }

    private static String setting(RuleSet.Loaded loaded, String name) {
        Mail mail = Mail.ours("a@example.com", "bob@out.example").header("Subject", "both");
        return ruling(loaded, mail).explanation().settings().stream()
                .filter(setting -> setting.name().equals(name))
                .findFirst()
                .orElseThrow()
                .toString();
    }

    private static Ruling ruling(RuleSet.Loaded loaded, Mail mail) {
        DirectoryFacts.Fact bob = new DirectoryFacts.Fact.Available(
                new KeyFacts(KeyKind.RSA, 2048),
                new Capabilities(
                        Capabilities.Source.VERIFIED_MAIL,
                        Set.of(Cipher.AES128_CBC, Cipher.AES192_CBC, Cipher.AES256_CBC),
                        Set.of(RsaKeyTransport.PKCS1)));
        return loaded.ruleSet().decide(mail.facts(), new FakeDirectory(bob, FakeDirectory.YES, KeyPlace.HARDWARE));
    }
}
