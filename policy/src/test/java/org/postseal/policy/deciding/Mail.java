package org.postseal.policy.deciding;

import java.net.InetAddress;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.facts.Author;
import org.postseal.policy.facts.EncryptionDoubt;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.facts.Part;
import org.postseal.policy.facts.Parts;
import org.postseal.policy.header.Headers;
import org.postseal.policy.protection.EncryptionAlgorithm;
import org.postseal.policy.protection.SignedAlgorithm;

/**
 * A message for tests. Unless said otherwise, it is ordinary: 2,000 octets of text/plain, received on Wednesday
 * 2026-03-04 at 10:00 UTC. Immutable.
 */
public record Mail(Facts facts) {
    /** Returns mail that one of our users submits. */
    public static Mail ours(String from, String recipient) {
        return of(true, from, recipient);
    }

    /** Returns mail from outside. */
    public static Mail theirs(String from, String recipient) {
        return of(false, from, recipient);
    }

    private static Mail of(boolean maySubmit, String from, String recipient) {
        Optional<MailAddress> sender = MailAddress.parse(from);
        return new Mail(new Facts(
                Facts.Peer.of(maySubmit),
                new Facts.Message(
                        sender,
                        sender,
                        Map.of(),
                        2_000,
                        "text/plain",
                        Facts.Kind.ORDINARY,
                        Set.of(),
                        Instant.parse("2026-03-04T10:00:00Z")),
                Facts.Existing.NONE,
                MailAddress.of(recipient),
                true));
    }

    public Mail envelopeSender(String address) {
        return message(m -> m.within(MailAddress.parse(address), m.kind(), m.received()));
    }

    /**
     * Makes a message for which mail programs may show any of these authors, and From has no single address. Without
     * authors, they may show anybody.
     */
    public Mail unclear(String... authors) {
        return message(m -> new Facts.Message(
                m.envelopeSender(),
                new Author(
                        Optional.empty(),
                        Arrays.stream(authors).map(MailAddress::of).collect(Collectors.toSet()),
                        authors.length > 0),
                m.headers(),
                m.size(),
                m.parts(),
                m.kind(),
                m.traits(),
                m.received()));
    }

    public Mail header(String name, String... bodies) {
        return message(m -> {
            Map<String, List<String>> headers = new HashMap<>(m.headers());
            headers.put(name.toLowerCase(Locale.ROOT), List.of(bodies));
            return new Facts.Message(
                    m.envelopeSender(),
                    m.author(),
                    Headers.of(headers),
                    m.size(),
                    m.parts(),
                    m.kind(),
                    m.traits(),
                    m.received());
        });
    }

    public Mail size(long octets) {
        return message(m -> new Facts.Message(
                m.envelopeSender(), m.author(), m.headers(), octets, m.parts(), m.kind(), m.traits(), m.received()));
    }

    public Mail mediaType(String type) {
        return parts(type);
    }

    /** Makes its root of this type, with these parts below it. */
    public Mail parts(String type, Part... below) {
        return message(m -> new Facts.Message(
                m.envelopeSender(),
                m.author(),
                m.headers(),
                m.size(),
                Parts.of(type, List.of(below)),
                m.kind(),
                m.traits(),
                m.received()));
    }

    public Mail kind(Facts.Kind kind) {
        return message(m -> m.within(m.envelopeSender(), kind, m.received()));
    }

    public Mail trait(Facts.Trait trait) {
        return message(m -> {
            Set<Facts.Trait> traits = new HashSet<>(m.traits());
            traits.add(trait);
            return new Facts.Message(
                    m.envelopeSender(), m.author(), m.headers(), m.size(), m.parts(), m.kind(), traits, m.received());
        });
    }

    public Mail received(String time) {
        return message(m -> m.within(m.envelopeSender(), m.kind(), Instant.parse(time)));
    }

    public Mail content(Facts.Content content, Facts.Signature signature) {
        return existing(
                e -> new Facts.Existing(content, signature, e.signers(), e.signerIssuer(), e.digest(), e.cipher()));
    }

    /** Adds a signature with SHA-256. */
    public Mail signed(Facts.Signature signature) {
        return content(Facts.Content.SIGNED, signature).digest(SignedAlgorithm.SHA256);
    }

    /** Encrypts it with AES-256-CBC; nothing inside is known. */
    public Mail encrypted() {
        return content(Facts.Content.ENCRYPTED, Facts.Signature.UNSIGNED).cipher(EncryptionAlgorithm.AES256);
    }

    /** Encrypts it with AES-256-CBC and opens it; nothing shows that nobody changed it. */
    public Mail opened(Optional<Facts.Suspicion> suspicion) {
        return encrypted()
                .existing(e -> new Facts.Existing(
                        e.content(),
                        e.signature(),
                        e.signers(),
                        e.signerIssuer(),
                        e.digest(),
                        e.ciphertext(),
                        true,
                        suspicion,
                        false));
    }

    /** Adds a signature whose extent mail programs may disagree about. */
    public Mail ambiguous() {
        return signed(Facts.Signature.UNVERIFIABLE)
                .existing(e -> new Facts.Existing(
                        e.content(),
                        e.signature(),
                        e.signers(),
                        e.signerIssuer(),
                        e.digest(),
                        e.ciphertext(),
                        false,
                        Optional.empty(),
                        true));
    }

    public Mail signer(String issuer, String... addresses) {
        return existing(e -> new Facts.Existing(
                e.content(),
                e.signature(),
                Set.of(addresses).stream().map(MailAddress::of).collect(java.util.stream.Collectors.toSet()),
                Optional.of(issuer),
                e.digest(),
                e.cipher()));
    }

    public Mail digest(SignedAlgorithm digest) {
        return existing(e -> new Facts.Existing(
                e.content(), e.signature(), e.signers(), e.signerIssuer(), Optional.of(digest), e.cipher()));
    }

    /** Makes it {@link #encrypted}, and doubtful. */
    public Mail doubtful(EncryptionDoubt doubt) {
        return (facts().content() == Facts.Content.ENCRYPTED ? this : encrypted())
                .existing(e -> new Facts.Existing(
                        e.content(),
                        e.signature(),
                        e.signers(),
                        e.signerIssuer(),
                        e.digest(),
                        new Facts.Ciphertext(e.cipher(), Optional.of(doubt)),
                        false,
                        Optional.empty(),
                        false));
    }

    public Mail cipher(EncryptionAlgorithm cipher) {
        return existing(e -> new Facts.Existing(
                e.content(), e.signature(), e.signers(), e.signerIssuer(), e.digest(), Optional.of(cipher)));
    }

    public Mail peer(String address) {
        Facts.Peer p = facts.peer();
        return peer(new Facts.Peer(
                p.maySubmit(),
                p.answersForFrom(),
                Optional.of(InetAddress.ofLiteral(address)),
                p.tls(),
                p.authenticated()));
    }

    public Mail tls(Facts.TlsVersion version, boolean isVerified) {
        Facts.Peer p = facts.peer();
        return peer(new Facts.Peer(
                p.maySubmit(),
                p.answersForFrom(),
                p.address(),
                Optional.of(new Facts.Tls(version, isVerified)),
                p.authenticated()));
    }

    /** Makes the peer one that may write for whomever From names. */
    public Mail answeredFor() {
        Facts.Peer p = facts.peer();
        return peer(new Facts.Peer(p.maySubmit(), true, p.address(), p.tls(), p.authenticated()));
    }

    public Mail authenticated(String name) {
        Facts.Peer p = facts.peer();
        return peer(new Facts.Peer(p.maySubmit(), p.answersForFrom(), p.address(), p.tls(), Optional.of(name)));
    }

    /** Makes the recipient one whom neither To nor Cc names. */
    public Mail blind() {
        return new Mail(new Facts(facts.peer(), facts.message(), facts.existing(), facts.recipient(), false));
    }

    private Mail peer(Facts.Peer peer) {
        return new Mail(new Facts(peer, facts.message(), facts.existing(), facts.recipient(), facts.visible()));
    }

    private Mail message(UnaryOperator<Facts.Message> change) {
        return new Mail(new Facts(
                facts.peer(), change.apply(facts.message()), facts.existing(), facts.recipient(), facts.visible()));
    }

    private Mail existing(UnaryOperator<Facts.Existing> change) {
        return new Mail(new Facts(
                facts.peer(), facts.message(), change.apply(facts.existing()), facts.recipient(), facts.visible()));
    }
}
