package org.postseal.policy.deciding;

import static org.postseal.policy.deciding.ContractRow.setting;

import java.util.Map;
import java.util.stream.Stream;

/** The parameters of MobileDeviceMailboxPolicy, with their values, codes and defaults. */
final class MobileContract {
    static final String ASPROV = "MS-ASPROV ";
    static final String CMDLET = "New-MobileDeviceMailboxPolicy -";
    static final String MOBILE = "mailbox";

    /** Each parameter with its section of MS-ASPROV, its codes and its value names, copied from there by hand. */
    static final Map<String, String> PARAMETERS = Map.of(
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

    private MobileContract() {}

    static Stream<ContractRow> mobileDeviceMailboxPolicy() {
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

    private static ContractRow mailbox(String source, String written, String name, String value) {
        return new ContractRow(
                name,
                source.equals(CMDLET) ? source + name : source,
                MOBILE,
                written,
                loaded -> setting(loaded, name),
                name + ": " + value + (written.isEmpty() ? " (built-in)" : " (organisation: mailbox policy default)"));
    }
}
