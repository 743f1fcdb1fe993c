package org.postseal.policy.cases;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.policy.facts.Direction;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Handling;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.protection.EncryptionSettings;
import org.postseal.policy.protection.SigningSettings;
import org.postseal.policy.record.FactsWords;
import org.postseal.policy.yaml.Words;

/** What can be said of an outcome, and so what a case may expect; in the order it is told. */
public enum OutcomeKey {
    DECISION("decision"),
    REASON("reason"),
    /** Address of a redirect. */
    REDIRECT_TO("redirectTo"),
    PROTECTION("protection"),
    CIPHER("cipher"),
    KEY_TRANSPORT("RSAKeyTransport"),
    DIGEST("digest"),
    PADDING("RSASignaturePadding"),
    /** {@code multipart/signed} or opaque. */
    SIGNED_FORM("signedForm"),
    /** {@code domain}: whose key signs, where not that of the From address. */
    SIGNER("signer"),
    /** Which certificates a signature carries, where not the chain without its root. */
    CERTIFICATES("certificates"),
    /** {@code none}: a signature does not say what the sender reads. */
    CAPABILITIES("capabilities"),
    /** {@code keyIdentifier}: how recipients are named, where not by issuer and serial number. */
    RECIPIENTS_BY("recipientsBy"),
    /** {@code alone}, {@code unused}: an ML-KEM certificate beside another one, where it is not used beside that. */
    ML_KEM("mlKem"),
    /** Who can read it and is not sent it. */
    READERS("readers"),
    /** How header fields are protected, where not by a copy alone. */
    HEADER_PROTECTION("headerProtection"),
    /** What the policy asks for; {@code open} only where it comes to that, else see {@link #CLOSED_BECAUSE}. */
    INCOMING("incoming"),
    /** What is done to the protection a message came with. */
    DONE("done"),
    /** The cipher of what is opened. */
    OPENED_WITH("openedWith"),
    /** Why a ciphertext does not come out. */
    CLOSED_BECAUSE("closedBecause"),
    /** {@code signature}: it is taken off. */
    STRIP("strip"),
    /** Changes of the header section in their order. */
    HEADER("header"),
    /** Whom a notice tells of it. */
    NOTICE("notice"),
    DIRECTION("direction"),
    RULE("rule"),
    MAILBOX_POLICY("mailboxPolicy"),
    /** Code, enhanced status and text that the peer is told. */
    REPLY("reply");

    private final String word;

    OutcomeKey(String word) {
        this.word = word;
    }

    /** As a case writes it. */
    public String word() {
        return word;
    }

    /** The values it can have; none when it is free text. */
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
            case INCOMING -> List.copyOf(Words.of(Decision.Incoming.class).keySet());
            case DONE -> List.copyOf(Words.of(Handling.Done.class).keySet());
            case OPENED_WITH -> List.copyOf(FactsWords.CIPHERS.keySet());
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

    /** What stands between its values, where it has several. */
    Optional<String> separator() {
        return this == HEADER
                ? Optional.of(HEADER_SEPARATOR)
                : this == READERS ? Optional.of(READER_SEPARATOR) : Optional.empty();
    }

    static final String HEADER_SEPARATOR = "; ";
    static final String READER_SEPARATOR = ", ";
    static final Map<String, OutcomeKey> BY_WORD = byWord();

    private static Map<String, OutcomeKey> byWord() {
        Map<String, OutcomeKey> keys = new LinkedHashMap<>();
        for (OutcomeKey key : values()) {
            keys.put(key.word, key);
        }
        return keys;
    }

    private static List<String> names(Class<? extends Enum<?>> type) {
        return Arrays.stream(type.getEnumConstants()).map(OutcomeKey::name).toList();
    }

    /** {@code AES256_CBC} is written {@code AES256-CBC}; a reason keeps the name it has in the audit log. */
    static String name(Enum<?> constant) {
        return constant instanceof Reason ? constant.name() : constant.name().replace('_', '-');
    }
}
