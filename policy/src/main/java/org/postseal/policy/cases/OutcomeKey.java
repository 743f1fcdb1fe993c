package org.postseal.policy.cases;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.policy.facts.Direction;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Handling;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.protection.EncryptionAlgorithm;
import org.postseal.policy.protection.EncryptionSettings;
import org.postseal.policy.protection.SigningSettings;
import org.postseal.policy.yaml.Words;

/** The keys of an outcome, in the order of the report. A case may expect a value for any of them. */
public enum OutcomeKey {
    DECISION("decision"),
    REASON("reason"),
    REDIRECT_TO("redirectTo"),
    PROTECTION("protection"),
    CIPHER("cipher"),
    KEY_TRANSPORT("RSAKeyTransport"),
    DIGEST("digest"),
    PADDING("RSASignaturePadding"),
    /** The form of a signature: {@code clear} ({@code multipart/signed}) or {@code opaque}. */
    SIGNED_FORM("signedForm"),
    /** {@code domain}: the domain's key signs, and not the key of the From address. */
    SIGNER("signer"),
    /** The certificates that a signature carries; left out if they are the chain without its root. */
    CERTIFICATES("certificates"),
    /** {@code none}: a signature does not say which algorithms the sender can read. */
    CAPABILITIES("capabilities"),
    /** {@code keyIdentifier}: recipients are named by key identifier, and not by issuer and serial number. */
    RECIPIENTS_BY("recipientsBy"),
    /**
     * The use of a recipient's ML-KEM certificate, {@code alone} or {@code unused}; left out if it is used beside the
     * other one.
     */
    ML_KEM("mlKem"),
    /** Addresses that can read the message although it is not sent to them. */
    READERS("readers"),
    /** The protection of header fields; left out if they are only copied into the protected content. */
    HEADER_PROTECTION("headerProtection"),
    /** The protection that the message came with. */
    CAME("came"),
    /**
     * The handling of incoming protection that the policy asks for. It is {@code open} only if the message is opened;
     * otherwise see {@link #CLOSED_BECAUSE}.
     */
    INCOMING("incoming"),
    /** The handling of the protection that the message came with. */
    DONE("done"),
    OPENED_WITH("openedWith"),
    CLOSED_BECAUSE("closedBecause"),
    /** The protection of the copy that leaves. */
    LEFT("left"),
    /** {@code signature}: the signature is taken off. */
    STRIP("strip"),
    /** Changes of the header section, in order. */
    HEADER("header"),
    NOTICE("notice"),
    DIRECTION("direction"),
    RULE("rule"),
    MAILBOX_POLICY("mailboxPolicy"),
    /** The code, the enhanced status and the text of the reply to the peer. */
    REPLY("reply");

    private final String word;

    OutcomeKey(String word) {
        this.word = word;
    }

    /** Returns the key as a case writes it. */
    public String word() {
        return word;
    }

    /** Returns the values that the key can have; none if it is free text. */
    List<String> choices() {
        return switch (this) {
            case DECISION -> List.of("deliver", "redirect", "reject", "rejectAll", "defer");
            case REASON -> names(Reason.class);
            case PROTECTION -> List.of("clear", "kept", "signed", "encrypted", "signedAndEncrypted", "tripleWrapped");
            case CIPHER -> names(EncryptionSettings.Cipher.class);
            case KEY_TRANSPORT -> names(EncryptionSettings.RsaKeyTransport.class);
            case DIGEST -> names(SigningSettings.Digest.class);
            case PADDING -> names(SigningSettings.RsaPadding.class);
            case SIGNED_FORM -> List.of("clear", "opaque");
            case SIGNER -> List.of("domain");
            case CAME -> List.copyOf(Words.of(Handling.Came.class).keySet());
            case LEFT -> List.copyOf(Words.of(Handling.Left.class).keySet());
            case INCOMING -> List.copyOf(Words.of(Decision.Incoming.class).keySet());
            case DONE -> List.copyOf(Words.of(Handling.Done.class).keySet());
            case OPENED_WITH -> List.copyOf(EncryptionAlgorithm.WORDS.keySet());
            case CLOSED_BECAUSE -> List.copyOf(Words.of(Handling.Closed.class).keySet());
            case DIRECTION -> List.copyOf(Words.of(Direction.class).keySet());
            case CERTIFICATES ->
                List.copyOf(Words.of(SigningSettings.Certificates.class).keySet());
            case CAPABILITIES -> List.of("none");
            case RECIPIENTS_BY -> List.of("keyIdentifier");
            case ML_KEM -> List.of("alone", "unused");
            case HEADER_PROTECTION -> List.of("none", "hiddenSubject", "hiddenSubjectWithoutLegacyDisplay");
            case STRIP -> List.of("signature");
            case REDIRECT_TO, READERS, HEADER, NOTICE, RULE, MAILBOX_POLICY, REPLY -> List.of();
        };
    }

    /** Returns the separator of a key that has several values. */
    Optional<String> separator() {
        return this == HEADER
                ? Optional.of(HEADER_SEPARATOR)
                : this == READERS ? Optional.of(READER_SEPARATOR) : Optional.empty();
    }

    static final String HEADER_SEPARATOR = "; ";
    static final String READER_SEPARATOR = ", ";
    static final Map<String, OutcomeKey> BY_WORD = Words.of(OutcomeKey.class, OutcomeKey::word);

    private static List<String> names(Class<? extends Enum<?>> type) {
        return Arrays.stream(type.getEnumConstants()).map(OutcomeKey::name).toList();
    }

    /** Writes {@code AES256_CBC} as {@code AES256-CBC}; a reason keeps the name that it has in the audit log. */
    static String name(Enum<?> constant) {
        return constant instanceof Reason ? constant.name() : constant.name().replace('_', '-');
    }
}
