package org.postseal.gateway.road.pipeline;

import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.gateway.mail.HeaderField;
import org.postseal.gateway.mail.Login;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.smime.SenderEncryption;
import org.postseal.gateway.smime.SignatureVerdict;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.facts.Part;
import org.postseal.policy.facts.Parts;
import org.postseal.policy.header.FieldReader;

/** Puts what is known of a message for one recipient into the words of the policy. */
final class FactsReader {
    private FactsReader() {}

    static Facts read(Inspection inspection, ContentView view, MailAddress recipient) {
        return new Facts(
                inspection.peer(),
                inspection.facts(),
                existing(inspection, view),
                recipient,
                inspection.visible().contains(recipient));
    }

    /** Returns the parts of a message, the root first; their file names are read later, if a condition asks. */
    static Parts parts(List<MimeEntity> parts) {
        return new Parts(mediaType(parts.getFirst()), () -> {
            FieldReader reader = new FieldReader();
            return parts.stream()
                    .map(part -> new Part(part.contentType().mediaType(), part.fileNames(reader)))
                    .toList();
        });
    }

    /** Some programs take the last of several Content-Type fields, and some decode or unquote a type. */
    private static String mediaType(MimeEntity root) {
        List<HeaderField> fields = root.header().all("Content-Type");
        boolean isClear = fields.size() < 2
                && fields.stream()
                        .allMatch(field -> PLAIN_TYPE.matcher(field.unfolded()).lookingAt());
        return isClear ? root.contentType().mediaType() : Parts.UNCLEAR;
    }

    static Facts.Peer peer(Peer peer, Origin origin) {
        return new Facts.Peer(
                origin.maySubmit(peer),
                client(peer),
                peer.tls()
                        .map(tls -> new Facts.Tls(
                                // The listener speaks only these two versions.
                                tls.protocol().equals("TLSv1.3") ? Facts.TlsVersion.TLS_1_3 : Facts.TlsVersion.TLS_1_2,
                                tls.clientSubject().isPresent())),
                peer.login().map(Login::user).or(() -> peer.tls().flatMap(Peer.Tls::clientSubject)));
    }

    // If the upstream does not know the client's address, the client must not be taken for the upstream itself.
    private static Optional<InetAddress> client(Peer peer) {
        boolean isBehind = peer.xforward()
                .filter(client ->
                        client.source().filter("LOCAL"::equalsIgnoreCase).isEmpty())
                .isPresent();
        return isBehind
                ? peer.xforward().flatMap(Peer.Xforward::clientAddress)
                : Optional.ofNullable(peer.address().getAddress());
    }

    private static Facts.Existing existing(Inspection inspection, ContentView view) {
        Optional<MailCertificate> signer = view.verdict().certificate();
        return new Facts.Existing(
                inspection.content(),
                signature(view.verdict()),
                new HashSet<>(signer.map(MailCertificate::addresses).orElse(List.of())),
                signer.map(certificate ->
                        certificate.x509().getIssuerX500Principal().getName()),
                view.verification().digest(),
                new Facts.Ciphertext(
                        inspection.encryption().cipher(),
                        inspection.encryption() instanceof SenderEncryption.Doubtful doubtful
                                ? Optional.of(doubtful.doubt())
                                : Optional.empty()),
                view.trust().isUnauthenticated(),
                view.trust().suspicion(),
                view.verdict() instanceof SignatureVerdict.Unverifiable(SignatureVerdict.Cause cause, var _)
                        && cause == SignatureVerdict.Cause.STRUCTURE_AMBIGUOUS);
    }

    private static Facts.Signature signature(SignatureVerdict verdict) {
        return switch (verdict) {
            case SignatureVerdict.Unsigned _ -> Facts.Signature.UNSIGNED;
            case SignatureVerdict.Valid _ -> Facts.Signature.VALID;
            case SignatureVerdict.Invalid _ -> Facts.Signature.INVALID;
            case SignatureVerdict.Unverifiable _ -> Facts.Signature.UNVERIFIABLE;
        };
    }

    private static final Pattern PLAIN_TYPE = Pattern.compile(
            "[ \\t]*+[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*+/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*+[ \\t]*+(?:;|$)");
}
