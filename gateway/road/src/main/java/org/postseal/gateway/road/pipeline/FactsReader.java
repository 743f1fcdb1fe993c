package org.postseal.gateway.road.pipeline;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

    /** @param isSignedOutside whether a valid signature of From stands around the ciphertext */
    static Facts read(Inspection inspection, ContentView view, MailAddress recipient, boolean isSignedOutside) {
        return new Facts(
                inspection.peer(),
                inspection.facts(),
                existing(inspection, view, isSignedOutside),
                recipient,
                inspection.visible().contains(recipient));
    }

    /** Returns the parts of a message, the root first; their file names are read later, if a condition asks. */
    static Parts parts(List<MimeEntity> parts) {
        MimeEntity root = parts.getFirst();
        String mediaType = hasOneType(root) ? root.contentType().mediaType() : Parts.UNCLEAR;
        return new Parts(mediaType, () -> {
            FieldReader reader = new FieldReader();
            return parts.stream()
                    .map(part -> new Part(part.contentType().mediaType(), part.fileNames(reader)))
                    .toList();
        });
    }

    /**
     * Returns true if all programs find the same type in the label of a part. Some take the last of several fields, or
     * read a name that others do not, and some decode or unquote a type.
     */
    static boolean hasOneType(MimeEntity part) {
        List<HeaderField> fields = typeFields(part);
        return fields.size() < 2
                && fields.stream()
                        .allMatch(field -> field.is(CONTENT_TYPE)
                                && PLAIN_TYPE.matcher(field.unfolded()).lookingAt());
    }

    /** Returns the fields that some program may take for the Content-Type of a part. */
    static List<HeaderField> typeFields(MimeEntity part) {
        List<HeaderField> fields = new ArrayList<>();
        for (HeaderField field : part.header().fields()) {
            if (field.mayBe(CONTENT_TYPE)) {
                fields.add(field);
            }
        }
        return fields;
    }

    static Facts.Peer peer(Peer peer, Origin origin) {
        return new Facts.Peer(
                origin.maySubmit(peer),
                peer.login().isPresent() || peer.listener().authors() == Peer.Authors.ANY,
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
        boolean isBehind = peer.xforward().isPresent() && !peer.isOfUpstream();
        return isBehind
                ? peer.xforward().flatMap(Peer.Xforward::clientAddress)
                : Optional.ofNullable(peer.address().getAddress());
    }

    private static Facts.Existing existing(Inspection inspection, ContentView view, boolean isSignedOutside) {
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
                                : Optional.empty(),
                        isSignedOutside),
                view.trust().isUnauthenticated(),
                view.trust().suspicion(),
                view.verdict() instanceof SignatureVerdict.Unverifiable(SignatureVerdict.Cause cause, var _)
                        && UNCLEAR.contains(cause));
    }

    private static Facts.Signature signature(SignatureVerdict verdict) {
        return switch (verdict) {
            case SignatureVerdict.Unsigned _ -> Facts.Signature.UNSIGNED;
            case SignatureVerdict.Valid _ -> Facts.Signature.VALID;
            case SignatureVerdict.Invalid _ -> Facts.Signature.INVALID;
            case SignatureVerdict.Unverifiable _ -> Facts.Signature.UNVERIFIABLE;
        };
    }

    private static final String CONTENT_TYPE = "Content-Type";
    private static final Pattern PLAIN_TYPE = Pattern.compile(
            "[ \\t]*+[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*+/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*+[ \\t]*+(?:;|$)");

    /** Programs may disagree about such a signature, or nobody can check it, whatever it covers. */
    private static final Set<SignatureVerdict.Cause> UNCLEAR = EnumSet.of(
            SignatureVerdict.Cause.STRUCTURE_AMBIGUOUS,
            SignatureVerdict.Cause.SIGNER_CERTIFICATE_MISSING,
            SignatureVerdict.Cause.SIGNED_ATTRIBUTES_MISSING,
            SignatureVerdict.Cause.CONTENT_NOT_DATA,
            SignatureVerdict.Cause.ALGORITHM_UNKNOWN,
            SignatureVerdict.Cause.LIMIT_EXCEEDED);
}
