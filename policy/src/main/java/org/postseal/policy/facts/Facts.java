package org.postseal.policy.facts;

import java.net.InetAddress;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.header.Headers;
import org.postseal.policy.protection.EncryptionAlgorithm;
import org.postseal.policy.protection.SignedAlgorithm;

/**
 * The facts that the policy may look at, for one recipient of one message, before it asks for certificates, keys or
 * groups ({@link DirectoryFacts}).
 *
 * @param peer the peer that handed the message over
 * @param message the same for every recipient
 * @param existing the protection it came with, as this recipient has the right to see it
 * @param recipient forward path
 * @param visible whether To or Cc names the recipient; false for Bcc
 */
public record Facts(Peer peer, Message message, Existing existing, MailAddress recipient, boolean visible) {
    /**
     * Returns the facts that are known before the message is there; the message counts as an ordinary one in clear so
     * far.
     */
    public static Facts ofEnvelope(MailAddress recipient, boolean originMaySubmit, Optional<MailAddress> sender) {
        return new Facts(
                Peer.of(originMaySubmit),
                new Message(
                        sender, Optional.empty(), Map.of(), 0, "text/plain", Kind.ORDINARY, Set.of(), Instant.EPOCH),
                Existing.NONE,
                recipient,
                true);
    }

    /**
     * The peer that handed the message over.
     *
     * @param maySubmit whether it may submit mail for internal senders (role, trusted peer, XFORWARD)
     * @param answersForFrom whether it may write for whomever From names: the login may, or the listener says so
     * @param address of the client that a trusted peer names (XFORWARD), else of the connection; empty if there is no
     *     connection, as for a file
     * @param tls of the connection to us; empty without TLS
     * @param authenticated the name that it has proved: the user who has logged in, else the subject of a verified
     *     client certificate
     */
    public record Peer(
            boolean maySubmit,
            boolean answersForFrom,
            Optional<InetAddress> address,
            Optional<Tls> tls,
            Optional<String> authenticated) {
        /** Returns a peer of which nothing else is known. */
        public static Peer of(boolean maySubmit) {
            return new Peer(maySubmit, false, Optional.empty(), Optional.empty(), Optional.empty());
        }
    }

    /**
     * The TLS of a connection.
     *
     * @param isVerified whether the peer showed a certificate that was verified
     */
    public record Tls(TlsVersion version, boolean isVerified) {}

    /** Versions of TLS, the oldest first. */
    public enum TlsVersion {
        TLS_1_2,
        TLS_1_3
    }

    /**
     * The message apart from its recipients.
     *
     * @param envelopeSender reverse path; empty for the null path
     * @param author whom From names
     * @param headers only of the outer header section
     * @param size in octets, as received
     * @param kind ordinary mail, or mail of a kind that a rule touches only if it names that kind
     * @param received the time of receipt
     */
    public record Message(
            Optional<MailAddress> envelopeSender,
            Author author,
            Headers headers,
            long size,
            Parts parts,
            Kind kind,
            Set<Trait> traits,
            Instant received) {
        public Message {
            traits = Set.copyOf(traits);
        }

        /**
         * Makes a message of one part from unfolded field bodies by lower-case field name, with an author who is clear.
         */
        public Message(
                Optional<MailAddress> envelopeSender,
                Optional<MailAddress> from,
                Map<String, List<String>> headers,
                long size,
                String mediaType,
                Kind kind,
                Set<Trait> traits,
                Instant received) {
            this(
                    envelopeSender,
                    Author.of(from),
                    Headers.of(headers),
                    size,
                    Parts.of(mediaType, List.of()),
                    kind,
                    traits,
                    received);
        }

        /** Returns the address of the single From field; empty with none, several, or one that does not parse. */
        public Optional<MailAddress> from() {
            return author.single();
        }

        /** Returns the media type of the root as it is labelled, {@code type/subtype} in lower case. */
        public String mediaType() {
            return parts.mediaType();
        }

        /** Returns the same message with a further trait. */
        public Message with(Trait trait) {
            Set<Trait> all = new HashSet<>(traits);
            all.add(trait);
            return new Message(envelopeSender, author, headers, size, parts, kind, all, received);
        }

        /** Returns the same message in another envelope. */
        public Message within(Optional<MailAddress> reversePath, Kind kindThere, Instant time) {
            return new Message(reversePath, author, headers, size, parts, kindThere, traits, time);
        }
    }

    public enum Kind {
        ORDINARY,
        /** The reverse path is null, as in a DSN or MDN (RFC 5321 §4.5.5). */
        NULL_SENDER,
        /** {@code Auto-Submitted} has a value other than {@code no} (RFC 3834 §5). */
        AUTO_REPLY
    }

    /** Further properties of a message; it can have any number of them. */
    public enum Trait {
        /** An invitation or an answer to one: {@code text/calendar} at the root or in its alternatives (RFC 6047). */
        CALENDAR,
        /** {@code application/ms-tnef}, winmail.dat: only Outlook reads it, and only if it stays whole. */
        TNEF,
        /**
         * A rights management service has encrypted it: it has a part {@code application/x-microsoft-rpmsg-message}.
         */
        RIGHTS_PROTECTED,
        /** It has a sensitivity label ({@code msip_labels}). */
        LABELLED,
        /** It has {@code List-Id} or {@code List-Post} (RFC 2919, RFC 2369), or {@code Precedence: list}. */
        MAILING_LIST,
        /**
         * It came from outside through the gateway before, and somebody of ours sends it on: an alias, a Sieve script,
         * a list. Our own trace field says so.
         */
        SENT_ON,
        /** It has {@code In-Reply-To} or {@code References}. */
        REPLY,
        /**
         * A mail server that the policy trusts says that it passes DMARC, for the domain of the single From (RFC 7489
         * §11.1). Only mail from outside has it.
         */
        DMARC,
        /** A line of the header section is not a field, or is one that programs read differently (RFC 5322 §2.2). */
        MALFORMED_HEADER
    }

    /**
     * The protection that a message came with.
     *
     * @param content at its root, by its content and not by its label
     * @param signature the verdict of the verification
     * @param signers the addresses in the signer's certificate; empty if there is none
     * @param signerIssuer issuer of that certificate (RFC 4514)
     * @param digest the weakest digest of the signature at the root, or at the root of the opened content; empty
     *     without a signature, or if the policy has no word for the digest
     * @param ciphertext at the root, or within its signatures
     * @param isUnauthenticated whether it was opened, and neither a tag nor a valid signature inside shows that nobody
     *     changed it
     * @param suspicion a sign that somebody changed it; only if it is unauthenticated
     * @param isAmbiguous whether the signature cannot be verified because nobody can check it, or mail programs may
     * disagree about what it covers
     */
    public record Existing(
            Content content,
            Signature signature,
            Set<MailAddress> signers,
            Optional<String> signerIssuer,
            Optional<SignedAlgorithm> digest,
            Ciphertext ciphertext,
            boolean isUnauthenticated,
            Optional<Suspicion> suspicion,
            boolean isAmbiguous) {
        public static final Existing NONE = of(Content.CLEAR, Signature.UNSIGNED);

        public Existing {
            signers = Set.copyOf(signers);
            isUnauthenticated = isUnauthenticated || suspicion.isPresent();
        }

        /** Makes a protection without any sign of changes on its way. */
        public Existing(
                Content content,
                Signature signature,
                Set<MailAddress> signers,
                Optional<String> signerIssuer,
                Optional<SignedAlgorithm> digest,
                Optional<EncryptionAlgorithm> cipher) {
            this(
                    content,
                    signature,
                    signers,
                    signerIssuer,
                    digest,
                    new Ciphertext(cipher, Optional.empty()),
                    false,
                    Optional.empty(),
                    false);
        }

        /** Returns a protection of which nothing else is known. */
        public static Existing of(Content content, Signature signature) {
            return new Existing(content, signature, Set.of(), Optional.empty(), Optional.empty(), Optional.empty());
        }

        /** Tells whether the message came encrypted, and whether that encryption is sound. */
        public Encryption encryption() {
            if (content != Content.ENCRYPTED) {
                return Encryption.NONE;
            }
            return ciphertext.doubt().isPresent() ? Encryption.DOUBTFUL : Encryption.SOUND;
        }

        /** Returns why its encryption is doubtful; empty if it is not, or if there is none. */
        public Optional<EncryptionDoubt> doubt() {
            return ciphertext.doubt().filter(_ -> content == Content.ENCRYPTED);
        }

        /** Returns the cipher of its ciphertext; empty without one, and if the policy has no word for it. */
        public Optional<EncryptionAlgorithm> cipher() {
            return ciphertext.cipher();
        }
    }

    /**
     * A ciphertext as it looks without a key.
     *
     * @param cipher the cipher that it names; empty without one, or if the policy has no word for it
     * @param doubt why it may not really be a ciphertext, or may leave something readable beside it
     * @param isSignedOutside whether a signature stands around it that is valid by today's algorithms and by a
     *     certificate of the From address itself
     */
    public record Ciphertext(
            Optional<EncryptionAlgorithm> cipher, Optional<EncryptionDoubt> doubt, boolean isSignedOutside) {
        /** Makes a ciphertext around which no such signature stands. */
        public Ciphertext(Optional<EncryptionAlgorithm> cipher, Optional<EncryptionDoubt> doubt) {
            this(cipher, doubt, false);
        }
    }

    /** Whether a message came encrypted. */
    public enum Encryption {
        NONE,
        DOUBTFUL,
        SOUND
    }

    /**
     * Traces of a change that the opened text shows when somebody changed the ciphertext on its way (EFAIL,
     * "malleability gadgets"). They are a sign and no proof.
     */
    public enum Suspicion {
        /**
         * A key of the recipient was tried, and the ciphertext is not opened. A changed ciphertext must meet the same
         * fate whether its padding was wrong or its text looks changed, else the fate would tell which it was.
         */
        NOT_OPENED("a key of the recipient does not open it"),
        /** There are blocks of random octets. */
        CONTROL_CHARACTERS("control characters in a text part"),
        /** There are octets which are no text in UTF-8, and so may be blocks of random octets. */
        FOREIGN_OCTETS("octets that are no text in UTF-8"),
        /**
         * A link or image in HTML has an address that takes up the text behind it, which then goes to the owner of the
         * address.
         */
        OPEN_ADDRESS("an address in HTML that takes up text"),
        /** The header section does not begin as mail programs write it, as when somebody has cut a message. */
        CUT_HEADER("a header section that may be cut"),
        /** The text has no header section, as when somebody has cut a message. */
        HEADERLESS("text without a header section");

        private final String text;

        Suspicion(String text) {
            this.text = text;
        }

        /** Returns the text for people. */
        public String text() {
            return text;
        }
    }

    /** The protection at the root of the message, by its content and not by its label. */
    public enum Content {
        CLEAR,
        SIGNED,
        ENCRYPTED,
        /** CMS that is neither signed nor encrypted: certs-only, compressed. */
        OTHER_CMS
    }

    /**
     * The verdict on a signature at the root, for the policy. It also stands for a signature under an encryption that
     * could be opened.
     */
    public enum Signature {
        UNSIGNED,
        VALID,
        INVALID,
        UNVERIFIABLE
    }

    public boolean originMaySubmit() {
        return peer.maySubmit();
    }

    /**
     * Returns true if the message is known to be written by our own users: its origin may submit for us, and it is not
     * sent on for somebody outside. Only such a message is signed.
     */
    public boolean isWrittenHere() {
        return originMaySubmit() && !message.traits().contains(Trait.SENT_ON);
    }

    /**
     * Returns the facts of the same message as if it had come by the way of our users' mail, to be sent on. From alone
     * names the sender, since a list has a reverse path of its own.
     */
    public Facts asSentOn() {
        return new Facts(
                new Peer(true, true, peer.address(), peer.tls(), peer.authenticated()),
                message.with(Trait.SENT_ON),
                existing,
                recipient,
                visible);
    }

    /**
     * Returns true if it is known that the author whom From names submits the message: the reverse path is the same
     * address, or the peer answers for From. An author who may know nothing of a message does not sign it.
     */
    public boolean isAuthorSubmitting() {
        return peer.answersForFrom() || (from().isPresent() && from().equals(envelopeSender()));
    }

    public Optional<MailAddress> envelopeSender() {
        return message.envelopeSender();
    }

    public Optional<MailAddress> from() {
        return message.from();
    }

    public Headers headers() {
        return message.headers();
    }

    public Kind kind() {
        return message.kind();
    }

    public Content content() {
        return existing.content();
    }

    public Signature signature() {
        return existing.signature();
    }
}
