package org.postseal.policy;

import java.util.Optional;
import org.postseal.certstore.KeyPlace;
import org.postseal.policy.MailboxPolicy.Enforcement;
import org.postseal.policy.MailboxPolicy.Negotiation;
import org.postseal.policy.MailboxPolicy.Require;

/**
 * What the levels together ask of a sender's mail: organisation, then domain, group and user, setting by setting.
 *
 * @param mailboxPolicy name of the last level that applied; empty when none did
 * @param clearSigned {@code OWAClearSign}
 */
record Settings(
        String mailboxPolicy,
        Requirement<Boolean> signed,
        Requirement<SignedAlgorithm> signedAlgorithm,
        Requirement<Boolean> encrypted,
        Requirement<EncryptionAlgorithm> encryptionAlgorithm,
        Negotiation negotiation,
        boolean softCertificates,
        Enforcement enforcement,
        EncryptionSettings.RsaKeyTransport keyTransport,
        SigningSettings.RsaPadding padding,
        boolean clearSigned) {

    /** Before any level has spoken: nothing is required; SHA-256 and AES-256-CBC, which every client reads, if a rule asks for protection. */
    static final Settings BUILT_IN = new Settings(
            "",
            new Requirement<>(false, false, ""),
            new Requirement<>(SignedAlgorithm.SHA256, SignedAlgorithm.MD5, ""),
            new Requirement<>(false, false, ""),
            new Requirement<>(EncryptionAlgorithm.AES256, EncryptionAlgorithm.RC2_40, ""),
            Negotiation.ALLOW_ANY,
            true,
            Enforcement.MINIMUM,
            EncryptionSettings.RsaKeyTransport.PKCS1,
            SigningSettings.RsaPadding.PKCS1,
            true);

    /** The {@code smime} section speaks for the organisation. */
    Settings with(SmimeConfig smime) {
        return new Settings(
                mailboxPolicy,
                signed.then(smime.alwaysSign() ? Optional.of(true) : Optional.empty(), false, "OWAAlwaysSign"),
                signedAlgorithm,
                encrypted.then(smime.alwaysEncrypt() ? Optional.of(true) : Optional.empty(), false, "OWAAlwaysEncrypt"),
                encryptionAlgorithm,
                negotiation,
                softCertificates,
                enforcement,
                keyTransport,
                padding,
                smime.clearSign());
    }

    /** With one more level. */
    Settings then(MailboxPolicy level) {
        String from = "mailbox policy " + level.name();
        return new Settings(
                level.name(),
                signed.then(level.requireSigned(), level.mayWeaken().contains(Require.MESSAGES_SIGNED), from),
                signedAlgorithm.then(
                        level.signedAlgorithm(), level.mayWeaken().contains(Require.SIGNED_ALGORITHM), from),
                encrypted.then(level.requireEncrypted(), level.mayWeaken().contains(Require.MESSAGES_ENCRYPTED), from),
                encryptionAlgorithm.then(
                        level.encryptionAlgorithm(), level.mayWeaken().contains(Require.ENCRYPTION_ALGORITHM), from),
                level.negotiation().orElse(negotiation),
                level.softCertificates().orElse(softCertificates),
                level.enforcement().orElse(enforcement),
                level.keyTransport().orElse(keyTransport),
                level.padding().orElse(padding),
                clearSigned);
    }

    /** Without the requirement to sign, for a From address whose key cannot be ours. */
    Settings withoutSignature() {
        return requiring(mailboxPolicy, BUILT_IN.signed, encrypted);
    }

    /** The algorithms without any requirement, for mail that is not our own senders'. */
    Settings withoutRequirements() {
        return requiring("", BUILT_IN.signed, BUILT_IN.encrypted);
    }

    private Settings requiring(String of, Requirement<Boolean> signature, Requirement<Boolean> encryption) {
        return new Settings(
                of,
                signature,
                signedAlgorithm,
                encryption,
                encryptionAlgorithm,
                negotiation,
                softCertificates,
                enforcement,
                keyTransport,
                padding,
                clearSigned);
    }

    /** With what a rule says of algorithms. */
    Settings with(Algorithms rule, String from) {
        return new Settings(
                mailboxPolicy,
                signed,
                signedAlgorithm.then(rule.signedAlgorithm(), false, from),
                encrypted,
                encryptionAlgorithm.then(rule.encryptionAlgorithm(), false, from),
                negotiation,
                softCertificates,
                enforcement,
                rule.keyTransport().orElse(keyTransport),
                rule.padding().orElse(padding),
                clearSigned);
    }

    /** Of two levels of equal rank, such as two groups, the stricter in each setting. */
    Settings stricter(Settings other) {
        return new Settings(
                mailboxPolicy + "+" + other.mailboxPolicy,
                signed.stricter(other.signed),
                signedAlgorithm.stricter(other.signedAlgorithm),
                encrypted.stricter(other.encrypted),
                encryptionAlgorithm.stricter(other.encryptionAlgorithm),
                negotiation.compareTo(other.negotiation) <= 0 ? negotiation : other.negotiation,
                softCertificates && other.softCertificates,
                enforcement.compareTo(other.enforcement) >= 0 ? enforcement : other.enforcement,
                keyTransport.compareTo(other.keyTransport) >= 0 ? keyTransport : other.keyTransport,
                padding.compareTo(other.padding) >= 0 ? padding : other.padding,
                clearSigned);
    }

    SigningSettings signing() {
        return new SigningSettings(signedAlgorithm.value().digest(), padding, clearSigned, keyPlace());
    }

    KeyPlace keyPlace() {
        return softCertificates ? KeyPlace.ANYWHERE : KeyPlace.HARDWARE;
    }

    EncryptionSettings encryption() {
        return new EncryptionSettings(encryptionAlgorithm.value().cipher(), keyTransport);
    }

    /** What a rule may say of algorithms; each only where it does. */
    record Algorithms(
            Optional<SignedAlgorithm> signedAlgorithm,
            Optional<EncryptionAlgorithm> encryptionAlgorithm,
            Optional<EncryptionSettings.RsaKeyTransport> keyTransport,
            Optional<SigningSettings.RsaPadding> padding) {
        static final Algorithms NONE =
                new Algorithms(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }
}
