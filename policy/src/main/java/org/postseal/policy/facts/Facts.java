package org.postseal.policy.facts;

import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.header.Headers;
import org.postseal.policy.protection.EncryptionAlgorithm;
import org.postseal.policy.protection.SignedAlgorithm;

/**
 * What the policy may look at, for one recipient of one message, before a directory is asked.
 *
 * @param peer who handed it over
 * @param message the same for every recipient
 * @param existing the protection it came with, as this recipient has the right to see it
 * @param recipient forward path
 * @param visible whether To or Cc names the recipient; false for Bcc
 */
public record Facts(Peer peer, Message message, Existing existing, MailAddress recipient, boolean visible) {
    /** All that is known before the message is there: an ordinary one, in clear, so far. */
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
     * Who handed the message over.
     *
     * @param maySubmit whether it may submit mail for internal senders (role, trusted peer, XFORWARD)
     * @param address of the client that a trusted peer names (XFORWARD), else of the connection; empty where there is
     *      none, as for a file
     * @param tls of the connection to us; empty without
     * @param authenticated the name it has proved to have: the user that has logged in, else the subject of a verified
     *      client certificate
     */
    public record Peer(
            boolean maySubmit, Optional<InetAddress> address, Optional<Tls> tls, Optional<String> authenticated) {
        /** One of which no more is known. */
        public static Peer of(boolean maySubmit) {
            return new Peer(maySubmit, Optional.empty(), Optional.empty(), Optional.empty());
        }
    }

    /**
     * A connection's TLS.
     *
     * @param isVerified whether the peer showed a certificate that was verified
     */
    public record Tls(TlsVersion version, boolean isVerified) {}

    /** Versions of TLS, oldest first. */
    public enum TlsVersion {
        TLS_1_2,
        TLS_1_3
    }

    /**
     * The message apart from its recipients.
     *
     * @param envelopeSender reverse path; empty for the null path
     * @param from the address of the single From field; empty with none, several, or one that does not parse
     * @param headers only of the outer header section
     * @param size in octets, as received
     * @param mediaType of the root, {@code type/subtype} in lower case; by its label
     * @param kind ordinary mail, or mail that no rule touches unless it names it
     * @param received when
     */
    public record Message(
            Optional<MailAddress> envelopeSender,
            Optional<MailAddress> from,
            Headers headers,
            long size,
            String mediaType,
            Kind kind,
            Set<Trait> traits,
            Instant received) {
        public Message {
            traits = Set.copyOf(traits);
        }

        /** With field bodies, unfolded, by lower-case field name. */
        public Message(
                Optional<MailAddress> envelopeSender,
                Optional<MailAddress> from,
                Map<String, List<String>> headers,
                long size,
                String mediaType,
                Kind kind,
                Set<Trait> traits,
                Instant received) {
            this(envelopeSender, from, Headers.of(headers), size, mediaType, kind, traits, received);
        }
    }

    /** What sort of message it is. */
    public enum Kind {
        ORDINARY,
        /** Null reverse path: DSN, MDN (RFC 5321 §4.5.5). */
        NULL_SENDER,
        /** {@code Auto-Submitted} other than {@code no} (RFC 3834 §5). */
        AUTO_REPLY
    }

    /** What else a message is; any number of them. */
    public enum Trait {
        /** An invitation or an answer to one: {@code text/calendar} at the root or in its alternatives (RFC 6047). */
        CALENDAR,
        /** {@code application/ms-tnef}, winmail.dat: only Outlook reads it, and only if it stays whole. */
        TNEF,
        /** Encrypted by a rights management service: a part {@code application/x-microsoft-rpmsg-message}. */
        RIGHTS_PROTECTED,
        /** Has a sensitivity label ({@code msip_labels}). */
        LABELLED,
        /** {@code List-Id} or {@code List-Post} (RFC 2919, RFC 2369), or {@code Precedence: list}. */
        MAILING_LIST,
        /** {@code In-Reply-To} or {@code References}. */
        REPLY,
        /** A line of the header section is no field, or one that programs read differently (RFC 5322 §2.2). */
        MALFORMED_HEADER
    }

    /**
     * The protection a message came with.
     *
     * @param content at its root, by content and not by label
     * @param signature what verification said of it
     * @param signers the addresses in the signer's certificate; empty when there is none
     * @param signerIssuer issuer of that certificate (RFC 4514)
     * @param digest the weakest digest of the signature at the root, of the opened content where there is one; empty
     *      without or when it is none of these
     * @param ciphertext at the root, or within its signatures
     * @param isUnauthenticated it was opened, and neither a tag nor a valid signature inside shows that nobody changed
     *      it
     * @param suspicion what makes it look as if somebody had; only where it is unauthenticated
     * @param isAmbiguous whether the signature cannot be verified because mail programs may disagree what it covers
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
        /** None at all. */
        public static final Existing NONE = of(Content.CLEAR, Signature.UNSIGNED);

        public Existing {
            signers = Set.copyOf(signers);
            isUnauthenticated = isUnauthenticated || suspicion.isPresent();
        }

        /** With nothing to say about changes on its way. */
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

        /** One of which no more is known. */
        public static Existing of(Content content, Signature signature) {
            return new Existing(content, signature, Set.of(), Optional.empty(), Optional.empty(), Optional.empty());
        }

        /** Whether its encryption is one. */
        public Encryption encryption() {
            if (content != Content.ENCRYPTED) {
                return Encryption.NONE;
            }
            return ciphertext.doubt().isPresent() ? Encryption.DOUBTFUL : Encryption.SOUND;
        }

        /** Why its encryption is doubtful; empty where it is not, or there is none. */
        public Optional<EncryptionDoubt> doubt() {
            return ciphertext.doubt().filter(_ -> content == Content.ENCRYPTED);
        }

        /** The cipher of its ciphertext; empty without one, and where the policy has no word for it. */
        public Optional<EncryptionAlgorithm> cipher() {
            return ciphertext.cipher();
        }
    }

    /**
     * What a ciphertext is, without a key.
     *
     * @param cipher that it says; empty without or when it is none of these
     * @param doubt why it may be none, or may leave something readable beside it
     */
    public record Ciphertext(Optional<EncryptionAlgorithm> cipher, Optional<EncryptionDoubt> doubt) {}

    /** Whether a message came encrypted. */
    public enum Encryption {
        NONE,
        DOUBTFUL,
        SOUND
    }

    /**
     * What a ciphertext that was changed on its way leaves in the text that comes of it (EFAIL, "malleability
     * gadgets"): a sign and no proof.
     */
    public enum Suspicion {
        /** Blocks of random octets. */
        CONTROL_CHARACTERS("control characters in a text part"),
        /**
         * A link or image in HTML whose address takes up the text behind it, which then goes to who owns the address.
         */
        OPEN_ADDRESS("an address in HTML that takes up text"),
        /** Text without a header section: what is left where somebody has cut a message. */
        HEADERLESS("text without a header section");

        private final String text;

        Suspicion(String text) {
            this.text = text;
        }

        /** For people. */
        public String text() {
            return text;
        }
    }

    /** The protection at the message root, by content and not by label. */
    public enum Content {
        CLEAR,
        SIGNED,
        ENCRYPTED,
        /** CMS that is neither: certs-only, compressed. */
        OTHER_CMS
    }

    /**
     * The verdict on a root-level signature, for policy; also of the one found under an encryption that could be
     * opened.
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
