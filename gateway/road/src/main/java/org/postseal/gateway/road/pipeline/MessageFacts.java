package org.postseal.gateway.road.pipeline;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PathVerdict;
import org.postseal.certstore.directory.Brought;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.Intake;
import org.postseal.gateway.mail.MailParameters;
import org.postseal.gateway.mail.Parsed;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.QueueId;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.smime.Believed;
import org.postseal.gateway.smime.SignatureVerifier;
import org.postseal.gateway.smime.SignedParts;
import org.postseal.policy.cases.MessageFiles;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.outcome.Handling;
import org.postseal.policy.outcome.Reason;

/**
 * Finds the facts of a message without an envelope or a store, by the same code as on the road. The peer and the
 * reverse path are made up. No certificate is trusted, so no signature is valid. The caller sets the facts that it
 * knows better.
 */
public final class MessageFacts {
    private MessageFacts() {}

    /** Returns the facts for any recipient, or says why the message would not reach a policy. */
    public static Parsed<MessageFiles.OfRecipient> read(RawMessage message, Spool.Scope scope) throws IOException {
        Envelope envelope = envelope();
        Inspector inspector = new Inspector(new OwnFields("", "", LoopMarks.NONE), new Origin(_ -> false));
        return switch (inspector.inspect(envelope, message, scope)) {
            case Parsed.Refused<Inspection>(Reason reason, String detail) -> Parsed.refused(reason, detail);
            case Parsed.Success<Inspection>(Inspection inspection) -> {
                Signatures signatures =
                        new Signatures(inspection, new SignatureVerifier(), new NoCertificates(), envelope.received());
                ContentView view = ContentView.of(
                        List.of(),
                        new ContentView.Closed(Handling.Closed.NO_KEY, Optional.empty()),
                        signatures.asReceived(Believed.NOTHING),
                        SignedParts.NONE);
                Facts facts = FactsReader.read(inspection, view, SOMEBODY, false);
                yield new Parsed.Success<>(recipient -> new Facts(
                        facts.peer(),
                        facts.message(),
                        facts.existing(),
                        recipient,
                        inspection.visible().contains(recipient)));
            }
        };
    }

    private static Envelope envelope() {
        return new Envelope(
                QueueId.next(Instant.EPOCH),
                new ReversePath.Mailbox(SOMEBODY),
                List.of(),
                MailParameters.NONE,
                new Peer(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        new Peer.Greeting("", true),
                        new Peer.Listener(Peer.Protocol.LMTP, Peer.Role.INBOUND),
                        false),
                Instant.EPOCH,
                Intake.now());
    }

    private static final MailAddress SOMEBODY = MailAddress.of("somebody@invalid");

    private static final class NoCertificates implements CertificateStore {
        @Override
        public CertificateChoice<MailCertificate> encryptionCertificate(MailAddress recipient, Instant time) {
            return new CertificateChoice.NoneUsable<>(new CertificateStatus.Missing(), List.of());
        }

        @Override
        public CertificateChoice<KeyHandle> signingKey(MailAddress sender, KeyPlace place, Instant time) {
            return new CertificateChoice.NoneUsable<>(new CertificateStatus.Missing(), List.of());
        }

        @Override
        public List<KeyHandle> decryptionKeys(MailAddress recipient) {
            return List.of();
        }

        @Override
        public PathVerdict validate(MailCertificate leaf, Brought brought, CertificatePurpose purpose, Instant time) {
            return new PathVerdict(new CertificateStatus.Untrusted("nothing is trusted here"), List.of(), time);
        }
    }
}
