package org.postseal.policy.cases;

import java.net.InetAddress;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.facts.Author;
import org.postseal.policy.facts.EncryptionDoubt;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.facts.Part;
import org.postseal.policy.facts.Parts;
import org.postseal.policy.header.Headers;
import org.postseal.policy.protection.EncryptionAlgorithm;
import org.postseal.policy.protection.SignedAlgorithm;

/** Builds facts. A field that is not set is as in an ordinary message without any protection. Used once. */
final class Draft {
    Optional<MessageFiles.OfRecipient> file = Optional.empty();
    Optional<Boolean> maySubmit = Optional.empty();
    boolean answersForFrom;
    Optional<InetAddress> client = Optional.empty();
    Optional<Facts.Tls> tls = Optional.empty();
    Optional<String> authenticated = Optional.empty();
    boolean isNullPath;
    Optional<MailAddress> reversePath = Optional.empty();
    Optional<MailAddress> from = Optional.empty();
    final Map<String, List<String>> headers = new LinkedHashMap<>();
    long size = SIZE;
    Optional<String> mediaType = Optional.empty();
    List<Part> parts = List.of();
    Optional<Facts.Kind> kind = Optional.empty();
    Set<Facts.Trait> traits = Set.of();
    Instant received = RECEIVED;
    Optional<Facts.Content> content = Optional.empty();
    Optional<Facts.Signature> signature = Optional.empty();
    Set<MailAddress> signers = Set.of();
    Optional<String> signerIssuer = Optional.empty();
    Optional<SignedAlgorithm> digest = Optional.empty();
    Optional<EncryptionAlgorithm> cipher = Optional.empty();
    Optional<EncryptionDoubt> doubt = Optional.empty();
    Set<MailAddress> encryptedFor = Set.of();
    boolean isSignedOutside;
    boolean isOldWrap;
    boolean isUnauthenticated;
    Optional<Facts.Suspicion> suspicion = Optional.empty();
    final Set<MailAddress> bcc = new HashSet<>();

    /**
     * Builds the facts for one recipient.
     *
     * @param isInternal decides the origin where it is not given, as in {@code postseal filter}: a sender in an
     *     internal domain submits the message
     */
    Facts facts(MailAddress recipient, Predicate<MailAddress> isInternal) {
        Optional<Facts> read = file.map(message -> message.facts(recipient));
        Facts.Message message = read.map(this::received).orElseGet(this::written);
        Facts.Existing existing = existing(read);
        boolean submits = maySubmit.orElseGet(
                () -> message.envelopeSender().filter(isInternal).isPresent());
        return new Facts(
                new Facts.Peer(submits, answersForFrom, client, tls, authenticated),
                message,
                existing,
                recipient,
                read.map(Facts::visible).orElseGet(() -> !bcc.contains(recipient)));
    }

    private Facts.Message received(Facts read) {
        Facts.Message message = read.message();
        return message.within(sender(message.from()), isNullPath ? Facts.Kind.NULL_SENDER : message.kind(), received);
    }

    private Facts.Message written() {
        String type = mediaType.orElse(parts.isEmpty() ? "text/plain" : "multipart/mixed");
        return new Facts.Message(
                sender(from),
                Author.of(from),
                Headers.of(headers),
                size,
                Parts.of(type, parts),
                kind(),
                traits,
                received);
    }

    private Optional<MailAddress> sender(Optional<MailAddress> author) {
        return isNullPath ? Optional.empty() : reversePath.or(() -> author);
    }

    private Facts.Kind kind() {
        if (isNullPath) {
            return Facts.Kind.NULL_SENDER;
        }
        // RFC 3834 §5: any value but "no" marks an automatic message.
        boolean isAutomatic = headers.getOrDefault("auto-submitted", List.of()).stream()
                .anyMatch(value -> !value.strip().equalsIgnoreCase("no"));
        return kind.orElse(isAutomatic ? Facts.Kind.AUTO_REPLY : Facts.Kind.ORDINARY);
    }

    private Facts.Existing existing(Optional<Facts> read) {
        Facts.Content came =
                read.map(facts -> facts.existing().content()).or(() -> content).orElse(Facts.Content.CLEAR);
        return new Facts.Existing(
                came,
                signature.orElse(came == Facts.Content.SIGNED ? Facts.Signature.VALID : Facts.Signature.UNSIGNED),
                signers.isEmpty()
                        ? read.map(facts -> facts.existing().signers()).orElse(Set.of())
                        : signers,
                signerIssuer.or(() -> read.flatMap(facts -> facts.existing().signerIssuer())),
                digest.or(() -> read.flatMap(facts -> facts.existing().digest())),
                new Facts.Ciphertext(
                        cipher.or(() -> read.flatMap(facts -> facts.existing().cipher())),
                        doubt.or(() -> read.flatMap(facts -> facts.existing().doubt())),
                        isSignedOutside),
                isUnauthenticated,
                suspicion,
                read.filter(facts -> facts.existing().isAmbiguous()).isPresent());
    }

    private static final long SIZE = 1_000;
    // This is a Wednesday, and in the morning for most offices.
    private static final Instant RECEIVED = Instant.parse("2026-01-07T10:00:00Z");
}
